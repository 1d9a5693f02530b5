"""Institutions × measures of a plan: how each measure goes in each institution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from compliance.models import MeasureVersion, Occurrence, Organisation, Plan, User
from compliance.models.due_conditions import overdue_condition
from compliance.models.local_dates import LocalDates
from compliance.models.occurrences import OccurrenceQuerySet


class CellState(models.TextChoices):
    """The state of a measure in an institution; the worst of its due dates decides."""

    OVERDUE = "overdue", _("overdue")
    WAITING = "waiting", _("waiting for the inspector")
    WORK = "work", _("in work")
    DONE = "done", _("done")
    WAIVED = "waived", _("waived")
    ABSENT = "absent", _("not owed")


@dataclass(frozen=True)
class MatrixCell:
    """The due dates of one measure in one institution, counted by state."""

    version: MeasureVersion
    overdue: int = 0
    waiting: int = 0
    open: int = 0  # overdue ones included
    done: int = 0
    waived: int = 0
    first_id: int | None = None
    moved: int = 0  # whose date a decision has moved

    @property
    def total(self) -> int:
        """All due dates of the cell."""
        return self.waiting + self.open + self.done + self.waived

    @property
    def state(self) -> CellState:
        """The state that the cell shows."""
        for count, state in [
            (self.overdue, CellState.OVERDUE),
            (self.waiting, CellState.WAITING),
            (self.open, CellState.WORK),
            (self.done, CellState.DONE),
            (self.waived, CellState.WAIVED),
        ]:
            if count:
                return state
        return CellState.ABSENT

    @property
    def count(self) -> int:
        """How many due dates are in the state shown."""
        counts = {
            CellState.OVERDUE: self.overdue,
            CellState.WAITING: self.waiting,
            CellState.DONE: self.done,
            CellState.WORK: self.done,
            CellState.WAIVED: self.waived,
        }
        return counts.get(self.state, 0)

    @property
    def only_id(self) -> int | None:
        """The cell's one occurrence, when there is just one."""
        return self.first_id if self.total == 1 else None


@dataclass(frozen=True)
class MatrixRow:
    """One institution and its cells, in the order of the measures."""

    organisation: Organisation
    cells: list[MatrixCell]
    opens: bool  # whether the cells lead to the due dates that they count

    @property
    def overdue(self) -> int:
        """How many of the institution's due dates are overdue."""
        return sum(cell.overdue for cell in self.cells)


def measures_of(plan: Plan) -> list[MeasureVersion]:
    """The measures in force, in order."""
    versions = MeasureVersion.objects.filter(
        revision__plan=plan, revision__status="in_force"
    ).select_related("section")
    return list(versions.order_by("section__position", "position"))


def counted_rows(plan: Plan, user: User) -> OccurrenceQuerySet:
    """The plan's due dates whose figures the person may see; a cancelled one is not shown."""
    return Occurrence.objects.counted_for(user).lasting().filter(plan=plan)


def opened_organisations(rows: OccurrenceQuerySet, user: User) -> set[int]:
    """The ids of the organisations whose due dates the person may open, all of them. One query."""
    closed = rows.exclude(pk__in=Occurrence.objects.visible_to(user).values("pk"))
    owners = rows.order_by().values_list("organisation_id", flat=True)
    return set(owners.exclude(organisation__in=closed.order_by().values("organisation")))


def organisations_of(rows: OccurrenceQuerySet) -> QuerySet[Organisation]:
    """The organisations that the due dates belong to, by name."""
    return Organisation.objects.filter(pk__in=rows.order_by().values("organisation"))


def matrix_rows(
    measures: Sequence[MeasureVersion],
    organisations: Sequence[Organisation],
    rows: OccurrenceQuerySet,
    dates: LocalDates,
    user: User,
) -> list[MatrixRow]:
    """A row for each organisation with a cell for each measure. Two queries."""
    status = Occurrence.Status
    shown = rows.filter(organisation__in=organisations)
    opened = opened_organisations(shown, user)
    found = (
        shown.order_by()
        .values("organisation_id", "assignment__measure_id")
        .annotate(
            overdue=Count("pk", filter=overdue_condition(dates)),
            waiting=Count("pk", filter=Q(status=status.SUBMITTED)),
            open=Count("pk", filter=Q(status=status.OPEN)),
            done=Count("pk", filter=Q(status=status.ACCEPTED)),
            waived=Count("pk", filter=Q(status=status.WAIVED)),
            first_id=Min("pk"),
            moved=Count("pk", filter=Q(extension_count__gt=0)),
        )
        .values_list("organisation_id", "assignment__measure_id", *COUNTED)
    )
    cells = {(owner, measure): numbers for owner, measure, *numbers in found}
    return [
        MatrixRow(
            organisation=one,
            cells=[
                MatrixCell(version, *cells.get((one.pk, version.measure_id), ()))
                for version in measures
            ],
            opens=one.pk in opened,
        )
        for one in organisations
    ]


COUNTED = (
    "overdue",
    "waiting",
    "open",
    "done",
    "waived",
    "first_id",
    "moved",
)  # as the fields of Cell
