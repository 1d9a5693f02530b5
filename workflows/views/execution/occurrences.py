"""An executor's page: what to do, by when, what was done; and the photos themselves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from compliance.domain.evidence.proofs import ProofPart, asked
from compliance.domain.refusals import Refusal
from compliance.models import (
    Evidence,
    ExecutionReport,
    InterimDate,
    Occurrence,
    Petition,
    User,
)
from compliance.services.acts import Act
from compliance.services.audit.timelines import history
from compliance.services.evidence import reports
from compliance.services.evidence.files import attach_evidence, detach_evidence, photos_in_work
from compliance.services.execution.interims import tell_course
from compliance.services.inspections.planning import may_plan
from compliance.services.petitions.steps import waive_occurrence
from compliance.views.requests import form_on, person
from compliance.wording.refusals import sentence
from workflows.forms.answers import CourseForm, ReasonForm, ReportForm
from workflows.forms.petitions import PetitionForm
from workflows.services import petitions
from workflows.services.plans.recalling import recall_execution, taken_by, verification_of
from workflows.services.plans.sending import submit_execution
from workflows.views.evidence.proofs import asked_rows, file_answer, of_file

DRAFT, RECALLED = ExecutionReport.Status.DRAFT, ExecutionReport.Status.RECALLED
ASKED_AHEAD = timedelta(days=14)
"""How long before an interim date people may already tell the course of work."""
EXPLAIN_IDS, WAIVE_IDS = "id_reason_%s", "id_waive_%s"
REASON_IDS = {reports.explain_not_done: EXPLAIN_IDS, waive_occurrence: WAIVE_IDS}


def _visible(request: HttpRequest, pk: int) -> Occurrence:
    rows = Occurrence.objects.visible_to(person(request)).with_texts()
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def occurrence(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one due date; POST stores what was entered and, if asked, submits it."""
    shown = _visible(request, pk)
    if request.method != "POST":
        return _page(request, shown)
    form, act = ReportForm(request.POST), Act.of(request)
    if not form.is_valid():
        return _page(request, shown, form=form, status=422)
    report = reports.save_report(shown.pk, form.account(), act=act)
    problems, status = _attach(report, request, act)
    if not problems and "submit" in request.POST:
        try:
            report = submit_execution(shown.pk, act=act)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            problems, status = _marked(form, report, shown, refusal), 422
    if problems or form.errors:
        return _page(request, shown, form=form, problems=problems, status=status)
    messages.success(request, _told(report))
    return redirect(shown)


def _marked(
    form: ReportForm, report: ExecutionReport, shown: Occurrence, refusal: Refusal
) -> list[str]:
    """The sentences above the form; a field that a submission still lacks says so itself."""
    if refusal.code not in {"report_empty", "proof_missing", "proof_needed"}:
        return [sentence(refusal)]
    if not report.text.strip():
        form.add_error("text", sentence(Refusal("report_empty")))
    lacks = [] if report.is_interim else reports.missing_proof(report, shown.version)
    for part in {ProofPart.LINK, ProofPart.NUMBER} & set(lacks):
        form.add_error(part.value, _("Agreed as proof: fill it in."))
    files = tuple(part for part in lacks if part not in {ProofPart.LINK, ProofPart.NUMBER})
    if ProofPart.ANYTHING in files:
        return [sentence(Refusal("proof_needed"))]
    return [sentence(Refusal("proof_missing", parts=files))] if files else []


def _attach(report: ExecutionReport, request: HttpRequest, act: Act) -> tuple[list[str], int]:
    """Sentences about files that were refused, and the status; the other files are attached."""
    problems, status = [], 422
    for phase in Evidence.Phase.values:
        for upload in request.FILES.getlist(f"photos_{phase}"):
            try:
                attach_evidence(report, upload, act=act, phase=phase)
            except Refusal as refusal:
                if refusal.code != "photo_repeated":  # the same bytes are there: once is enough
                    problems.append(of_file(upload.name or "", sentence(refusal)))
                    status = refusal.status
    return problems, status


def _told(report: ExecutionReport) -> str:
    if report.status == ExecutionReport.Status.SUBMITTED:
        return _("The report has been sent for verification. The inspector will answer here.")
    if report.status == ExecutionReport.Status.NOTED:
        return _("The interim information has been recorded. The deadline stays open.")
    return _("The draft has been saved.")


def occurrence_page(
    request: HttpRequest, occurrence: Occurrence, *, petition_form: PetitionForm, status: int
) -> HttpResponse:
    """The page with a refused petition still filled in."""
    return _page(request, occurrence, petition_form=petition_form, status=status)


def _page(
    request: HttpRequest,
    occurrence: Occurrence,
    *,
    form: ReportForm | None = None,
    petition_form: PetitionForm | None = None,
    course: tuple[InterimDate, CourseForm] | None = None,
    problems: list[str] | None = None,
    reasons: dict[Any, ReasonForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    user, refused = person(request), reasons or {}
    earlier = list(
        occurrence.reports.select_related(
            "author", "on_behalf_of", "decided_by", "decided_for"
        ).prefetch_related("evidence")
    )
    draft = next((row for row in earlier if row.status == DRAFT), None)
    sent = [row for row in reversed(earlier) if row.status != DRAFT]
    is_open = occurrence.status == Occurrence.Status.OPEN
    today = occurrence.organisation.today(timezone.now())
    panel = petitions.panel(user, occurrence, timezone.now())
    context: dict[str, Any] = {
        "occurrence": occurrence,
        "measure": occurrence.version,
        "reports": sent,
        "answered": next((row for row in sent if row.status != RECALLED), None),
        "recall": _recall(user, occurrence, today),
        "draft": draft,
        "form": _shown_form(form, draft, occurrence),
        "problems": problems or [],
        "can_report": is_open and user.may(reports.may_report, occurrence),
        "panel": panel,
        "petition_forms": _petition_forms(occurrence, panel, petition_form),
        "inspections": occurrence.inspections.select_related("process"),
        "can_inspect": occurrence.status == Occurrence.Status.ACCEPTED
        and user.may(may_plan, occurrence.organisation.path),
        "reason_form": refused.get(reports.explain_not_done) or ReasonForm(auto_id=EXPLAIN_IDS),
        "waive_form": refused.get(waive_occurrence) or ReasonForm(auto_id=WAIVE_IDS),
        "lacking": _lacking(draft, occurrence) if problems else set(),
        "history": history(user, occurrence, occurrence.assignment),
        "told": occurrence.assignment.interims.told().select_related("noted_by", "noted_for"),
        "asked": _asked(occurrence, course, today),
        "can_explain": occurrence.can_be_explained(today),
        "proof": asked_rows(draft, occurrence.version),
        "needs": set(asked(occurrence.version.proofs)),
        "lacks_before": reports.lacks_before_photo(draft, occurrence.version),
        "jobs": photos_in_work("report", draft.pk) if draft else [],
    }
    return render(request, "execution/occurrence.html", context, status=status)


def _asked(
    occurrence: Occurrence, refused: tuple[InterimDate, CourseForm] | None, today: date
) -> list[dict[str, Any]]:
    """The interim dates that have come or are near, each with its form; a refused one as typed."""
    near = occurrence.assignment.interims.asking().filter(
        asked_on__lte=today + ASKED_AHEAD, asked_on__lt=occurrence.due_on
    )
    return [
        {
            "interim": interim,
            "form": refused[1]
            if refused and refused[0] == interim
            else CourseForm(prefix=str(interim.pk)),
        }
        for interim in near
    ]


def _page_of_interim(request: HttpRequest, pk: int) -> str:
    """The page of the due date that the interim date is part of; the start page for others."""
    found = InterimDate.objects.visible_to(person(request)).with_occurrence().filter(pk=pk).first()
    known = found and found.occurrence_id
    return reverse("occurrence", args=[known]) if known else reverse("home")


@form_on(_page_of_interim)
def tell(request: HttpRequest, pk: int) -> HttpResponse:
    """Store the course of work that is asked for inside a long period."""
    visible = InterimDate.objects.visible_to(person(request)).with_occurrence()
    interim = get_object_or_404(visible, pk=pk)
    form = CourseForm(request.POST, prefix=str(pk))
    form.is_valid()
    try:
        tell_course(pk, form.cleaned_data.get("note", ""), act=Act.of(request))
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        shown = _visible(request, interim.occurrence_id or 0)
        return _page(request, shown, course=(interim, form), status=422)
    messages.success(request, _("The course of work has been recorded."))
    return redirect(f"{reverse('occurrence', args=[interim.occurrence_id])}#course")


def _lacking(draft: ExecutionReport | None, occurrence: Occurrence) -> set[str]:
    """The pickers of files, by their phase, that a submission still waits for."""
    lacks = set(reports.missing_proof(draft, occurrence.version)) if draft else set()
    after = {"after"} if lacks & {ProofPart.AFTER, ProofPart.PHOTO} else set()
    return after | {part.value for part in lacks & {ProofPart.BEFORE, ProofPart.DOCUMENT}}


def _petition_forms(
    occurrence: Occurrence, panel: petitions.Panel, refused: PetitionForm | None
) -> list[dict[str, Any]]:
    """The requests that the person may make, each with its form; a refused one as it was typed."""
    offered = [(Petition.Kind.EXTENSION, panel.extend), (Petition.Kind.WAIVER, panel.ask_waiver)]
    filled = refused.asks_for if refused else ""
    return [
        {
            "kind": kind,
            "form": refused if kind == filled else PetitionForm(kind, occurrence),
            "is_refused": kind == filled,
        }
        for kind, may in offered
        if may or kind == filled
    ]


def _shown_form(
    form: ReportForm | None, draft: ExecutionReport | None, occurrence: Occurrence
) -> ReportForm:
    """The form as entered or as stored; validated before what is asked for is marked."""
    shown = form or ReportForm(initial=vars(draft) if draft else None)
    shown.is_valid()  # otherwise errors that were added would be lost
    return shown.mark_asked(occurrence.version.proofs)


def _page_of_evidence(request: HttpRequest, pk: int) -> str:
    """The page of its due date; the start page for a file that the person may not see."""
    found = _evidence(request).filter(pk=pk).first()
    return found.report.occurrence.get_absolute_url() if found else reverse("home")


@form_on(_page_of_evidence)
def remove_photo(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a photo or document from one's draft."""
    shown = get_object_or_404(_evidence(request), pk=pk)
    occurrence = shown.report.occurrence
    detach_evidence(shown, act=Act.of(request))
    messages.success(request, _("The file has been removed."))
    return redirect(occurrence)


def _evidence(request: HttpRequest) -> Any:
    return Evidence.objects.visible_to(person(request)).select_related("report__occurrence")


@require_safe
def evidence(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """A photo's cleaned copy or thumbnail, or a PDF as an attachment.

    Nobody gets the sealed original of a photo here; a PDF is never shown inline.
    """
    shown = get_object_or_404(_evidence(request), pk=pk)
    return file_answer(request, shown, kind)


def _recall(user: User, occurrence: Occurrence, today: date) -> dict[str, Any] | None:
    """Whether the person may take the report back: who has taken its verification, if anybody, and
    whether it would be late if it were sent again; None for those who may not report.
    """
    is_sent = occurrence.status == Occurrence.Status.SUBMITTED
    if not (is_sent and user.may(reports.may_report, occurrence)):
        return None
    task = verification_of(occurrence)
    return {"taken_by": taken_by(task) if task else None, "is_late": occurrence.late_after < today}


@form_on("occurrence", "pk")
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the report back until an inspector has taken its verification."""
    shown, act = _visible(request, pk), Act.of(request)
    recall_execution(shown.pk, act=act, seen=request.POST.get("report", ""))
    words = {"date": f"{shown.late_after:%d.%m.%Y}"}
    if shown.late_after < shown.organisation.today(act.at):
        told = _(
            "The report has been recalled and is your draft again. The deadline of %(date)s has "
            "passed: it is overdue until the report is sent again."
        )
    else:
        told = _(
            "The report has been recalled and is your draft again. To be in time, send it by "
            "%(date)s."
        )
    messages.success(request, told % words)
    return redirect(f"{shown.get_absolute_url()}#report-heading")


@form_on("occurrence", "pk")
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why it is not done; it stays open."""
    return _reasoned(
        request,
        pk,
        reports.explain_not_done,
        _("The explanation is recorded; the deadline stays open."),
    )


@form_on("occurrence", "pk")
def waive(request: HttpRequest, pk: int) -> HttpResponse:
    """Waive it: close it without execution, with a reason."""
    return _reasoned(request, pk, waive_occurrence, _("Waived without execution."))


def _reasoned(request: HttpRequest, pk: int, service: Any, success: str) -> HttpResponse:
    shown, form = _visible(request, pk), ReasonForm(request.POST, auto_id=REASON_IDS[service])
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        service(shown.pk, reason=reason, act=Act.of(request))
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        if not form.errors:
            form.add_error("reason", sentence(refusal))
        return _page(request, shown, reasons={service: form}, status=422)
    messages.success(request, success)
    return redirect(shown)
