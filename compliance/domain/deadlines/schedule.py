"""From an understood deadline to the dates on which it is owed, intended and shifted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.shifting import DEFAULT_POLICY, Policy, shifted
from compliance.domain.calendar.working_days import WorkingCalendar
from compliance.domain.deadlines.lateness import last_day_in_time
from compliance.domain.deadlines.parts import (
    AS_NEEDED,
    CONTINUOUS,
    EXTERNAL,
    RELATIVE,
    UNKNOWN,
    DeadlinePart,
)
from compliance.domain.deadlines.reader import Deadline
from compliance.domain.deadlines.recurrence import add_length, ends_of_units, part_dates

__all__ = [
    "DEFAULT_POLICY",
    "DueDate",
    "InterimDate",
    "Policy",
    "interims",
    "schedule",
    "shifted",
]

PERSON = "person"
_WITHOUT_DATES = (AS_NEEDED, EXTERNAL, RELATIVE)


@dataclass(frozen=True, slots=True, order=True)
class DueDate:
    """One date on which something is owed, and where it comes from."""

    due_on: date
    """After the shift for non-working days: planned and reminded."""
    intended_on: date
    """As the deadline says; the next dates are counted from it."""
    part: int | None
    """Index of the part in the deadline; None when a person set the date."""
    source: str
    """The part's kind, or "person"."""
    is_checkpoint: bool = False
    """Whether the schedule's rules ask for it, not the phrase itself."""

    @property
    def late_after(self) -> date:
        """The last day on which it is still done in time."""
        return last_day_in_time(self.intended_on, self.due_on)


@dataclass(frozen=True, slots=True, order=True)
class InterimDate:
    """A day on which the course of work is asked for; nothing is owed and nothing can be late."""

    on: date
    """After the shift for non-working days."""
    intended_on: date


def interims(
    deadline: Deadline,
    period: Period,
    calendar: WorkingCalendar,
    policy: Policy = DEFAULT_POLICY,
    *,
    dates: Iterable[date] | None = None,
) -> list[InterimDate]:
    """The interim checkpoints of a measure, sorted; none on a day on which something is owed.

    A person who set `dates` has said when to ask, so there are none between them.
    """
    if dates is not None or deadline.confidence == UNKNOWN:
        return []
    owed = {due.due_on for due in schedule(deadline, period, calendar, policy)}
    found: dict[date, InterimDate] = {}
    for day in deadline.interim_dates(policy.interim_checkpoints):
        if day in period:
            on = shifted(day, False, period, calendar, policy)
            found.setdefault(on, InterimDate(on, day))
    return [found[on] for on in sorted(found) if on not in owed]


def schedule(
    deadline: Deadline,
    period: Period,
    calendar: WorkingCalendar,
    policy: Policy = DEFAULT_POLICY,
    *,
    dates: Iterable[date] | None = None,
    anchor: date | None = None,
) -> list[DueDate]:
    """The due dates of a measure, sorted, one for each day.

    `dates` set by a person replace everything that the phrase yields. `anchor` is the day of the
    event that a relative deadline waits for; it replaces the year-end checkpoint.
    """
    if dates is not None:
        return _unique(_given(dates, period, calendar, policy))
    if deadline.confidence == UNKNOWN:
        return []
    found = [
        due
        for index, part in enumerate(deadline.parts)
        for due in _of_part(index, part, period, calendar, policy, anchor)
    ]
    return _unique(found)


def _given(
    dates: Iterable[date], period: Period, calendar: WorkingCalendar, policy: Policy
) -> Iterator[DueDate]:
    for day in dates:
        yield DueDate(shifted(day, True, period, calendar, policy), day, None, PERSON)


def _of_part(
    index: int,
    part: DeadlinePart,
    period: Period,
    calendar: WorkingCalendar,
    policy: Policy,
    anchor: date | None,
) -> Iterator[DueDate]:
    if part.kind == RELATIVE and anchor is not None:
        days: Sequence[date] = [add_length(anchor, part.amount or 0, part.unit, calendar)]
        is_checkpoint = False
    else:
        days = _intended(part, period, calendar, policy)
        is_checkpoint = part.kind in (*_WITHOUT_DATES, CONTINUOUS) or part.freq == "daily"
    is_named = part.names_a_day and not is_checkpoint
    for day in days:
        due_on = shifted(day, is_named, period, calendar, policy)
        yield DueDate(due_on, day, index, part.kind, is_checkpoint)


def _intended(
    part: DeadlinePart, period: Period, calendar: WorkingCalendar, policy: Policy
) -> Sequence[date]:
    """The dates before the shift, by the policy's checkpoints where the phrase has none."""
    if part.kind in _WITHOUT_DATES:
        return _year_ends(part, period) if policy.has_year_end_checkpoint else ()
    if part.freq == "daily" and part.start is not None and part.end is not None:
        return ends_of_units(Period(part.start, part.end), policy.daily_checkpoints)
    return part_dates(part, calendar, policy.continuous_checkpoints)


def _year_ends(part: DeadlinePart, period: Period) -> tuple[date, ...]:
    """The end of each year of the plan, or of the part's own span."""
    start, end = part.start or period.start, part.end or period.end
    return ends_of_units(Period(start, end), "yearly")


def _unique(found: Iterable[DueDate]) -> list[DueDate]:
    """Sorted by due date; of several on a day the earliest intended, the phrase before a rule."""
    unique: dict[date, DueDate] = {}
    for due in sorted(found, key=_precedence):
        unique.setdefault(due.due_on, due)
    return list(unique.values())


def _precedence(due: DueDate) -> tuple[date, bool, date, int]:
    return due.due_on, due.is_checkpoint, due.intended_on, -1 if due.part is None else due.part
