"""The grammar of one-off times: dates, months, quarters, half-years, years, and their ranges."""

from collections.abc import Callable
from typing import Final

from compliance.domain.deadlines.grammar.clock import clock
from compliance.domain.deadlines.grammar.cursor import Cursor, heads, number, ordinal
from compliance.domain.deadlines.grammar.nodes import Moment, Span, Times, YearRef
from compliance.domain.deadlines.grammar.numeric_dates import numeric_date
from compliance.domain.deadlines.grammar.tokens import Token
from compliance.domain.deadlines.grammar.years import (
    FIRST_YEAR,
    LAST_YEAR,
    YEAR_KINDS,
    named_year,
    school_year_ref,
    year_pair,
    year_ref,
    year_word,
)

_MONTH_RUNS: Final = frozenset({3, 6, 9, 11, 12})
"""Runs of months from January that are reported on: «9 месяцев 2026 г.»."""


def times(cursor: Cursor) -> Times | None:
    """A bound and its spans: «до 1 марта», «в I и III кварталах 2026 г.», «с 1 по 16 октября»."""
    first = cursor.position
    bound = _bound(cursor)
    is_bare = cursor.position == first
    hour = cursor.attempt(clock)
    found = cursor.attempt(from_to)
    if found is not None:
        if bound not in (None, "in"):
            return None
        return Times("in", (found,), time_of_day=hour)
    is_through = _opens_last_day(cursor)
    listed = spans(cursor)
    if listed is None:
        return None
    if (cursor.take("включительно") or is_through) and bound == "until":
        bound = "through"
    return Times(bound or "in", tuple(listed), is_bare, hour)


_BOUNDS: Final = (
    ("end", "до|к|в|на", "#end"),
    ("end", "не", "позднее", "#end"),
    ("through", "не", "позднее", "чем|до"),
    ("through", "не", "позднее"),
    ("until", "вплоть", "до"),
    ("until", "до|к"),
    ("results", "по", "#results"),
    ("results", "по", "#end"),
    ("through", "по"),
    ("in", "в", "течение"),
    ("in", "течение"),
    ("in", "на", "протяжении"),
    ("in", "в|на|за"),
    ("in", "#whole"),
    ("end", "#end"),
)  # fmt: skip
"""Openings of a one-off time; «#kind» stands for any word of that kind."""
_OPENING_WORDS: Final = frozenset(
    word for _, first, *_ in _BOUNDS if not first.startswith("#") for word in first.split("|")
)
_OPENING_KINDS: Final = frozenset(first[1:] for _, first, *_ in _BOUNDS if first.startswith("#"))


def _bound(cursor: Cursor) -> str | None:
    cursor.attempt(_due_term)
    opening = cursor.peek()
    if opening.text not in _OPENING_WORDS and opening.kind not in _OPENING_KINDS:
        return "in" if cursor.take_kind("period") else None
    for bound, *pattern in _BOUNDS:
        if all(_fits(cursor.peek(offset), part) for offset, part in enumerate(pattern)):
            cursor.position += len(pattern)
            if bound == "in":
                cursor.take_kind("whole")
                cursor.take_kind("period", "term")
            return bound
    return "in" if cursor.take_kind("period") else None


def _fits(token: Token, part: str) -> bool:
    return token.kind == part[1:] if part.startswith("#") else token.text in part.split("|")


def _due_term(cursor: Cursor) -> bool | None:
    """«в срок» and «сроком» before a bound: «в срок до 1 марта», «в срок с 1 по 16 октября»."""
    if "срок" not in cursor.texts and "сроком" not in cursor.texts:
        return None
    cursor.take("в", "с")
    if cursor.take("срок", "сроком") is None:
        return None
    return True if cursor.peek().text in ("до", "не", "по", "с", "к", "на", "в") else None


def from_to(cursor: Cursor) -> Span | None:
    """«с 1 по 16 октября», «с I по III квартал», «с марта 2026 г.», «начиная с 1 сентября»."""
    cursor.take("начиная")
    if not cursor.take("с"):
        return None
    cursor.take_phrase("начала")
    first = cursor.attempt(single)
    bare = None if first else cursor.attempt(ordinal)
    if first is None and bare is None:
        return None
    before = cursor.position
    cursor.take(",")
    cursor.take("и")
    to = cursor.take("по", "до", "-")
    if to is not None:
        is_inclusive = to.text != "до" or cursor.take_kind("end") is not None
        cursor.take_kind("end")
        is_inclusive = is_inclusive or _opens_last_day(cursor)
        last = cursor.attempt(single)
        if last is not None:
            first = first or _like(last, bare or 0)
            is_inclusive = is_inclusive or cursor.take("включительно") is not None
            excludes = not is_inclusive and last.unit != "day"
            cursor.take("включительно")
            return Span(first, last, excludes)
    cursor.position = before
    return Span(first, None) if first is not None else None


def _like(other: Moment, index: int) -> Moment:
    """The moment of a bare number, in the unit of the moment that follows it."""
    if other.unit == "year":
        return Moment("year", YearRef("number", index))
    return Moment(other.unit, other.year, other.month, index)


def spans(cursor: Cursor) -> list[Span] | None:
    """Moments that share a unit («1-3 кварталы»), or one moment or range of two moments."""
    found = cursor.first_of(_SPAN_RULES)
    if found is None:
        return None
    if len(found) == 1 and found[0].last == found[0].first:
        before = cursor.position
        last = cursor.attempt(_range_tail)
        if last is not None and not _is_heading(found[0].first, last):
            return [Span(found[0].first, last)]
        cursor.position = before
    return found


def _is_heading(first: Moment, last: Moment) -> bool:
    """«2017 г. – 1 декабря»: the year is a heading of what follows, not the start of a range."""
    return first.unit == "year" and last.unit != "year" and last.year is None


def _range_tail(cursor: Cursor) -> Moment | None:
    if not cursor.take("-"):
        return None
    cursor.take("-")
    return single(cursor)


def single(cursor: Cursor) -> Moment | None:
    """One moment, not a list or range."""
    found = cursor.first_of(_SPAN_RULES)
    if found is None or len(found) != 1 or found[0].first != found[0].last:
        return None
    return found[0].first


def _one(moment: Moment) -> list[Span]:
    return [Span(moment, moment)]


# --- moments -------------------------------------------------------------------------------------


def _numeric_date(cursor: Cursor) -> list[Span] | None:
    found = numeric_date(cursor)
    return None if found is None else _one(found)


def _school_year(cursor: Cursor) -> list[Span] | None:
    """«2026/2027 учебный год», «учебного года 2026-2027», «в течение учебного года»."""
    cursor.take_kind("current")
    ref = school_year_ref(cursor)
    if ref is None:
        return None
    first = ref.number
    if not first:
        years = cursor.attempt(year_pair)
        if years is not None:
            year_word(cursor)
            if years[1] != years[0] + 1:
                return None
            first = years[0]
    return _one(Moment("school_year", YearRef("number", first) if first else YearRef("plan")))


def _counted_units(cursor: Cursor) -> list[Span] | None:
    """Numbers and their unit: days of a month, quarters, halves, ten days, weeks, years."""
    found = heads(cursor)
    if found is None:
        return None
    if found[0][0] >= 1000:
        return _years(cursor, found)
    unit = cursor.peek()
    rule = _UNIT_RULES.get(unit.kind)
    if rule is None:
        return None
    make = rule(cursor)
    if make is None:
        return None
    return [Span(make(first), make(last)) for first, last in found]


def _years(cursor: Cursor, found: list[tuple[int, int]]) -> list[Span] | None:
    if not all(FIRST_YEAR <= year <= LAST_YEAR for pair in found for year in pair):
        return None
    year_word(cursor)
    made = [[Moment("year", YearRef("number", year)) for year in pair] for pair in found]
    return [Span(first, last) for first, last in made]


Maker = Callable[[int], Moment]


def _days_of_month(cursor: Cursor) -> Maker | None:
    cursor.take_kind("number")
    month = cursor.take_kind("month")
    if month is None:
        return None
    cursor.take_kind("month_word")
    year = year_ref(cursor)
    return lambda index: Moment("day", year, month.number, index)


def _quarters(cursor: Cursor) -> Maker | None:
    cursor.take_kind("quarter")
    year = year_ref(cursor)
    return lambda index: Moment("quarter", year, index=index)


def _halves(cursor: Cursor) -> Maker | None:
    """полугодие, п/г, п.г., половина года."""
    if cursor.take_kind("half_of"):
        year = year_ref(cursor)
        return None if year is None else lambda index: Moment("half", year, index=index)
    if not cursor.take_kind("half") and not _half_abbreviated(cursor):
        return None
    year = year_ref(cursor)
    return lambda index: Moment("half", year, index=index)


def _half_abbreviated(cursor: Cursor) -> bool:
    """п/г, п-г, п.г., п/годие, пол-е."""
    if cursor.take_phrase("п|пол", "/|-", "г|годие|годия|годии|е|я"):
        return True
    return cursor.take_phrase("п", "г")


def _tens_of_days(cursor: Cursor) -> Maker | None:
    cursor.take_kind("ten_days")
    return _part_of_month(cursor, "ten_days")


def _weeks(cursor: Cursor) -> Maker | None:
    cursor.take_kind("week")
    return _part_of_month(cursor, "week")


def _part_of_month(cursor: Cursor, unit: str) -> Maker | None:
    month = cursor.take_kind("month")
    if month is None:
        return None
    cursor.take_kind("month_word")
    year = year_ref(cursor)
    return lambda index: Moment(unit, year, month.number, index)


_UNIT_RULES: Final[dict[str, Callable[[Cursor], Maker | None]]] = {
    "month": _days_of_month,
    "number": _days_of_month,
    "quarter": _quarters,
    "half": _halves,
    "half_of": _halves,
    "word": _halves,
    "ten_days": _tens_of_days,
    "week": _weeks,
}


def _month_run(cursor: Cursor) -> list[Span] | None:
    """«9 месяцев 2026 года»: from January on. Without a year only nine months mean that."""
    count = number(cursor)
    if count not in _MONTH_RUNS or not cursor.take_kind("month_word"):
        return None
    year = year_ref(cursor)
    if year is None and count != 9:
        return None
    return _one(Moment("months", year, 1, count or 0))


def _month(cursor: Cursor) -> list[Span] | None:
    month = cursor.take_kind("month")
    if month is None:
        return None
    cursor.take_kind("month_word")
    return _one(Moment("month", year_ref(cursor), index=month.number))


def _quarter_numbered_after(cursor: Cursor) -> list[Span] | None:
    """«квартал I», «кварталы 1-3»."""
    unit = cursor.take_kind("quarter", "half")
    found = heads(cursor) if unit else None
    if unit is None or found is None or found[0][0] > 4:
        return None
    year = year_ref(cursor)
    made = [[Moment(unit.kind, year, index=index) for index in pair] for pair in found]
    return [Span(first, last) for first, last in made]


def _season(cursor: Cursor) -> list[Span] | None:
    season = cursor.take_kind("season")
    if season is None:
        return None
    cursor.take_kind("period", "month_word")
    return _one(Moment("season", year_ref(cursor), season.number, 3))


def _opens_last_day(cursor: Cursor) -> bool:
    """«до последнего дня марта» holds all of March; «до последней недели марта» ends before it."""
    is_qualified = cursor.peek(1).kind in ("working", "calendar")
    unit = cursor.peek(2 if is_qualified else 1)
    return cursor.peek().kind == "last" and unit.kind in ("day", "number")


def _last_of_month(cursor: Cursor) -> list[Span] | None:
    """«последняя неделя марта», «последний день (декада) марта»."""
    if not cursor.take_kind("last"):
        return None
    cursor.take_kind("working", "calendar")
    unit = cursor.take_kind("week", "ten_days", "day", "number")
    month = cursor.take_kind("month") if unit else None
    if unit is None or month is None:
        return None
    year = year_ref(cursor)
    if unit.kind in ("day", "number"):
        return _one(Moment("month", year, index=month.number))
    return _one(Moment(unit.kind, year, month.number, 3 if unit.kind == "ten_days" else 5))


def _named_unit(cursor: Cursor) -> list[Span] | None:
    """«год», «текущий квартал», «следующий месяц», «следующего полугодия»."""
    year = cursor.attempt(named_year)
    if year is not None:
        return None if year.kind in ("each", "following") else _one(Moment("year", year))
    which = cursor.take_kind("current", "next", "coming", "past")
    unit = cursor.take_kind("month_word", "quarter", "half") if which else None
    if which is None or unit is None:
        return None
    name = "month" if unit.kind == "month_word" else unit.kind
    return _one(Moment(name, YearRef(YEAR_KINDS[which.kind]), index=0))


_SPAN_RULES: Final = (
    _numeric_date,
    _school_year,
    _month_run,
    _counted_units,
    _month,
    _quarter_numbered_after,
    _season,
    _last_of_month,
    _named_unit,
)
