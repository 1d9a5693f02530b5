"""Conditions on due dates: overdue, due soon, and which of them somebody may open."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from compliance.models.jurisdictions import OVERSEEING
from compliance.models.local_dates import LocalDates
from compliance.models.organisations import Organisation
from compliance.models.roles import Role

if TYPE_CHECKING:
    from compliance.models.people import User


def overdue_condition(
    dates: LocalDates, prefix: str = "", zone: str = "organisation__time_zone"
) -> Q:
    """A condition: open, and the last day in time has passed where the organisation is.

    `prefix` leads from the queried model to the occurrence, and `zone` to the time zone.
    """
    status = Q(**{f"{prefix}status": "open"})
    return status & dates.where(zone, lambda today: Q(**{f"{prefix}late_after__lt": today}))


def age_condition(dates: LocalDates, first: int, last: int | None = None) -> Q:
    """A condition: open, and overdue for `first` to `last` calendar days where the organisation is.

    Without a `last`: for `first` days or more.
    """

    def aged(today: date) -> Q:
        late = Q(late_after__lte=today - timedelta(days=first))
        return late & Q(late_after__gte=today - timedelta(days=last)) if last else late

    return Q(status="open") & dates.where("organisation__time_zone", aged)


def due_condition(dates: LocalDates, first: int, last: int) -> Q:
    """A condition: open, and due `first` to `last` calendar days after today, both included.

    What was planned for a day that has passed, but is still in time, is due on its last day in time
    (`counted_to`): so whatever is open and near is in exactly one list.
    """

    def near(today: date) -> Q:
        days = (today + timedelta(days=first), today + timedelta(days=last))
        return Q(due_on__range=days) | Q(due_on__lt=today, late_after__range=days)

    return Q(status="open") & dates.where("organisation__time_zone", near)


def seen_by(user: User) -> Q:
    """A condition on rows of an assignment: the user may open its due dates.

    The ministry sees its region; directors and personnel their institution; the council its own
    share of regional plans; an executor what is assigned to them by name, and everything of their
    institution that has no name yet.
    """
    duties = user.jurisdiction()
    seen = duties.covers("organisation__path", *OVERSEEING, Role.DIRECTOR, Role.HR)
    # A role that nobody asks about would still cost a join.
    if Role.EXECUTOR in duties.roles:
        named = Q(assignment__executor__in=user.stands_for())
        unnamed = Q(assignment__executor__isnull=True)
        seen |= duties.covers("organisation__path", Role.EXECUTOR) & (named | unnamed)
    if Role.COUNCIL in duties.roles:
        council = Q(organisation__kind=Organisation.Kind.COUNCIL)
        seen |= duties.covers("organisation__path", Role.COUNCIL) & council
    return seen
