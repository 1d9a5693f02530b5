"""Processes against their tasks and against their subjects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q
from viewflow.workflow.status import PROCESS

from workflows.flows import (
    ApprovalFlow,
    InspectionFlow,
    PetitionFlow,
    ReportFlow,
    VerificationFlow,
)
from workflows.models import Process, Task
from workflows.services.reconciliation.difference import Difference

# What a process of each flow is about, besides its plan.
SUBJECTS: dict[Any, tuple[str, ...]] = {
    ApprovalFlow: ("revision",),
    ReportFlow: (),
    VerificationFlow: ("report",),
    PetitionFlow: ("petition",),
    InspectionFlow: ("report", "inspection"),
}


def _processes_without_task() -> Iterator[Difference]:
    """Each running process waits for exactly one person."""
    open_tasks = Counter(Task.objects.open().order_by().values_list("process_id", flat=True))
    for pk in (
        Process.objects.filter(status=PROCESS.NEW).order_by("id").values_list("pk", flat=True)
    ):
        if open_tasks[pk] != 1:
            found = f"{open_tasks[pk]} open tasks"
            yield Difference("process_and_task", f"process {pk}", "1 open task", found)


def _processes_and_subjects() -> Iterator[Difference]:
    """Each process is about what its flow is for, and about nothing else."""
    kinds = ("revision", "report", "petition", "inspection")
    for flow, subjects in SUBJECTS.items():
        wrong = Q(pk__in=[])
        for kind in kinds:
            wrong |= Q(**{f"{kind}__isnull": kind in subjects})
        rows = Process.objects.filter(wrong, flow_class=flow).order_by("pk")
        for row in rows.values("pk", *kinds):
            found = ", ".join(kind for kind in kinds if row[kind]) or "nothing"
            expected = ", ".join(subjects) or "nothing but its plan"
            yield Difference("process_and_subject", f"process {row['pk']}", expected, found)


def _processes_and_plans() -> Iterator[Difference]:
    """A process's subject belongs to its plan; a planned inspection is about its own report."""
    rows = Process.objects.exclude(
        Q(revision__isnull=True) | Q(revision__plan=F("plan")),
        Q(report__isnull=True) | Q(report__occurrence__plan=F("plan")),
        Q(petition__isnull=True) | Q(petition__occurrence__plan=F("plan")),
        Q(inspection__isnull=True) | Q(inspection__report=F("report")),
    )
    for pk, plan in rows.order_by("pk").values_list("pk", "plan_id"):
        expected = f"something of plan {plan}"
        yield Difference("process_and_subject", f"process {pk}", expected, "another plan's")


CHECKS = (_processes_without_task, _processes_and_subjects, _processes_and_plans)
