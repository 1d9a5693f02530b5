"""The course of execution by month: what was planned for its days, and how that has ended so far.

What is closed comes from the counts of outcomes, what is not from the due dates on control:
history is not read (decision 26). A plan's own few due dates are counted themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from compliance.domain.calendar.periods import Period, calendar_units
from compliance.domain.calendar.quarters import quarter, quarter_code
from compliance.models import Occurrence, Organisation, OutcomeCount, Plan, User
from compliance.models.due_conditions import overdue_condition
from compliance.models.local_dates import LocalDates

MONTHS = 12  # of a plan that are shown one by one
BEHIND, AHEAD = 9, 2  # months around today's, so that January too has something to show


@dataclass(frozen=True, kw_only=True)
class Settled:
    """How many due dates are done or overdue: what a share done in time is a share of."""

    in_time: int = 0
    late: int = 0
    overdue: int = 0

    @property
    def settled(self) -> int:
        """All of them."""
        return self.in_time + self.late + self.overdue

    @property
    def share_in_time(self) -> int | None:
        """Of a hundred of them, how many were done in time; None of nothing."""
        return 100 * self.in_time // self.settled if self.settled else None


@dataclass(frozen=True)
class MonthCourse(Settled):
    """How many due dates were planned for a month's days, or a quarter's, by how they stand."""

    month: date  # its first day
    waived: int = 0
    pending: int = 0  # still in time, or with the inspector
    length: int = 1  # in months

    @classmethod
    def of_quarter(cls, first: date, months: Iterable[MonthCourse]) -> MonthCourse:
        """The months of the quarter that begins on that day, added up."""
        rows = list(months)
        names = ("in_time", "late", "overdue", "waived", "pending")
        sums = {name: sum(getattr(row, name) for row in rows) for name in names}
        return cls(first, **sums, length=3)

    @property
    def planned(self) -> int:
        """All of them."""
        return self.settled + self.waived + self.pending

    @property
    def days(self) -> Period:
        """The days of all its months."""
        return Period.of_months(self.month.year, self.month.month, self.length)


def months_around(today: date) -> Period:
    """The twelve months that are shown where nobody asks for others."""
    return Period.of_months(today.year, today.month - BEHIND, BEHIND + 1 + AHEAD)


def months_of(
    organisations: QuerySet[Organisation], period: Period, dates: LocalDates
) -> list[MonthCourse]:
    """The course of each month of the period, of the organisations together. Two queries."""
    within = organisations.order_by().values("pk")
    return _courses(period, _closed(within, period), _owed(within, period, dates))


def months_of_each(
    organisations: Sequence[Organisation], period: Period, dates: LocalDates
) -> dict[int, list[MonthCourse]]:
    """The course of each month of the period, by the organisation's id. Two queries."""
    closed: dict[int, list[Any]] = {}
    for place, *ended in _closed(organisations, period, "organisation"):
        closed.setdefault(place, []).append(ended)
    owed: dict[int, list[Any]] = {}
    for place, *open_ones in _owed(organisations, period, dates, "organisation"):
        owed.setdefault(place, []).append(open_ones)
    return {
        one.pk: _courses(period, closed.get(one.pk, ()), owed.get(one.pk, ()))
        for one in organisations
    }


def months_of_plan(user: User, plan: Plan, dates: LocalDates) -> list[MonthCourse]:
    """The course of each month for whose days the plan has due dates that the person may open; of
    each quarter, where that is more than a year of months. One query.
    """
    status = Occurrence.Status
    rows = Occurrence.objects.visible_to(user).lasting().filter(plan=plan).order_by()
    late, closed = overdue_condition(dates), Q(status=status.ACCEPTED)
    counted = (
        rows.annotate(month=TruncMonth("due_on"))
        .values("month")
        .annotate(
            in_time=Count("pk", filter=closed & Q(done_on__lte=F("late_after"))),
            late=Count("pk", filter=closed & Q(done_on__gt=F("late_after"))),
            overdue=Count("pk", filter=late),
            waived=Count("pk", filter=Q(status=status.WAIVED)),
            pending=Count("pk", filter=Q(status__in=[status.OPEN, status.SUBMITTED]) & ~late),
        )
    )
    months = [MonthCourse(**row) for row in counted.order_by("month")]
    return months if len(months) <= MONTHS else by_quarter(months)


def by_quarter(months: Iterable[MonthCourse]) -> list[MonthCourse]:
    """The courses of months in order, added up by quarter."""
    quarters: dict[date, list[MonthCourse]] = {}
    for one in months:
        quarters.setdefault(quarter(quarter_code(one.month)).start, []).append(one)
    return [MonthCourse.of_quarter(start, rows) for start, rows in quarters.items()]


def _closed(within: Any, period: Period, *by: str) -> QuerySet[OutcomeCount, Any]:
    """(…, month, outcome, how many) of what is closed, for each of the fields `by`."""
    days = (period.start, period.end)
    rows = OutcomeCount.objects.filter(organisation__in=within, month__range=days).order_by()
    return rows.values_list(*by, "month", "outcome").annotate(sum=Sum("count"))


def _owed(within: Any, period: Period, dates: LocalDates, *by: str) -> QuerySet[Occurrence, Any]:
    """(…, month, how many, how many overdue) of what is on control, for each of the fields."""
    days = (period.start, period.end)
    rows = Occurrence.objects.on_control().filter(organisation__in=within, due_on__range=days)
    found: QuerySet[Occurrence, Any] = (
        rows.order_by()
        .annotate(month=TruncMonth("due_on"))
        .values(*by, "month")
        .annotate(
            owed=Count("organisation"),
            overdue=Count("organisation", filter=overdue_condition(dates)),
        )
        .values_list(*by, "month", "owed", "overdue")
    )
    return found


def _courses(
    period: Period,
    closed: Iterable[tuple[date, str, int]],
    on_control: Iterable[tuple[date, int, int]],
) -> list[MonthCourse]:
    numbers: dict[date, dict[str, int]] = {}
    for month, outcome, count in closed:
        numbers.setdefault(month, {})[outcome] = count
    for month, owed, overdue in on_control:
        numbers.setdefault(month, {}).update(overdue=overdue, pending=owed - overdue)
    months = [unit.start for unit in calendar_units(period, "monthly")]
    return [MonthCourse(month, **numbers.get(month, {})) for month in months]


@dataclass(frozen=True)
class Outcomes:
    """How the due dates of an organisation in a span of whole months have ended."""

    in_time: int = 0
    late: int = 0

    @property
    def done(self) -> int:
        """All that is done."""
        return self.in_time + self.late


def outcomes_of(
    organisations: QuerySet[Organisation] | Iterable[Organisation], period: Period
) -> dict[int, Outcomes]:
    """What each organisation has done of a period of whole months, by its id. One query."""
    rows = OutcomeCount.objects.done().filter(
        organisation__in=organisations, month__range=(period.start, period.end)
    )
    found: dict[int, dict[str, int]] = {}
    sums = rows.order_by().values_list("organisation", "outcome").annotate(sum=Sum("count"))
    for place, outcome, count in sums:
        found.setdefault(place, {})[outcome] = count
    return {place: Outcomes(**counts) for place, counts in found.items()}
