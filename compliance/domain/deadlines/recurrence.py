"""The due dates of a part, before any shift for non-working days."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from compliance.domain.calendar.periods import (
    MONTHS_IN,
    ONE_DAY,
    Period,
    add_months,
    calendar_units,
    day_in_month,
    equal_parts,
    month_end,
)
from compliance.domain.calendar.working_days import WorkingCalendar
from compliance.domain.deadlines.parts import (
    CONTINUOUS,
    DATE,
    MINIMUM_FREQUENCY,
    PERIOD,
    RECURRING,
    DeadlinePart,
)

WEEKENDS_ONLY = WorkingCalendar()

NO_INTERIMS = "none"
_DAYS_IN_MONTH = 30

CHECKPOINTS = "quarterly"
"""How often continuous work is reported on, unless an organisation's setting differs."""


def part_dates(
    part: DeadlinePart, calendar: WorkingCalendar = WEEKENDS_ONLY, checkpoints: str = CHECKPOINTS
) -> tuple[date, ...]:
    """Due dates, sorted and unique. The calendar only counts working days; nothing is shifted."""
    if part.kind in (DATE, PERIOD):
        return (part.end,) if part.end else ()
    if part.start is None or part.end is None:
        return ()
    scope = Period(part.start, part.end)
    if part.kind == CONTINUOUS:
        return ends_of_units(scope, checkpoints)
    if part.kind in (RECURRING, MINIMUM_FREQUENCY):
        return tuple(sorted(set(_recurring(part, scope, calendar))))
    return ()


SHORTEST_PIECE = Fraction(1, 5)
"""Of a checkpoint's step: with less time before it there is nothing to report (decision 24)."""

WHOLE_ENOUGH = Fraction(4, 5)
"""Of a year, quarter …: if the plan has less of it, its "N times" spread over what there is."""


def ends_of_units(scope: Period, freq: str) -> tuple[date, ...]:
    """The end of each week, month, quarter … of the scope; the last one ends with the scope.

    For checkpoints, which our rules ask for and not the words: the first is left out when the scope
    begins so late in its unit that hardly any time lies before it.
    """
    ends = []
    for unit in calendar_units(scope, freq):
        piece = Period(max(unit.start, scope.start), min(unit.end, scope.end))
        is_stub = piece.days < unit.days * SHORTEST_PIECE and unit.end < scope.end
        if not is_stub:
            ends.append(piece.end)
    return tuple(sorted(set(ends)))


def interim_dates(part: DeadlinePart, checkpoints: str) -> tuple[date, ...]:
    """When the course of work is asked for inside a period that is longer than a quarter.

    These are ends of units, neither too near the period's own end, which is a due date, nor too
    near its beginning.
    """
    if part.kind != PERIOD or part.start is None or part.end is None or checkpoints == NO_INTERIMS:
        return ()
    if part.end < add_months(part.start, MONTHS_IN["quarterly"]):
        return ()
    scope = Period(part.start, part.end)
    shortest = MONTHS_IN[checkpoints] * _DAYS_IN_MONTH * SHORTEST_PIECE
    ends = ends_of_units(scope, checkpoints)
    return tuple(day for day in ends if (scope.end - day).days >= shortest)


def has_cut_unit(scope: Period, freq: str) -> bool:
    """Whether the scope has so little of some year, quarter … that "N times in it" is unclear."""
    return any(_is_cut(unit, scope) for unit in calendar_units(scope, freq))


def _is_cut(unit: Period, scope: Period) -> bool:
    part = unit.overlap(scope)
    return part is not None and part.days < unit.days * WHOLE_ENOUGH


def _recurring(part: DeadlinePart, scope: Period, calendar: WorkingCalendar) -> Iterator[date]:
    if part.freq is None:
        yield from _without_frequency(part, scope)
    elif part.amount is not None:
        for unit in _plain_units(scope, part.freq):
            start = unit.end if part.lag_periods else unit.start - ONE_DAY
            day = add_length(start, part.amount, part.unit, calendar)
            if part.lag_periods or day in scope:
                yield day
    elif part.weekday is not None:
        yield from _on_weekday(scope, part.weekday)
    elif part.day is not None or part.month is not None or part.lag_periods:
        yield from _on_named_day(part, part.freq, scope)
    else:
        for unit in calendar_units(scope, part.freq):
            yield from _times_in(unit, part.times or 1, scope)


def _times_in(unit: Period, times: int, scope: Period) -> Iterator[date]:
    """The ends of equal parts of the unit, or of its part in the scope where that is much shorter.

    A stub in which so many times would follow within days of each other asks for nothing.
    """
    part = unit.overlap(scope)
    if times > 1 and part is not None and _is_cut(unit, scope):
        if part.days < unit.days * SHORTEST_PIECE and part != scope:
            return
        unit = part
    for end in equal_parts(unit, min(times, unit.days)):
        if min(end, scope.end) >= scope.start:
            yield min(end, scope.end)


def _without_frequency(part: DeadlinePart, scope: Period) -> Iterator[date]:
    """Once every so many months or days; or so many times in the whole scope."""
    if part.amount is None or part.unit is None:
        yield from equal_parts(scope, min(part.times or 1, scope.days))
        return
    end = scope.start - ONE_DAY
    count = 0
    while end < scope.end:
        count += 1
        following = add_length(scope.start, part.amount * count, part.unit, WEEKENDS_ONLY)
        end = min(following - ONE_DAY, scope.end)
        yield end


def _on_weekday(scope: Period, weekday: int) -> Iterator[date]:
    day = scope.start + timedelta(days=(weekday - scope.start.isoweekday()) % 7)
    while day <= scope.end:
        yield day
        day += timedelta(days=7)


def _on_named_day(part: DeadlinePart, freq: str, scope: Period) -> Iterator[date]:
    """The day in each period; with a lag, in the period after it, even beyond the scope."""
    length = MONTHS_IN[freq]
    for unit in _plain_units(scope, freq):
        month = unit.start.month + part.lag_periods * length + (part.month or length) - 1
        day = (
            day_in_month(unit.start.year, month, part.day)
            if part.day is not None
            else month_end(unit.start.year, month)
        )
        if part.lag_periods or day in scope:
            yield day


def _plain_units(scope: Period, freq: str) -> Iterator[Period]:
    """Calendar units; a named month counts from January even in a school year."""
    if freq == "yearly":
        yield from (Period.of_years(year) for year in scope.years)
    else:
        yield from calendar_units(scope, freq)


def add_length(start: date, amount: int, unit: str | None, calendar: WorkingCalendar) -> date:
    """`amount` of `unit` after the day, or before it when negative; the day is not counted."""
    if unit == "working_days":
        return calendar.add_working_days(start, amount)
    if unit == "months":
        return add_months(start, amount)
    return start + timedelta(days=amount)
