"""The due dates that a part itself yields, before any shift for non-working days."""

from collections.abc import Iterator
from datetime import date, timedelta

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

CHECKPOINTS = "quarterly"
"""How often continuous work is reported on, unless an organisation's setting says otherwise."""


def part_dates(
    part: DeadlinePart, calendar: WorkingCalendar = WEEKENDS_ONLY, checkpoints: str = CHECKPOINTS
) -> tuple[date, ...]:
    """Due dates, sorted and unique. The calendar counts working days, it shifts nothing."""
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


def ends_of_units(scope: Period, freq: str) -> tuple[date, ...]:
    """The end of each week, month, quarter … of the scope; the last one ends with the scope."""
    return tuple(sorted({min(unit.end, scope.end) for unit in calendar_units(scope, freq)}))


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
            for end in equal_parts(unit, min(part.times or 1, unit.days)):
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
    """The day in each period; with a lag, in the period after it, also beyond the scope."""
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
