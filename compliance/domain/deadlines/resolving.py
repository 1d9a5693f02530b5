"""Moments become days: units of the calendar, and the year that the phrase left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from compliance.domain.calendar.periods import (
    ONE_DAY,
    Period,
    crosses_new_year_once,
    day_in_month,
    month_end,
)
from compliance.domain.deadlines.grammar.nodes import Moment, Span, YearRef
from compliance.domain.deadlines.parts import Note

SCHOOL_YEAR_STARTS, SCHOOL_YEAR_ENDS = 9, 5
"""September and May; the end is custom, so the reading carries a note."""

LONGEST_WRAP = timedelta(days=183)
"""A range that runs backwards («с 20 декабря по 10 января 2027 г.») may cross New Year only if it
then lasts at most half a year; a longer one is taken for a slip: end before start."""


class ContradictionError(ValueError):
    """The words were read but cannot all be true (or say too little); `code` says why."""

    def __init__(self, code: str, text: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.text = text


@dataclass(slots=True)
class Context:
    """The plan's period, today, and what has been assumed so far."""

    period: Period
    today: date | None
    notes: list[Note] = field(default_factory=list)
    is_assumed: bool = False

    def assume(self, code: str, *, year: int | None = None, on: date | None = None) -> None:
        self.is_assumed = True
        self.note(code, year=year, on=on)

    def note(
        self, code: str, *, year: int | None = None, on: date | None = None, text: str | None = None
    ) -> None:
        note = Note(code, text, year, on)
        if note not in self.notes:
            self.notes.append(note)

    @property
    def current_year(self) -> int:
        """The year of «текущий»: today's if it lies in the plan, else the plan's first."""
        if self.today is not None and self.today.year in self.period.years:
            return self.today.year
        return self.period.start.year


def unit_days(moment: Moment, year: int) -> Period:
    """The days of the unit in that year."""
    index, month = moment.index, moment.month
    if moment.unit == "year":
        return Period.of_years(year)
    if moment.unit == "school_year":
        last = month_end(year + 1, SCHOOL_YEAR_ENDS)
        return Period(date(year, SCHOOL_YEAR_STARTS, 1), last)
    if moment.unit == "day":
        return _one_day(year, month, index)
    if moment.unit in ("ten_days", "week"):
        return _part_of_month(moment, year)
    if moment.unit in ("months", "season"):
        return Period.of_months(year, month, index)
    length = {"month": 1, "quarter": 3, "half": 6}[moment.unit]
    if not 1 <= index <= 12 // length:
        raise ContradictionError("no_such_unit")
    return Period.of_months(year, (index - 1) * length + 1, length)


def _one_day(year: int, month: int, day: int) -> Period:
    try:
        named = date(year, month, day)
    except ValueError:
        raise ContradictionError("no_such_date") from None
    return Period(named, named)


def _part_of_month(moment: Moment, year: int) -> Period:
    """Ten days: 1-10, 11-20, from 21. Weeks: 1-7, 8-14 …; the fifth is the last seven days."""
    end = month_end(year, moment.month)
    if moment.unit == "week" and moment.index == 5:
        return Period(end - timedelta(days=6), end)
    length, most = (10, 3) if moment.unit == "ten_days" else (7, 4)
    if not 1 <= moment.index <= most:
        raise ContradictionError("no_such_unit")
    first = (moment.index - 1) * length + 1
    is_last_ten = moment.unit == "ten_days" and moment.index == most
    last = end if is_last_ten else day_in_month(year, moment.month, first + length - 1)
    return Period(day_in_month(year, moment.month, first), last)


def span_days(span: Span, year: int, context: Context) -> Period:
    """The days from the first moment to the last, when the year left out is `year`."""
    first_year, last_year = _years_of(span, year, context)
    first = unit_days(_of_today(span.first, context), first_year)
    if span.last is None:
        if context.period.end < first.start:
            raise ContradictionError("end_before_start")
        return Period(first.start, context.period.end)
    last = unit_days(_of_today(span.last, context), last_year)
    end = last.start - ONE_DAY if span.ends_before else last.end
    if end >= first.start:
        return Period(first.start, end)
    return _across_new_year(span, first_year, end, context)


def _years_of(span: Span, year: int, context: Context) -> tuple[int, int]:
    first = named_year(span.first, context)
    last = named_year(span.last, context) if span.last else None
    if first is None:
        first = last
    if last is None:
        last = first
    return (year if first is None else first), (year if last is None else last)


def _across_new_year(span: Span, year: int, end: date, context: Context) -> Period:
    """The range again, its unwritten year moved over New Year; else ContradictionError."""
    first_named = named_year(span.first, context)
    last_named = named_year(span.last, context) if span.last else None
    if first_named is not None and last_named is not None:
        raise ContradictionError("end_before_start")
    start = unit_days(span.first, year).start
    if first_named is not None or last_named is None:
        end = _moved(end, 1)
    else:
        start = _moved(start, -1)
    is_short = start <= end <= start + LONGEST_WRAP
    is_in_school_plan = (
        crosses_new_year_once(context.period)
        and start <= end
        and context.period.covers(Period(start, end))
    )
    if not (is_short or is_in_school_plan) or start not in context.period:
        raise ContradictionError("end_before_start")
    context.assume("crosses_new_year", on=start)
    return Period(start, end)


def _moved(day: date, years: int) -> date:
    return day_in_month(day.year + years, day.month, day.day)


def _of_today(moment: Moment, context: Context) -> Moment:
    """«текущий квартал» as the quarter of today; ContradictionError when today is not known."""
    if moment.index or moment.unit in ("year", "school_year"):
        return moment
    if context.today is None:
        raise ContradictionError("today_needed")
    length = {"month": 1, "quarter": 3, "half": 6}[moment.unit]
    shift = {"next": 1, "past": -1}.get(moment.year.kind if moment.year else "", 0)
    context.assume("unit_from_today", on=context.today)
    steps = (context.today.year * 12 + context.today.month - 1) // length + shift
    year, index = divmod(steps, 12 // length)
    return replace(moment, year=YearRef("number", year), index=index + 1)


def named_year(moment: Moment, context: Context) -> int | None:
    """The year that the moment itself names, by number or as this, next or past; else None."""
    ref = moment.year
    if ref is None or ref.kind in ("plan", "each", "following", "own"):
        return None
    if ref.kind == "number":
        if not 1 < ref.number < 9000:
            raise ContradictionError("no_such_date")
        return ref.number
    if moment.index == 0 and moment.unit not in ("year", "school_year"):
        return _of_today_year(moment, context)
    return context.current_year + {"next": 1, "past": -1}.get(ref.kind, 0)


def _of_today_year(moment: Moment, context: Context) -> int:
    found = _of_today(moment, context).year
    return found.number if found else context.current_year


def is_yearless(span: Span) -> bool:
    """Whether nothing in the span says which year."""
    moments = [span.first, span.last] if span.last else [span.first]
    return all(moment.year is None or moment.year.kind == "plan" for moment in moments)


def with_year(span: Span, year: YearRef) -> Span:
    """The span with the year in each place where it was left out."""

    def filled(moment: Moment) -> Moment:
        return replace(moment, year=year) if moment.year is None else moment

    return Span(filled(span.first), filled(span.last) if span.last else None, span.ends_before)


def fitting_years(due_of: Sequence[tuple[int, Period | None]], context: Context) -> Iterable[int]:
    """The candidate years whose span lies in the plan; if there are none, those that touch it."""
    whole = [year for year, days in due_of if days and context.period.covers(days)]
    return whole or [year for year, days in due_of if days and context.period.overlap(days)]
