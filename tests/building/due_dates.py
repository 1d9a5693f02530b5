"""Due dates for tests: an executing plan whose occurrences are exactly those asked for."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from compliance.domain.calendar.periods import Period
from compliance.models import Assignment, MeasureVersion, Occurrence, Organisation, Plan, User
from compliance.services.evidence.reports import (
    Account,
    accept_report,
    return_report,
    save_report,
    submit_report,
)
from compliance.services.execution.in_force import adopt_plan
from compliance.services.petitions.steps import waive_occurrence
from tests.building import factories
from tests.building.factories import Region
from tests.building.remembered import remembered

PERIOD = Period(date(2026, 1, 1), date(2026, 12, 31))


@remembered
def executing_plan(region: Region, *, organisation: Organisation | None = None, **given) -> Plan:
    """A plan in execution with one measure, one assignment and no occurrence yet."""
    given.setdefault("title", "План мероприятий на 2026 год")
    draft = factories.plan(
        region,
        factories.measure(deadline_text="Ежеквартально", proof="link"),
        organisation=organisation,
        period=given.pop("period", PERIOD),
        **given,
    )
    plan = adopt_plan(draft.pk, act=factories.act(None))
    Occurrence.objects.filter(plan=plan).delete()
    return plan


def due(plan: Plan, *days: date, executor: User | None = None) -> list[Occurrence]:
    """Open occurrences of the plan's one assignment, due on these days."""
    assignment = Assignment.objects.get(measure__plan=plan)
    if executor is not None:
        assignment.executor = executor
        assignment.save(update_fields=["executor"])
    return due_of(assignment, *days)


def due_of(assignment: Assignment, *days: date) -> list[Occurrence]:
    """Open occurrences of an assignment, due on these days."""
    version = MeasureVersion.objects.get(measure=assignment.measure, revision__status="in_force")
    return Occurrence.objects.bulk_create(
        Occurrence(
            assignment=assignment,
            organisation_id=assignment.organisation_id,
            plan_id=assignment.measure.plan_id,
            version=version,
            intended_on=day,
            due_on=day,
            original_due_on=day,
            late_after=day,
        )
        for day in days
    )


def dated(rows: QuerySet[Occurrence], day: date, **given) -> None:
    """Let the occurrences have been written and planned for that day from the beginning."""
    rows.update(intended_on=day, due_on=day, original_due_on=day, late_after=day, **given)


def planned_before(occurrence: Occurrence, planned: date) -> Occurrence:
    """The occurrence as a day off makes it: written for its date, planned for an earlier day."""
    Occurrence.objects.filter(pk=occurrence.pk).update(due_on=planned, original_due_on=planned)
    occurrence.refresh_from_db()
    return occurrence


def at(occurrence: Occurrence, day: date) -> datetime:
    """Noon of the day where the occurrence is due."""
    zone = ZoneInfo(occurrence.organisation.time_zone)
    return datetime.combine(day, time(12), zone)


def submitted(region: Region, occurrence: Occurrence, day: date):
    """The report on an occurrence, sent for verification on that day."""
    act = factories.act(region.executor, at(occurrence, day))
    save_report(occurrence.pk, Account("Сделано", link="https://example.org/"), act=act)
    return submit_report(occurrence.pk, act=act)


def returned(region: Region, occurrence: Occurrence, day: date) -> None:
    """A report sent and returned on that day."""
    report = submitted(region, occurrence, day)
    act = factories.act(region.inspector, at(occurrence, day))
    return_report(report.pk, remark="Нет ссылки", act=act)


def accepted(region: Region, occurrence: Occurrence, day: date) -> None:
    """A report sent and accepted on that day."""
    report = submitted(region, occurrence, day)
    accept_report(report.pk, act=factories.act(region.inspector, at(occurrence, day)))


def waived(region: Region, occurrence: Occurrence, day: date) -> None:
    """An occurrence waived on that day."""
    act = factories.act(region.coordinator, at(occurrence, day))
    waive_occurrence(occurrence.pk, reason="Учреждение закрыто на ремонт", act=act)
