"""The grammar of the year that follows a day, month or quarter, or appears by itself."""

from typing import Final

from compliance.domain.deadlines.grammar.cursor import Cursor
from compliance.domain.deadlines.grammar.nodes import YearRef
from compliance.domain.deadlines.grammar.reporting import following_reported
from compliance.domain.deadlines.grammar.tokens import Token

FIRST_YEAR, LAST_YEAR = 1990, 2099
"""Four digits outside these are not a plan's year but some other number."""


def year_ref(cursor: Cursor) -> YearRef | None:
    """The year after a day, month or quarter: «2026 г.», «текущего года», «каждого года»."""
    short = cursor.attempt(_year_in_a_sheet)
    if short is not None:
        return short
    school = cursor.attempt(school_year_ref)
    if school is not None:
        return school
    if cursor.peek().text == "," and is_calendar_year(cursor.peek(1)):
        if cursor.peek(2).kind != "year" or cursor.peek(2).text == "гг":
            return None
        if cursor.peek(3).text in ("-", ":"):
            return None  # the heading of what follows
        cursor.position += 1
    token = cursor.peek()
    if is_calendar_year(token):
        several = cursor.attempt(_years_in_a_row)
        if several is not None:
            return several
        if cursor.peek(1).text in ("-", "/") and is_calendar_year(cursor.peek(2)):
            return None
        cursor.position += 1
        year_word(cursor)
        return YearRef("number", token.number)
    if token.kind == "number" and len(token.text) == 2 and cursor.peek(1).kind == "year":
        cursor.position += 2
        return YearRef("number", 2000 + token.number)
    named = cursor.attempt(named_year)
    if named is None and cursor.peek().kind in YEAR_KINDS and cursor.peek(1).kind in _OTHER_UNITS:
        cursor.position += 1  # «1 марта следующего квартала» must not be read as two times
    return named


def _year_in_a_sheet(cursor: Cursor) -> YearRef | None:
    """«дек.26», «окт-26»: how a spreadsheet shows a month; years up to 2012 could be days."""
    if not cursor.position or cursor.peek(-1).kind != "month":
        return None
    end = cursor.peek(-1).end
    cursor.take("-")
    token = cursor.peek()
    if token.start != end + 1 or not token.glued or len(token.text) != 2:
        return None
    if token.kind != "number" or token.number <= 12 or cursor.peek(1).kind == "month":
        return None
    if cursor.peek(1).text in (".", "-", "/") and cursor.peek(2).kind in ("month", "number"):
        return None
    cursor.position += 1
    year_word(cursor)
    return YearRef("number", 2000 + token.number)


def _years_in_a_row(cursor: Cursor) -> YearRef | None:
    """«(IV квартал) 2017-2018 гг.», «2017, 2018», «2017 2018»: that time of each of the years."""
    years = [cursor.peek().number]
    cursor.position += 1
    while len(years) <= LAST_YEAR - FIRST_YEAR:
        before = cursor.position
        joiner = cursor.take("-", ",", "и")
        if not is_calendar_year(cursor.peek()):
            cursor.position = before
            break
        last = cursor.peek().number
        cursor.position += 1
        if joiner is not None and joiner.text == "-" and last > years[-1]:
            years.extend(range(years[-1] + 1, last))
        years.append(last)
    year_word(cursor)
    is_row = len(years) > 1 and years == list(range(years[0], years[0] + len(years)))
    return YearRef("years", years[0], years[-1]) if is_row else None


def school_year_ref(cursor: Cursor) -> YearRef | None:
    """«2020-2021 учебного года», «2020/21 уч. года», «учебного года»."""
    pair = cursor.attempt(year_pair)
    if not cursor.take_kind("school") or not year_word(cursor):
        return None
    if pair is not None and pair[1] != pair[0] + 1:
        return None
    return YearRef("school", pair[0] if pair else 0)


def year_pair(cursor: Cursor) -> tuple[int, int] | None:
    """Two years of a school year; the second one may have two figures."""
    first, last = cursor.peek(), cursor.peek(2)
    if not is_calendar_year(first) or cursor.peek(1).text not in ("-", "/"):
        return None
    if last.kind != "number" or len(last.text) not in (2, 4):
        return None
    cursor.position += 3
    century = first.number // 100 * 100 if len(last.text) == 2 else 0
    return first.number, century + last.number


YEAR_KINDS: Final = {
    "current": "current", "next": "next", "coming": "next", "past": "past", "each": "each",
    "reporting": "own", "corresponding": "own",
}  # fmt: skip
"""By the adjective's kind; «соответствующего» and «отчётного» are each year's own."""
_OTHER_UNITS: Final = frozenset({"month_word", "quarter", "half"})


def named_year(cursor: Cursor) -> YearRef | None:
    """The year named by an adjective: «текущего (календарного) года», «года»."""
    token, following = cursor.peek(), cursor.peek(1)
    if token.kind == "next" and following.text == "за":
        is_year = cursor.attempt(following_reported) == "year"
        return YearRef("following") if is_year else None
    if token.text in ("т", "с") and following.text == "г":
        cursor.position += 2
        return YearRef("current")
    adjective = cursor.take_kind(*YEAR_KINDS)
    is_calendar = cursor.take_kind("calendar", "fiscal") is not None
    year = cursor.take_kind("year")
    if year is None or (adjective is None and year.text in ("гг", "лет")):
        return None
    if adjective is not None:
        return YearRef(YEAR_KINDS[adjective.kind])
    if is_calendar:
        return YearRef("plan")
    return YearRef("following") if cursor.attempt(following_reported) else YearRef("plan")


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
