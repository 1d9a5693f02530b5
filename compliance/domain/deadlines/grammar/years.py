"""The grammar of the year that stands after a day, month or quarter, or by itself."""

from typing import Final

from compliance.domain.deadlines.grammar.cursor import Cursor
from compliance.domain.deadlines.grammar.nodes import YearRef
from compliance.domain.deadlines.grammar.tokens import Token

FIRST_YEAR, LAST_YEAR = 1990, 2099
"""Four digits outside these are no year of a plan but a number of something else."""


def year_ref(cursor: Cursor) -> YearRef | None:
    """The year after a day, month or quarter: «2026 г.», «текущего года», «каждого года»."""
    if cursor.peek().text == "," and is_calendar_year(cursor.peek(1)):
        if cursor.peek(2).kind != "year" or cursor.peek(2).text == "гг":
            return None
        cursor.position += 1
    token = cursor.peek()
    if is_calendar_year(token):
        if cursor.peek(1).text == "-" and is_calendar_year(cursor.peek(2)):
            return None
        cursor.position += 1
        year_word(cursor)
        return YearRef("number", token.number)
    if token.kind == "number" and len(token.text) == 2 and cursor.peek(1).kind == "year":
        cursor.position += 2
        return YearRef("number", 2000 + token.number)
    return named_year(cursor)


YEAR_KINDS: Final = {
    "current": "current", "next": "next", "coming": "next", "past": "past", "each": "each",
}  # fmt: skip


def named_year(cursor: Cursor) -> YearRef | None:
    token, following = cursor.peek(), cursor.peek(1)
    if token.kind == "next" and following.text == "за":
        is_year = cursor.attempt(following_reported) == "year"
        return YearRef("following") if is_year else None
    if following.kind == "year" and token.kind in YEAR_KINDS:
        cursor.position += 2
        return YearRef(YEAR_KINDS[token.kind])
    if token.text in ("т", "с") and following.text == "г":
        cursor.position += 2
        return YearRef("current")
    if token.kind == "calendar" and following.kind == "year":
        cursor.position += 2
        return YearRef("plan")
    if token.kind == "year" and token.text not in ("гг", "лет"):
        cursor.position += 1
        return YearRef("following") if cursor.attempt(following_reported) else YearRef("plan")
    return None


def following_reported(cursor: Cursor) -> str | None:
    """What is reported in «, следующего за отчётным кварталом»: a unit's kind, or «period»."""
    cursor.take(",", "(")
    if cursor.take_kind("next"):
        if not cursor.take("за"):
            return None
    elif not cursor.take("после", "за"):
        return None
    cursor.take_kind("past")
    if not cursor.take_kind("reporting"):
        return None
    unit = cursor.take_kind("month_word", "quarter", "half", "year", "period", "half_year")
    cursor.take(")")
    if unit is None or unit.text == "месяца":
        return "period"
    return unit.kind


def is_calendar_year(token: Token) -> bool:
    return (
        token.kind == "number" and len(token.text) == 4 and FIRST_YEAR <= token.number <= LAST_YEAR
    )


def year_word(cursor: Cursor) -> bool:
    """Take «года», «г.», «гг.», «г.г.»."""
    word = cursor.take_kind("year")
    if word is not None and word.text == "г":
        cursor.take("г")
    return word is not None
