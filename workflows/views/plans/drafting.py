"""Beginning a plan: by hand, or from a document that is shown before it is stored."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from compliance.domain.refusals import Forbidden, Refusal
from compliance.forms.plans import DocumentForm, NewPlanForm, OwnerForm, ReadingForm
from compliance.models import Job, PlanUpload
from compliance.services.acts import Act
from compliance.services.documents import uploads
from compliance.services.documents.imports import Request
from compliance.services.plans.beginning import (
    DraftingPlace,
    places_to_draft,
    start_plan,
    usual_period,
)
from compliance.views.requests import form_on, person
from compliance.wording.documents import warning_words
from compliance.wording.refusals import sentence

SHOWN = 200  # lines without a place in the plan that a page prints


def _places(request: HttpRequest) -> list[DraftingPlace]:
    """Where the person may begin plans; Forbidden when there is no such place."""
    places = places_to_draft(person(request))
    if not places:
        raise Forbidden("not_your_page")
    return places


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose whose plan it is, then begin it by hand; or give a document."""
    places = _places(request)
    sent = request.POST if request.method == "POST" else None
    asked = sent or (request.GET if "owner" in request.GET else None)
    owner_form = OwnerForm(asked, places=places)
    owner = owner_form.chosen
    form = NewPlanForm(sent) if sent and owner else _blank(owner_form)
    if sent and owner is not None and form is not None and form.is_valid():
        try:
            plan = start_plan(form.draft(owner), key=form.cleaned_data["key"], act=Act.of(request))
        except Refusal as refusal:
            if refusal.status not in {409, 422}:
                raise
            form.add_error(None, sentence(refusal))
        else:
            messages.success(
                request, _("The draft has been made. Add measures, then send it for agreement.")
            )
            return redirect(plan)
    return _new_page(request, owner_form, form, DocumentForm(), 422 if sent else 200)


def _blank(owner_form: OwnerForm) -> NewPlanForm | None:
    """The form with what is suggested, once it is clear whose plan it is."""
    owner = owner_form.chosen
    if owner is None:
        return None
    return NewPlanForm.blank(owner, usual_period(owner[1].today(timezone.now())))


def _new_page(
    request: HttpRequest,
    owner_form: OwnerForm,
    form: NewPlanForm | None,
    document: DocumentForm,
    status: int,
) -> HttpResponse:
    context = {
        "owner_form": owner_form,
        "chosen": owner_form.chosen,
        "form": form,
        "document": document,
    }
    return render(request, "plans/new.html", context, status=status)


@form_on("plan-new")
def upload(request: HttpRequest) -> HttpResponse:
    """Take a document and show what was read from it."""
    places = _places(request)
    form, status = DocumentForm(request.POST, request.FILES), 422
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = uploads.keep_document(file.read(), file.name, act=Act.of(request))
        except Refusal as refusal:
            form.add_error("file", sentence(refusal))
            status = refusal.status
        else:
            return redirect(
                kept if isinstance(kept, Job) else reverse("plan-upload-preview", args=[kept.pk])
            )
    owner_form = OwnerForm(places=places)
    return _new_page(request, owner_form, _blank(owner_form), form, status)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was read from the document and, when confirmed, the draft made from it."""
    places, act = _places(request), Act.of(request)
    kept = uploads.document_upload_of(pk, act)
    if kept is None:
        raise Http404
    if kept.plan is not None:
        return redirect(kept.plan)
    if job := uploads.reading_job(kept):
        return redirect(job)
    sent = request.POST if request.method == "POST" else None
    asked = sent or (request.GET if "owner" in request.GET else None)
    form = ReadingForm(asked, places=places)
    if sent and form.is_valid():
        kind, organisation = form.cleaned_data["owner"]
        wanted = Request(year=form.cleaned_data["year"], owner=organisation, type=kind)
        try:
            plan = uploads.store_upload(pk, wanted, act=act)
        except Refusal as refusal:
            if refusal.status not in {409, 422}:
                raise
            field = "year" if refusal.code.startswith("period_") else None
            form.add_error(field, sentence(refusal))
        else:
            messages.success(
                request, _("The draft has been made. Look it through, then send it for agreement.")
            )
            return redirect(plan)
    context = _reading(kept, form, places)
    return render(request, "documents/upload.html", context, status=422 if sent else 200)


def _reading(kept: PlanUpload, form: ReadingForm, places: list[DraftingPlace]) -> dict[str, Any]:
    """The document as read for the owner and the year in the form."""
    form.is_valid()
    year = getattr(form, "cleaned_data", {}).get("year")
    read = uploads.read_upload(kept, year)
    named = uploads.named_owner(read.document, places)
    if not form.is_bound and named is not None:
        form.initial["owner"] = next(
            key for key, (_kind, row) in form.owners.items() if row == named
        )
    owner = form.chosen
    shown = uploads.preview_of(read, owner[1] if owner else places[0].organisations[0])
    warnings = [(one, warning_words(one.code)) for one in read.document.warnings]
    unplaced = read.document.unplaced
    return {
        "upload": kept,
        "form": form,
        "owner": owner,
        "is_other": owner is not None and named != owner[1] and bool(read.document.organization),
        "shown": shown,
        "document": read.document,
        "warnings": warnings,
        "unplaced": unplaced[:SHOWN],
        "more_unplaced": max(len(unplaced) - SHOWN, 0),
    }
