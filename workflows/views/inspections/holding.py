"""Inspections of accepted reports: the list, and the page on which one is held."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from compliance.domain.refusals import Forbidden, Refusal
from compliance.forms.inspections import InspectionFilter, InspectionSort, ResultForm
from compliance.models import (
    Inspection,
    InspectionPhoto,
    Occurrence,
    Organisation,
    User,
)
from compliance.models.inspections import InspectionQuerySet
from compliance.models.jurisdictions import OVERSEEING
from compliance.models.local_dates import LocalDates
from compliance.models.searching import naming
from compliance.services.acts import Act
from compliance.services.audit.timelines import history
from compliance.services.evidence.comparing import earlier_reports, photo_warnings
from compliance.services.evidence.files import photos_in_work
from compliance.services.evidence.sightings import sightings
from compliance.services.inspections.exports import inspection_columns
from compliance.services.inspections.four_eyes import acceptors, bar, may_inspect
from compliance.services.inspections.holding import attach_in_time, detach_photo
from compliance.services.inspections.planning import plans_somewhere
from compliance.services.jobs.exporting import Table, as_workbook
from compliance.views.jobs import export
from compliance.views.requests import form_on, person
from compliance.wording.refusals import sentence
from notifications.views.paging import page_of
from workflows.flows import InspectionFlow
from workflows.forms.answers import GroundsForm
from workflows.models import Process, Task
from workflows.services.inspections import inspection_holders, keep_result
from workflows.services.tasks import engine
from workflows.services.tasks.load import may_look
from workflows.views.evidence.proofs import asked_rows, file_answer, of_file

CHUNK = 500  # rows that an export holds at a time


@require_safe
def inspections(request: HttpRequest) -> HttpResponse:
    """The inspections that the person may see, by state, kind, institution and due date."""
    user, dates = person(request), LocalDates.at(timezone.now())
    rows = Inspection.objects.visible_to(user)
    form = _asked(rows, request.GET)
    shown = _chosen(rows, form, dates) if form.is_valid() else rows.none()
    context = {
        "form": form,
        "sort": form.cleaned_data.get("sort") or InspectionSort.DUE,
        "page": page_of(shown.with_texts().select_related("process"), request),
        "counts": {"open": rows.open().count(), "late": rows.late_at(dates).count()},
        "may_plan": plans_somewhere(user),
        "sees_load": may_look(user),
        "oversees": bool(user.jurisdiction().roles & OVERSEEING),
    }
    return render(request, "inspections/inspections.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def inspections_export(request: HttpRequest) -> HttpResponseBase:
    """The inspections that the address asks for, all pages, as a workbook."""
    return export(request, "inspections", reverse("inspections"))


def inspections_table(user: User, query: QueryDict, at: datetime) -> Table[Inspection]:
    """The inspections that the address asks for, as a table."""
    rows = Inspection.objects.visible_to(user)
    form = _asked(rows, query)
    shown = _chosen(rows, form, LocalDates.at(at)) if form.is_valid() else rows.none()
    every = shown.with_texts().iterator(CHUNK)
    return as_workbook(_("Inspections"), inspection_columns(), shown.count(), every)


def _asked(rows: InspectionQuerySet, query: QueryDict) -> InspectionFilter:
    places = Organisation.objects.filter(pk__in=rows.order_by().values("organisation"))
    return InspectionFilter(query, places)


def _chosen(
    rows: InspectionQuerySet, form: InspectionFilter, dates: LocalDates
) -> InspectionQuerySet:
    """The rows that the filter leaves, in the order asked for."""
    data = form.cleaned_data
    wanted = {
        "status": data["state"],
        "kind": data["kind"],
        "organisation": data.get("organisation"),
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if words := data.get("place"):
        places = naming(Organisation.objects.all(), words, "name", "short_name")
        rows = rows.filter(organisation__in=places)
    if data["due"] == form.LATE:
        rows = rows.late_at(dates)
    elif data["due"]:
        rows = rows.due_at(dates, 7)
    return rows.order_by(*ORDERS[data["sort"] or InspectionSort.DUE])


ORDERS: dict[str, tuple[str, ...]] = {
    InspectionSort.DUE: ("due_on", "id"),
    InspectionSort.DUE_BACK: ("-due_on", "-id"),
    InspectionSort.PLACE: ("organisation__name", "due_on", "id"),
    InspectionSort.PLACE_BACK: ("-organisation__name", "-due_on", "-id"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def inspection(request: HttpRequest, pk: int) -> HttpResponse:
    """One inspection whose due date the person may see.

    POST stores what the inspector found and, if asked, closes it.
    """
    process = get_object_or_404(
        Process.objects.filter(
            flow_class=InspectionFlow,
            report__occurrence__in=Occurrence.objects.visible_to(person(request)),
        ).select_related("plan"),
        inspection__pk=pk,  # unlike `inspection=`, takes a number of any size
    )
    return (_keep if request.method == "POST" else inspection_page)(request, process)


def inspection_page(
    request: HttpRequest,
    process: Process,
    *,
    answer: GroundsForm | None = None,
    code: str = "",
    form: ResultForm | None = None,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """One inspection on one screen: promised, reported, and found.

    `answer` and `code` come from the general page of a task; their errors are shown above.
    """
    user = person(request)
    inspection = _row(process)
    report = inspection.report
    occurrence = Occurrence.objects.with_texts().get(pk=inspection.occurrence_id)
    task = Task.objects.filter(process=process, flow_task_type="HUMAN").last()
    today = occurrence.organisation.today(timezone.now())
    people = inspection_holders(user, task) if task else set()
    why_not = bar(report, inspection.organisation, people, today)
    may_hold = bool(people) and not why_not and user.may(may_inspect, inspection, today)
    photos = list(report.evidence.all())
    told = [occurrence, inspection] if inspection.is_overseen_by(user) else [occurrence]
    context: dict[str, Any] = {
        "process": process,
        "task": task,
        "inspection": inspection,
        "report": report,
        "occurrence": occurrence,
        "measure": occurrence.version,
        "photos": photos,
        "proof": asked_rows(report, occurrence.version),
        "warnings": photo_warnings(photos, occurrence),
        "sightings": sightings(photos, occurrence, user),
        "earlier": earlier_reports(occurrence, report),
        "shows_result": inspection.shows_result_to(user),
        "found_photos": inspection.photos.all(),
        "jobs": photos_in_work("inspection", inspection.pk),
        "may_hold": may_hold,
        "why_not": why_not and sentence(Forbidden(why_not)),
        "is_own_acceptance": may_hold and bool(people & acceptors(report)),
        "was_own_acceptance": inspection.closed_by_id in acceptors(report),
        "form": (form or ResultForm.of(inspection)).mark_asked(inspection),
        "problems": [
            *(problems or []),
            *([str(one) for one in answer.non_field_errors()] if answer else []),
        ],
        "history": history(user, *told),
    }
    return render(request, "inspections/inspection.html", context, status=status)


def _row(process: Process) -> Inspection:
    """The inspection with everything that its page prints."""
    rows = Inspection.objects.select_related(
        "organisation",
        "inspector",
        "planned_by",
        "planned_for",
        "closed_by",
        "closed_for",
        "policy",
        "sample",
        "report__author",
        "report__decided_by",
        "report__decided_for",
        "report__on_behalf_of",
    )
    return rows.get(pk=process.inspection_id)


def _keep(request: HttpRequest, process: Process) -> HttpResponse:
    """Store what was written, with its photos; then, if asked, close the inspection."""
    act, form = Act.of(request), ResultForm(request.POST)
    task = get_object_or_404(
        Task.objects.visible_to(person(request)), process=process, flow_task_type="HUMAN"
    )
    if not form.is_valid():
        return inspection_page(request, process, form=form, status=422)
    inspection = keep_result(task, form.result(), act=act)
    problems, status = _attach(inspection, request, act)
    code = request.POST.get("outcome", "")
    if code and not problems:
        try:
            engine.complete(task.pk, code, act=act)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            problems, status = [sentence(refusal)], 422
    if problems:
        return inspection_page(request, process, form=form, problems=problems, status=status)
    messages.success(request, _closed_words(code, inspection) if code else _("It has been kept."))
    return redirect(process.get_absolute_url())


def _attach(inspection: Inspection, request: HttpRequest, act: Act) -> tuple[list[str], int]:
    """Sentences about photos that were refused, and the status.

    The other photos are attached, now or by a job.
    """
    problems, status = [], 422
    for upload in request.FILES.getlist("photos"):
        try:
            attach_in_time(inspection.pk, upload, act=act)
        except Refusal as refusal:
            if refusal.code != "photo_repeated":  # the same bytes are there: once is enough
                problems.append(of_file(upload.name or "", sentence(refusal)))
                status = refusal.status
    return problems, status


def _closed_words(code: str, inspection: Inspection) -> str:
    """What closing it did, and who has it next."""
    if code == "refute":
        words = _(
            "Execution is not confirmed: the due date of “%(name)s” is open again, and the executor"
            " has the remark."
        )
        return words % {"name": inspection.organisation}
    if code == "cancel":
        return _("The inspection has been cancelled.")
    return _("Execution is confirmed. The institution sees the result.")


@require_safe
def photo(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """A photo by an inspector, for those who may read the result."""
    rows = InspectionPhoto.objects.visible_to(person(request))
    return file_answer(request, get_object_or_404(rows, pk=pk), kind)


def _seen_photos(request: HttpRequest) -> QuerySet[InspectionPhoto]:
    rows = InspectionPhoto.objects.visible_to(person(request))
    return rows.select_related("inspection__process")


def _page_of_photo(request: HttpRequest, pk: int) -> str:
    """The inspection's page; the list for a photo that the person may not see."""
    found = _seen_photos(request).filter(pk=pk).first()
    return found.inspection.process.get_absolute_url() if found else reverse("inspections")


@form_on(_page_of_photo)
def remove_photo(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a photo from an inspection that is not closed."""
    shown = get_object_or_404(_seen_photos(request), pk=pk)
    process = shown.inspection.process
    detach_photo(shown, act=Act.of(request))
    messages.success(request, _("The file has been removed."))
    return redirect(process.get_absolute_url())
