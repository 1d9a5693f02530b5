"""The dates a deadline may move to: later, not in the past, inside the plan, a working day.

What is granted is the date asked for or an earlier one."""

from __future__ import annotations

from datetime import date

from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.shifting import Policy, shifted
from compliance.domain.calendar.working_days import WorkingCalendar
from compliance.domain.refusals import Refusal


def extended_to(
    wanted: date,
    *,
    due_on: date,
    today: date,
    period: Period,
    calendar: WorkingCalendar,
    policy: Policy,
) -> date:
    """The date an extension to `wanted` leads to: that date, or the one the calendar shifts it to.

    A date beyond the plan's period would be owed by a plan whose report has been accepted: that
    is a matter for a revision or for the next plan. Raises the Refusal that says what is wrong.
    """
    if wanted < today:
        raise Refusal("new_date_past", today=f"{today:%d.%m.%Y}")
    if wanted not in period:
        raise Refusal("new_date_outside_period", end=f"{period.end:%d.%m.%Y}")
    day = shifted(wanted, True, period, calendar, policy)
    check_later(day, due_on)
    return day


def granted_for(
    wanted: date,
    asked: date,
    *,
    due_on: date,
    earliest: date,
    period: Period,
    calendar: WorkingCalendar,
    policy: Policy,
) -> date:
    """The date that a petition for `asked` is granted with: `asked` itself, or an earlier one.

    A later date nobody has asked for and no director has endorsed. `earliest` is today while the
    work is still to be done, and nothing where a report waits: that is judged by the date alone.
    """
    if wanted > asked:
        raise Refusal("granted_later_than_asked", asked=f"{asked:%d.%m.%Y}")
    if wanted == asked:  # shifted when it was asked for, whatever has become of the calendar since
        check_later(asked, due_on)
        return asked
    check_later(wanted, due_on)
    day = extended_to(
        wanted, due_on=due_on, today=earliest, period=period, calendar=calendar, policy=policy
    )
    return min(day, asked)


def check_later(day: date, due_on: date) -> None:
    """Refuse a date that does not move the deadline later."""
    if day <= due_on:
        raise Refusal("new_date_not_later", due=f"{due_on:%d.%m.%Y}")


def can_move(*, due_on: date, today: date, period: Period) -> bool:
    """Whether the plan's period still has a day to which the deadline could be moved."""
    return max(due_on, today) <= period.end and due_on < period.end
