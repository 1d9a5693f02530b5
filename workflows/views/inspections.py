"""An inspector's page: asked beside reported, photos large, the verdict on one screen."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from compliance.models import Evidence, ExecutionReport, Occurrence
from compliance.services.calendar import working_calendar
from compliance.views.requests import person
from workflows.flows import InspectionFlow
from workflows.forms import GroundsForm
from workflows.models import Process, Task
from workflows.services import engine
from workflows.views.proofs import asked_rows


@require_safe
def inspection(request: HttpRequest, pk: int) -> HttpResponse:
    """One verification: of a report that the person may see."""
    process = get_object_or_404(
        Process.objects.filter(
            flow_class=InspectionFlow,
            report__occurrence__in=Occurrence.objects.visible_to(person(request)),
        ).select_related("plan"),
        pk=pk,
    )
    return _page(request, process)


def inspection_page(
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
        "warnings": _warnings(photos, occurrence, report),
        "earlier": _earlier(occurrence, report),
        "answers": [
            {
                "outcome": outcome,
                "form": answer if answer and outcome.code == code else GroundsForm(outcome),
                "is_refused": answer is not None and outcome.code == code,
            }
            for outcome in outcomes
        ],
        "queue_count": Task.objects.waiting_for(user).count(),
        "calendar": working_calendar(occurrence.organisation),
    }
    return render(request, "workflows/inspection.html", context, status=status)


def _earlier(occurrence: Occurrence, report: ExecutionReport) -> Any:
    """Earlier reports of the same assignment, latest first, with their photos: to compare."""
    return (
        ExecutionReport.objects.filter(occurrence__assignment=occurrence.assignment_id)
        .exclude(status=ExecutionReport.Status.DRAFT)
        .exclude(pk=report.pk)
        .filter(pk__lt=report.pk)
        .select_related("occurrence")
        .prefetch_related("evidence")
        .order_by("-pk")[:3]
    )


def _warnings(
    photos: list[Evidence], occurrence: Occurrence, report: ExecutionReport
) -> list[tuple[Evidence, str]]:
    """Photos that deserve a second look: the same bytes elsewhere, or taken before the period."""
    repeated = set(
        Evidence.objects.filter(sha256__in={photo.sha256 for photo in photos})
        .exclude(report__occurrence=occurrence)
        .values_list("sha256", flat=True)
    )
    found = [(photo, "repeat") for photo in photos if photo.sha256 in repeated]
    start = occurrence.plan.period_start
    found += [
        (photo, "before_period")
        for photo in photos
        if photo.camera_at and photo.camera_at.date() < start
    ]
    return found
