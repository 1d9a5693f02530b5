"""What fills lists page by page: tasks, petitions, inspections, events of one region."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from benchmarks.country.rows import add, sql

if TYPE_CHECKING:
    from benchmarks.population import Cast, Size

OWN = 10  # every such task is the coordinator's already, the others wait in the queue
UNDATED = 50  # every such task has no date


def add_long_lists(size: Size, cast: Cast) -> None:
    """The rows that the size asks for; beside them the temporary tables of the population."""
    sql("ANALYZE")
    if size.tasks or size.answered:
        add_tasks(cast, size.tasks, size.answered)
    if size.petitions:
        _petitions(size, cast)
    if size.inspections:
        _inspections(size, cast)
    if size.events:
        _events(size, cast)


def add_tasks(cast: Cast, count: int, answered: int) -> None:
    """So many plans of the coordinator's region to agree, and so many agreed."""
    from django.utils import timezone

    from compliance.models import Plan
    from workflows.flows import ApprovalFlow
    from workflows.models import Process, Task

    now, place = timezone.now(), cast.coordinator.own_memberships[0].organisation
    plan = Plan.objects.filter(organisation__parent=place).order_by("pk")[0]
    process = Process.objects.create(
        flow_class=ApprovalFlow, plan=plan, status="DONE", created=now, finished=now
    )
    task = Task.objects.create(
        process=process, flow_task=ApprovalFlow.agree, flow_task_type="HUMAN", status="DONE",
        organisation=plan.organisation, role="coordinator", created=now, finished=now,
    )  # fmt: skip
    sql(
        f"""
        CREATE TEMP TABLE bench_task AS
        SELECT n, n < {count} AS is_open, nextval('workflows_process_id_seq') AS process_id,
               nextval('workflows_task_id_seq') AS id, plan.id AS plan_id, plan.organisation_id
        FROM generate_series(0, {count + answered - 1}) n
        JOIN (SELECT plan.id, organisation_id, row_number() OVER (ORDER BY plan.id) - 1 AS place,
                     count(*) OVER () AS total
              FROM compliance_plan plan
              JOIN compliance_organisation there ON there.id = plan.organisation_id
              WHERE there.parent_id = {place.pk}) plan ON plan.place = n % plan.total
        """
    )
    add("workflows_process", "bench_task row", like=process, id="row.process_id",
        plan_id="row.plan_id")  # fmt: skip
    mine = f"row.is_open AND row.n % {OWN} = 0"
    add(
        "workflows_task",
        "bench_task row",
        like=task,
        id="row.id",
        process_id="row.process_id",
        organisation_id="row.organisation_id",
        status=f"CASE WHEN {mine} THEN 'ASSIGNED' WHEN row.is_open THEN 'NEW' ELSE 'DONE' END",
        owner_id=f"CASE WHEN {mine} OR NOT row.is_open THEN {cast.coordinator.pk} END",
        finished="CASE WHEN NOT row.is_open THEN now() END",
        due_on=f"CASE WHEN row.n % {UNDATED} > 0 THEN current_date + (row.n % 200)::int - 50 END",
    )
    sql("DROP TABLE bench_task")


def _of_region(count: int) -> str:
    """So many done due dates of the first region."""
    return (
        "(SELECT done.*, row_number() OVER (ORDER BY occurrence_id) AS turn FROM bench_done done "
        "JOIN bench_place place ON place.id = done.place_id AND place.number = 0 "
        f"ORDER BY occurrence_id LIMIT {count}) row"
    )


def _petitions(size: Size, cast: Cast) -> None:
    from django.utils import timezone

    from compliance.models import Occurrence, Petition

    now, days = timezone.now(), timedelta(days=10)
    pattern = Petition.objects.create(
        occurrence=Occurrence.objects.filter(status="accepted")[0], kind="extension",
        status="granted", reason="Поставщик сорвал сроки", due_on=size.day,
        new_due_on=size.day + days, granted_due_on=size.day + days, made_by=cast.director,
        made_at=now, decided_by=cast.coordinator, decided_at=now, decision="Согласиться",
    )  # fmt: skip
    add("compliance_petition", _of_region(size.petitions), like=pattern,
        id="nextval('compliance_petition_id_seq')", occurrence_id="row.occurrence_id",
        made_at="now() - row.turn / 3 * interval '1 minute'")  # fmt: skip


def _inspections(size: Size, cast: Cast) -> None:
    from django.utils import timezone

    from compliance.models import Inspection, Occurrence

    now = timezone.now()
    done = Occurrence.objects.filter(status="accepted")[0]
    pattern = Inspection.objects.create(
        occurrence=done, report_id=done.accepted_report_id, organisation_id=done.organisation_id,
        kind="desk", status="confirmed", due_on=size.day, planned_at=now, held_on=size.day,
        found="Исполнено", closed_at=now, closed_by=cast.coordinator,
    )  # fmt: skip
    add("compliance_inspection", _of_region(size.inspections), like=pattern,
        id="nextval('compliance_inspection_id_seq')", occurrence_id="row.occurrence_id",
        report_id="row.report_id", organisation_id="row.place_id",
        due_on=f"DATE '{size.day}' - (row.turn % 300)::int")  # fmt: skip


def _events(size: Size, cast: Cast) -> None:
    from compliance.models import AuditEvent

    pattern: Any = AuditEvent.objects.create(
        organisation=cast.coordinator.own_memberships[0].organisation, sequence=0,
        region=cast.coordinator.own_memberships[0].organisation, at="2026-01-01T00:00Z",
        actor=cast.coordinator, action="measure.change", subject_kind="plan", subject_id=1,
        before={}, after={}, reason="", previous_hash="", hash="",
    )  # fmt: skip
    add("compliance_auditevent", f"generate_series(1, {size.events}) n", like=pattern,
        id="nextval('compliance_auditevent_id_seq')", sequence="1000000 + n",
        at="now() - n / 3 * interval '1 minute'")  # fmt: skip
