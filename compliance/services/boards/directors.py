"""How a director's institutions stand: what is overdue by executor, and the quarter in counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F

from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.quarters import quarter, quarter_code
from compliance.models import Occurrence, Organisation, User
from compliance.models.local_dates import LocalDates
from compliance.models.roles import Role
from compliance.services.boards.months import MonthCourse, months_of

PEOPLE = 10  # executors that are named, those with most overdue first


@dataclass(frozen=True)
class Overdue:
    """What is overdue of one executor in one institution; of nobody yet, without a name."""

    organisation: int
    executor: int | None
    name: str
    count: int


@dataclass(frozen=True)
class Directed:
    """What a director wants to know first."""

    overdue: list[Overdue]
    quarter: str  # its code, as 2026Q4
    days: Period
    course: MonthCourse  # of the whole quarter
    place: int | None  # the one institution that they direct, if it is one
    opens: bool  # whether lists can be told apart from those of other roles


def directed(user: User, today: date, dates: LocalDates) -> Directed:
    """The state of everything that the person directs. Four queries."""
    duties = user.jurisdiction()
    places = Organisation.objects.filter(duties.covers("path", Role.DIRECTOR))
    only = list(places.order_by("pk").values_list("pk", flat=True)[:2])
    days = quarter(quarter_code(today))
    branches = duties.paths(Role.DIRECTOR)
    return Directed(
        overdue=_by_executor(user, dates),
        quarter=quarter_code(today),
        days=days,
        course=MonthCourse.of_quarter(days.start, months_of(places, days, dates)),
        place=only[0] if len(only) == 1 else None,
        opens=len(only) == 1 or all(path.startswith(branches) for path in duties.paths()),
    )


def _by_executor(user: User, dates: LocalDates) -> list[Overdue]:
    mine = user.jurisdiction().covers("organisation__path", Role.DIRECTOR)
    rows = Occurrence.objects.overdue_at(dates).filter(mine).order_by()
    name = F("assignment__executor__full_name")
    found = (
        rows.values("organisation_id", "assignment__executor_id", name=name)
        .annotate(count=Count("organisation"))
        .order_by("-count", "name", "organisation_id", "assignment__executor_id")
    )
    keys = ("organisation_id", "assignment__executor_id", "name", "count")
    return [
        Overdue(place, executor, name or "", count)
        for place, executor, name, count in found.values_list(*keys)[:PEOPLE]
    ]
