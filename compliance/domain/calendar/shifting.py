"""What happens to a due date on a non-working day: the settings, and the shift itself."""

from dataclasses import dataclass
from datetime import date

from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.working_days import WorkingCalendar

BEFORE, AFTER, NONE = "before", "after", "none"


@dataclass(frozen=True, slots=True)
class Policy:
    """Settings of an organisation that turn parts into due dates.

    Shifts are "before", "after" or "none": to the working day before, to the one after, or no
    shift. Checkpoints are frequencies.
    """

    period_end_shift: str = BEFORE
    named_date_shift: str = AFTER
    continuous_checkpoints: str = "quarterly"
    daily_checkpoints: str = "monthly"
    """How often daily work is reported on; "daily" makes every working day an occurrence."""
    interim_checkpoints: str = "quarterly"
    """How often the course of work is asked for inside a long period; or "none"."""
    has_year_end_checkpoint: bool = True
    """Whether external, relative and as-needed measures are asked about at the year's end."""


DEFAULT_POLICY = Policy()


def shifted(
    day: date,
    is_named: bool,
    period: Period,
    calendar: WorkingCalendar,
    policy: Policy = DEFAULT_POLICY,
) -> date:
    """The working day on which the date falls due; the date itself when that is worked.

    No shift leaves the plan's period; where the policy's direction would, the other one is taken.
    A date outside the period (a report after the last quarter) stays in its calendar year. If
    there is no working day inside those bounds, the date stays. Shifting twice changes nothing.
    """
    direction = policy.named_date_shift if is_named else policy.period_end_shift
    if direction == NONE or calendar.is_working(day):
        return day
    allowed = _bounds(day, period)
    before, after = calendar.previous_working_day(day), calendar.next_working_day(day)
    for candidate in (after, before) if direction == AFTER else (before, after):
        if candidate in allowed:
            return candidate
    return day


def _bounds(day: date, period: Period) -> Period:
    """The days the shift may reach: the plan's, or the date's year if it lies outside the plan."""
    return period if day in period else Period.of_years(day.year)
