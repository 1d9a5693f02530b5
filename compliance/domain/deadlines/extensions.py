"""The dates a deadline may move to: later, not in the past, inside the plan.

What is granted is the last day in time, the date asked for or an earlier one; if it is a day off,
it is planned for a working day like any other date."""

from __future__ import annotations

from datetime import date

from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.shifting import Policy, shifted
from compliance.domain.calendar.working_days import WorkingCalendar
from compliance.domain.deadlines.lateness import last_day_in_time
from compliance.domain.refusals import Refusal


def extended_to(
    wanted: date,
    *,
    late_after: date,
    today: date,
    period: Period,
    calendar: WorkingCalendar,
    policy: Policy,
) -> date:
    """The last day in time after an extension to `wanted`: that day, or where it shifts forward.

    `late_after` is the last day in time so far. A date beyond the plan's period would be owed by a
    plan whose report has been accepted: that needs a revision or the next plan.
    Raises the Refusal that says what is wrong.
    """
    if wanted < today:
        raise Refusal("new_date_past", today=f"{today:%d.%m.%Y}")
    if wanted not in period:
        raise Refusal("new_date_outside_period", end=f"{period.end:%d.%m.%Y}")
    day = last_day_in_time(wanted, shifted(wanted, True, period, calendar, policy))
    check_later(day, late_after)
    return day


def granted_for(
    wanted: date,
    asked: date,
    *,
    late_after: date,
    earliest: date,
    period: Period,
    calendar: WorkingCalendar,
    policy: Policy,
) -> date:
    """The date that a petition for `asked` is granted with: `asked` itself, or an earlier one.

    Nobody has asked for a later date, and no director has endorsed one. `earliest` is today while
    the work is still to be done, and no limit where a report waits, which is judged by the date.
    """
    if wanted > asked:
        raise Refusal("granted_later_than_asked", asked=f"{asked:%d.%m.%Y}")
    check_later(wanted, late_after)
    if wanted == asked:  # shifted when it was asked for; the calendar may have changed since
        return asked
    day = extended_to(
        wanted,
        late_after=late_after,
        today=earliest,
        period=period,
        calendar=calendar,
        policy=policy,
    )
    return min(day, asked)


def planned_for(
    granted: date, *, period: Period, calendar: WorkingCalendar, policy: Policy
) -> date:
    """The working day for which a granted date is planned and reminded of; never a later one."""
    return min(granted, shifted(granted, True, period, calendar, policy))


def check_later(day: date, late_after: date) -> None:
    """Refuse a date that is not later than before; pass otherwise."""
    if day <= late_after:
        raise Refusal("new_date_not_later", due=f"{late_after:%d.%m.%Y}")


def can_move(*, late_after: date, today: date, period: Period) -> bool:
    """Whether the plan's period still has a day to which the deadline could be moved."""
    return max(late_after, today) <= period.end and late_after < period.end
