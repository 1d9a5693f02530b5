"""Interim dates against the schedule, and against the assignment they belong to."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F
from django.utils import timezone

from compliance.models import InterimDate
from compliance.services.execution.occurrences import interim_faults
from workflows.services.reconciliation.difference import Difference


def _interims_and_schedule() -> Iterator[Difference]:
    """Ahead every day on which the course of work is to be asked for has its row, and no other."""
    for fault in interim_faults(timezone.now()):
        if fault.interim_id is None:
            subject, expected = f"assignment {fault.assignment_id}", f"asked on {fault.wanted}"
            yield Difference("interim_and_schedule", subject, expected, "missing")
        else:
            expected = f"asked on {fault.wanted}" if fault.wanted else "no such date"
            subject = f"interim {fault.interim_id}"
            yield Difference("interim_and_schedule", subject, expected, f"{fault.found}")


def _interims_and_assignments() -> Iterator[Difference]:
    """An interim date belongs to the plan, the measure and the organisation of its assignment."""
    rows = InterimDate.objects.exclude(
        organisation=F("assignment__organisation"),
        plan=F("assignment__measure__plan"),
        version__measure=F("assignment__measure"),
    )
    for pk, assignment in rows.order_by("pk").values_list("pk", "assignment_id"):
        expected = f"what assignment {assignment} says"
        yield Difference("interim_and_assignment", f"interim {pk}", expected, "something else")


CHECKS = (_interims_and_schedule, _interims_and_assignments)
