"""Verifications and inspections against reports, processes and due dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.db.models import F
from viewflow.workflow.status import PROCESS

from compliance.models import ExecutionReport, Inspection
from workflows.flows import InspectionFlow, VerificationFlow
from workflows.models import Process
from workflows.services.reconciliation.difference import Difference


def _reports_and_verifications() -> Iterator[Difference]:
    """Each submitted report, and no other, has exactly one running verification."""
    verifications = Process.objects.filter(flow_class=VerificationFlow, status=PROCESS.NEW)
    running = Counter(verifications.order_by().values_list("report_id", flat=True))
    submitted = ExecutionReport.objects.filter(status=ExecutionReport.Status.SUBMITTED)
    waiting = set(submitted.order_by().values_list("pk", flat=True))
    for pk in sorted(waiting | set(running)):
        expected = int(pk in waiting)
        if running[pk] != expected:
            yield Difference(
                "report_and_verification",
                f"report {pk}",
                f"{expected} running verifications",
                f"{running[pk]}",
            )


def _inspections_and_processes() -> Iterator[Difference]:
    """Each inspection yet to be held, and no other, has exactly one running process."""
    inspections = Process.objects.filter(flow_class=InspectionFlow, status=PROCESS.NEW)
    running = Counter(inspections.order_by().values_list("inspection_id", flat=True))
    waiting = set(Inspection.objects.open().order_by().values_list("pk", flat=True))
    for pk in sorted(waiting | set(running), key=lambda one: one or 0):
        expected = int(pk in waiting)
        if running[pk] != expected:
            subject, found = f"inspection {pk}", f"{running[pk]} running processes"
            yield Difference("inspection_and_process", subject, f"{expected} of them", found)


def _inspections_and_reports() -> Iterator[Difference]:
    """Reports to be inspected are accepted; those not confirmed, and no others, are revoked."""
    status, report = Inspection.Status, ExecutionReport.Status
    fits = {
        status.OPEN: (report.ACCEPTED,),
        status.NOT_CONFIRMED: (report.REVOKED,),
    }
    for one, expected in fits.items():
        rows = Inspection.objects.filter(status=one).exclude(report__status__in=expected)
        for pk, found in rows.order_by("pk").values_list("pk", "report__status"):
            subject = f"inspection {pk}, {one}"
            yield Difference("inspection_and_report", subject, " or ".join(expected), found)
    refuted = Inspection.objects.filter(status=status.NOT_CONFIRMED).values("report")
    revoked = ExecutionReport.objects.filter(status=report.REVOKED).exclude(pk__in=refuted)
    for pk in revoked.order_by("pk").values_list("pk", flat=True):
        yield Difference(
            "inspection_and_report", f"report {pk}", "an inspection that refuted it", "none"
        )


def _inspections_and_occurrences() -> Iterator[Difference]:
    """An inspection is about a report on its own due date, of its own organisation."""
    rows = Inspection.objects.exclude(
        occurrence=F("report__occurrence"), organisation=F("occurrence__organisation")
    )
    for pk, occurrence in rows.order_by("pk").values_list("pk", "occurrence_id"):
        expected = f"what occurrence {occurrence} says"
        yield Difference(
            "inspection_and_occurrence", f"inspection {pk}", expected, "something else"
        )


CHECKS = (
    _reports_and_verifications,
    _inspections_and_processes,
    _inspections_and_reports,
    _inspections_and_occurrences,
)
