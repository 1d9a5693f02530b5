"""The course of execution of plans, in numbers only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from compliance.models import Occurrence, Plan
from compliance.models.due_conditions import overdue_condition
from compliance.models.local_dates import LocalDates
from compliance.models.occurrences import OccurrenceQuerySet


@dataclass(frozen=True)
class Course:
    """How many due dates are done, in work, overdue and waived; a waived one is never done."""

    done: int = 0
    in_work: int = 0
    overdue: int = 0
    waived: int = 0

    @property
    def total(self) -> int:
        """All due dates, including waived ones."""
        return self.done + self.in_work + self.overdue + self.waived

    @classmethod
    def sum(cls, courses: Iterable[Course]) -> Course:
        """The courses of several measures added up."""
        rows = list(courses)
        return cls(
            done=sum(row.done for row in rows),
            in_work=sum(row.in_work for row in rows),
            overdue=sum(row.overdue for row in rows),
            waived=sum(row.waived for row in rows),
        )


def course_by_measure(plan: Plan, dates: LocalDates) -> dict[int, Course]:
    """The course of each measure of the plan that has due dates, by the measure's id. One query."""
    return _courses(Occurrence.objects.filter(plan=plan), "assignment__measure_id", dates)


def course_by_plan(rows: OccurrenceQuerySet, dates: LocalDates) -> dict[int, Course]:
    """The course of each plan that the due dates belong to, by the plan's id. One query."""
    return _courses(rows, "plan_id", dates)


def _courses(rows: OccurrenceQuerySet, by: str, dates: LocalDates) -> dict[int, Course]:
    status = Occurrence.Status
    late = overdue_condition(dates)
    found = (
        rows.lasting()
        .order_by()
        .values(by)
        .annotate(
            done=Count("pk", filter=Q(status=status.ACCEPTED)),
            in_work=Count("pk", filter=Q(status__in=[status.OPEN, status.SUBMITTED]) & ~late),
            overdue=Count("pk", filter=late),
            waived=Count("pk", filter=Q(status=status.WAIVED)),
        )
        .values_list(by, "done", "in_work", "overdue", "waived")
    )
    return {
        key: Course(done, in_work, overdue, waived) for key, done, in_work, overdue, waived in found
    }
