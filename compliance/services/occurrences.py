"""Occurrences made ahead: from confirmed deadlines and assignments to dated rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from compliance.domain.periods import Period
from compliance.domain.schedule import DueDate, schedule
from compliance.domain.working_days import WorkingCalendar
from compliance.models import (
    Assignment,
    MeasureVersion,
    Occurrence,
    Organisation,
    Plan,
    Revision,
)
from compliance.services.calendar import working_calendar

BATCH = 1000  # assignments a round: bounded memory, few statements


def due_dates_of(
    version: MeasureVersion,
    plan: Plan,
    calendar: WorkingCalendar,
    *,
    unconfirmed: bool = False,
) -> list[DueDate]:
    """The due dates of a measure within its plan's period; none while nobody has confirmed it.

    With `unconfirmed` the dates it would have: what the page shows before asking.
    """
    if version.deadline_confirmed_at is None and not unconfirmed:
        return []
    return schedule(
        version.understood,
        Period(plan.period_start, plan.period_end),
        calendar,
        dates=[date.fromisoformat(day) for day in version.deadline_dates] or None,
    )


def owed(dates: Sequence[DueDate], plan: Plan, until: date | None) -> list[DueDate]:
    """Those of a measure's dates that execution still owes.

    A plan begun late does not owe what had passed before; but a measure all of whose dates had
    passed keeps its last one, or nobody would ever ask for it. A plan taken over from paper
    leaves its past to the page where it is settled.
    """
    start = plan.executes_from or plan.period_start
    ahead = [one for one in dates if one.due_on >= start]
    if not ahead and dates and not plan.is_adopted:
        ahead = [dates[-1]]
    return [one for one in ahead if until is None or one.due_on <= until]


@transaction.atomic
def materialise_occurrences(
    plans: QuerySet[Plan] | None = None, *, until: date | None = None
) -> int:
    """How many missing occurrences were made, for executing plans or the given ones.

    Idempotent, and safe in two processes at once: the unique constraint decides, and a row that
    is already there is left as it is.
    """
    created = 0
    for rows in missing_occurrences(plans, until=until):
        Occurrence.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
        created += len(rows)
    return created


def missing_occurrences(
    plans: QuerySet[Plan] | None = None, *, until: date | None = None
) -> Iterator[list[Occurrence]]:
    """Batches of the occurrences that the schedule asks for and the table has not, unsaved."""
    chosen = Plan.objects.filter(state="executing") if plans is None else plans
    assignments = (
        Assignment.objects.current()
        .filter(measure__plan__in=chosen, measure__removed_by__isnull=True)
        .select_related("measure__plan__organisation")
        .order_by("id")
    )
    calendars = _Calendars()
    for batch in _batches(assignments.iterator(BATCH)):
        yield _missing(batch, calendars, until)


class _Calendars:
    """One working calendar a region for the length of a sweep."""

    def __init__(self) -> None:
        self._kept: dict[str, WorkingCalendar] = {}

    def of(self, organisation: Organisation) -> WorkingCalendar:
        """The calendar of the organisation's region, read once."""
        path = organisation.root_path
        if path not in self._kept:
            self._kept[path] = working_calendar(organisation)
        return self._kept[path]


def _batches(rows: Iterator[Assignment]) -> Iterator[list[Assignment]]:
    batch: list[Assignment] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _missing(
    batch: list[Assignment], calendars: _Calendars, until: date | None
) -> list[Occurrence]:
    """What this batch of assignments is missing: two statements."""
    versions = {
        version.measure_id: version
        for version in MeasureVersion.objects.filter(
            measure_id__in={row.measure_id for row in batch},
            revision__status=Revision.Status.IN_FORCE,
        )
    }
    existing = set(
        Occurrence.objects.filter(assignment__in=batch)
        .exclude(status=Occurrence.Status.CANCELLED)
        .values_list("assignment_id", "intended_on")
    )
    dates: dict[int, list[DueDate]] = {}
    rows = []
    for assignment in batch:
        version = versions.get(assignment.measure_id)
        if version is None:
            continue
        plan = assignment.measure.plan
        if version.pk not in dates:
            found = due_dates_of(version, plan, calendars.of(plan.organisation))
            dates[version.pk] = owed(found, plan, until)
        rows += [
            _occurrence(assignment, version, one)
            for one in dates[version.pk]
            if (assignment.pk, one.intended_on) not in existing
        ]
    return rows


def _occurrence(assignment: Assignment, version: MeasureVersion, one: DueDate) -> Occurrence:
    kind = Occurrence.Kind.CHECKPOINT if one.is_checkpoint else Occurrence.Kind.DEADLINE
    return Occurrence(
        assignment=assignment,
        organisation_id=assignment.organisation_id,
        plan_id=assignment.measure.plan_id,
        version=version,
        kind=kind,
        intended_on=one.intended_on,
        due_on=one.due_on,
        original_due_on=one.due_on,
        deadline_revision=assignment.measure.deadline_revision,
    )
