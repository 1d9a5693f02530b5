"""Petitions against their processes and against their due dates."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from viewflow.workflow.status import PROCESS

from compliance.models import Occurrence, Petition
from workflows.models import Process, Task
from workflows.services.reconciliation.difference import Difference


def _petitions_and_processes() -> Iterator[Difference]:
    """Each open petition, and no other, has a running process, at the step of whose turn it is."""
    tasks = Task.objects.open().filter(process__petition__isnull=False)
    steps = {
        task.process.petition_id: task.flow_task.name for task in tasks.select_related("process")
    }
    processes = Process.objects.filter(status=PROCESS.NEW, petition__isnull=False)
    running = set(processes.order_by().values_list("petition_id", flat=True))
    rows = Petition.objects.filter(Q(pk__in=running) | Q(status=Petition.Status.OPEN))
    for petition in rows.select_related("occurrence__organisation").order_by("pk"):
        subject, found = f"petition {petition.pk}", steps.get(petition.pk, "none")
        expected = "endorse" if petition.needs_endorsement else "decide"
        if not petition.is_open:
            yield Difference("petition_and_task", subject, "no process", f"one at “{found}”")
        elif petition.pk not in running or found != expected:
            yield Difference("petition_and_task", subject, f"a task “{expected}”", found)


def _occurrences_and_petitions() -> Iterator[Difference]:
    """A pending petition is about an open due date; what was granted, and no more, has happened."""
    status, kind = Occurrence.Status, Petition.Kind
    pending = Petition.objects.open().select_related("occurrence")
    late = Q(kind=kind.EXTENSION, occurrence__status=status.SUBMITTED)
    for row in pending.exclude(Q(occurrence__status=status.OPEN) | late).order_by("pk"):
        subject = f"petition {row.pk}"
        yield Difference("occurrence_and_petition", subject, "open", row.occurrence.status)
    done = Petition.objects.filter(status=Petition.Status.GRANTED)
    kept = done.filter(kind=kind.WAIVER).exclude(occurrence__status=status.WAIVED)
    for row in kept.select_related("occurrence").order_by("pk"):
        subject = f"petition {row.pk}"
        yield Difference("occurrence_and_petition", subject, "waived", row.occurrence.status)
    granted = done.filter(occurrence=OuterRef("pk"))
    counted = granted.filter(kind=kind.EXTENSION).order_by().values("occurrence")
    rows = Occurrence.objects.annotate(
        granted=Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0)
    )
    moved = rows.filter(Q(extension_count__gt=0) | Exists(granted)).exclude(
        extension_count=F("granted")
    )
    for pk, expected, found in moved.order_by("pk").values_list("pk", "granted", "extension_count"):
        subject = f"occurrence {pk}"
        yield Difference("occurrence_and_petition", subject, f"{expected} extensions", str(found))


CHECKS = (_petitions_and_processes, _occurrences_and_petitions)
