"""The grammar of dates in figures: 31.12.2026, 31/12/26, 2026-12-31, 31.12, 12.2026."""

from compliance.domain.deadlines.grammar.cursor import Cursor
from compliance.domain.deadlines.grammar.nodes import Moment, YearRef
from compliance.domain.deadlines.grammar.tokens import Token
from compliance.domain.deadlines.grammar.years import is_calendar_year, year_ref, year_word


def numeric_date(cursor: Cursor) -> Moment | None:
    """31.12.2026, 31/12/26, 31-12-2026, 2026-12-31; the order is day first unless ISO."""
    first, sign, second = cursor.peek(), cursor.peek(1), cursor.peek(2)
    if not (first.kind == second.kind == "number" and sign.text in (".", "/", "-")):
        return None
    third = cursor.peek(4)
    if cursor.peek(3).text != sign.text or third.kind != "number":
        return _short_date(cursor, first, sign, second)
    if len(first.text) == 4 and len(third.text) <= 2 and sign.text == "-":
        year, month, day = first.number, second.number, third.number
    elif len(third.text) in (2, 4) and len(first.text) <= 2 and len(second.text) <= 2:
        day, month, year = first.number, second.number, third.number
        year += 2000 if len(third.text) == 2 else 0
        if sign.text != "." and len(third.text) == 2 and not second.glued:
            return None
    else:
        return None
    cursor.position += 5
    if cursor.peek().kind == "year":
        cursor.position += 1
    return Moment("day", YearRef("number", year), month, day)


def _short_date(cursor: Cursor, first: Token, sign: Token, second: Token) -> Moment | None:
    """31.12 (no year) and 12.2026 (a month); only with a full stop, and two-digit months."""
    if sign.text != "." or len(first.text) > 2 or second.number == 0:
        return None
    if len(second.text) == 4 and is_calendar_year(second):
        cursor.position += 3
        year_word(cursor)
        return Moment("month", YearRef("number", second.number), index=first.number)
    if len(second.text) != 2 or not second.glued:
        return None
    cursor.position += 3
    cursor.take(".")
    if _is_full_date(cursor):
        return None
    return Moment("day", year_ref(cursor), second.number, first.number)


def _is_full_date(cursor: Cursor) -> bool:
    """Whether a date with its year follows with nothing between: «12.10 25.12.2020» may be a time
    of day or a date, so it is left unread.
    """
    kinds = [cursor.peek(offset).kind for offset in range(5)]
    return kinds == ["number", "sign", "number", "sign", "number"]
