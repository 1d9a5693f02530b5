"""An inspector's page: asked beside reported, large photos, the verdict on one screen."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from compliance.models import ExecutionReport, Occurrence
from compliance.services.audit.timelines import history
from compliance.services.evidence.comparing import earlier_reports, photo_warnings
from compliance.services.evidence.sightings import sightings
from compliance.views.requests import person
from workflows.flows import InspectionFlow, VerificationFlow
from workflows.forms.answers import GroundsForm
from workflows.models import Process, Task
from workflows.services.tasks import engine
from workflows.views.evidence.proofs import asked_rows


@require_safe
def verification(request: HttpRequest, pk: int) -> HttpResponse:
    """The verification of a report that the person may see.

    Inspections of accepted reports used to have this address; letters that name it still lead to
    them.
    """
    process = get_object_or_404(
        Process.objects.filter(
            flow_class__in=[VerificationFlow, InspectionFlow],
            report__occurrence__in=Occurrence.objects.visible_to(person(request)),
        ).select_related("plan"),
        pk=pk,
    )
    if process.inspection_id is not None:
        return redirect(process.get_absolute_url())
    return _page(request, process)


def verification_page(
    request: HttpRequest, process: Process, *, answer: GroundsForm, code: str, status: int
) -> HttpResponse:
    """The page with a refused verdict still filled in."""
    return _page(request, process, answer=answer, code=code, status=status)


def _page(
    request: HttpRequest,
    process: Process,
    *,
    answer: GroundsForm | None = None,
    code: str = "",
    status: int = 200,
) -> HttpResponse:
    user = person(request)
    report = ExecutionReport.objects.select_related("author", "on_behalf_of").get(
        pk=process.report_id
    )
    occurrence = Occurrence.objects.with_texts().get(pk=report.occurrence_id)
    task = Task.objects.filter(process=process, flow_task_type="HUMAN").last()
    may_answer = task is not None and task.is_open and user.may(engine.may_answer, task)
    outcomes = task.step.outcomes.values() if task and may_answer else []
    photos = list(report.evidence.all())
    context: dict[str, Any] = {
        "process": process,
        "task": task,
        "report": report,
        "occurrence": occurrence,
        "measure": occurrence.version,
        "photos": photos,
        "proof": asked_rows(report, occurrence.version),
        "warnings": photo_warnings(photos, occurrence),
        "sightings": sightings(photos, occurrence, user),
        "earlier": earlier_reports(occurrence, report),
        "answers": [
            {
                "outcome": outcome,
                "form": answer if answer and outcome.code == code else GroundsForm(outcome),
                "is_refused": answer is not None and outcome.code == code,
            }
            for outcome in outcomes
        ],
        "history": history(user, occurrence),
        "queue_count": Task.objects.waiting_for(user).count(),
    }
    return render(request, "inspections/verification.html", context, status=status)
