"""Drafting: measures, their deadlines, and the remarks of the parties."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from compliance.domain.refusals import Conflict
from compliance.models import MeasureVersion, Plan, Remark, Revision, Section
from compliance.models.measures import MeasureVersionQuerySet
from compliance.services.acts import Act
from compliance.services.audit.timelines import history_of_measure
from compliance.services.execution import deadlines
from compliance.services.plans import drafts, remarks
from compliance.views.requests import form_on, id_of, person
from workflows.forms.answers import MeasureForm
from workflows.services.plans.rights import sees_inside

BOUND = [Revision.Status.DRAFTING, Revision.Status.WITH_PARTIES, Revision.Status.IN_FORCE]


def bound_versions(request: HttpRequest) -> MeasureVersionQuerySet:
    """Measures of binding or pending texts that the person may read."""
    return MeasureVersion.objects.filter(
        revision__in=Revision.objects.visible_to(person(request)), revision__status__in=BOUND
    ).select_related("revision__plan__organisation", "revision__plan__type", "section")


def row_of(version: MeasureVersion) -> str:
    """The place of the measure on the page of its text."""
    return f"{version.revision.get_absolute_url()}#measure-{version.pk}"


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """A new measure in a section of the draft."""
    plan = get_object_or_404(Plan.objects.visible_to(person(request)), pk=pk)
    readable = Revision.objects.visible_to(person(request)).filter(plan=plan, status__in=BOUND)
    sections = Section.objects.filter(revision__in=readable).select_related(
        "revision__plan__organisation", "revision__plan__type"
    )
    section = get_object_or_404(sections, pk=id_of(request.GET.get("section", "")))
    initial = {"number": drafts.number_for(section)}
    form = _entered(MeasureForm(section.revision, _sent(request), initial=initial), request)
    if form.is_bound and form.is_valid():
        version = drafts.add_measure(section, form.draft(), act=Act.of(request))
        messages.success(request, _("The measure has been added."))
        return redirect(row_of(version))
    context = {"plan": plan, "section": section, "form": form, "text": section.revision}
    return _measure_page(request, form, {**context, "can_edit": True})


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One measure of the draft."""
    version = get_object_or_404(bound_versions(request), pk=pk)
    plan = version.revision.plan
    form = _entered(MeasureForm.of(version, _sent(request)), request)
    if form.is_bound and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            drafts.change_measure(version, form.draft(), act=Act.of(request), seen_before=seen)
        except Conflict as refusal:
            if refusal.code != "measure_changed":
                raise
            form.catch_up(refusal)
        else:
            messages.success(request, _("The measure has been saved."))
            return redirect(row_of(version))
    can_edit = version.revision.is_editable and drafts.may_draft(person(request), plan)
    context = {"plan": plan, "section": version.section, "version": version, "form": form}
    context["text"] = version.revision
    if sees_inside(person(request), plan):
        context["history"] = history_of_measure(person(request), plan, version.measure_id)
    return _measure_page(request, form, {**context, "can_edit": can_edit})


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was sent to be stored; None where only the reading of the deadline was asked for."""
    return request.POST if request.method == "POST" and "show" not in request.POST else None


def _entered(form: MeasureForm, request: HttpRequest) -> MeasureForm:
    """The form with what has been typed so far, without errors about what has not."""
    if "show" in request.POST:
        form.initial.update(request.POST.dict(), proof=request.POST.getlist("proof"))
    return form


def _measure_page(request: HttpRequest, form: MeasureForm, context: dict[str, Any]) -> HttpResponse:
    """The form with its deadline as understood; what was entered stays."""
    words = str(form["deadline_text"].value() or "")
    reading = (
        deadlines.preview(words, context["plan"], context["text"].period) if words.strip() else None
    )
    if not context["can_edit"]:
        reading = deadlines.previews([context["version"]], context["plan"])[0]
    context = {
        **context,
        "form": form,
        "preview": reading,
        "words": words,
        "is_confirmed": form["confirmed"].value() == words,
    }
    return render(request, "plans/measure.html", context, status=422 if form.errors else 200)


@form_on("measure", "pk")
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a measure out of the draft."""
    version = get_object_or_404(bound_versions(request), pk=pk)
    drafts.remove_measure(version, act=Act.of(request))
    messages.success(request, _("The measure has been removed."))
    return redirect(f"{version.revision.get_absolute_url()}#section-{version.section_id}")


def _sent_remarks(request: HttpRequest) -> QuerySet[Remark]:
    readable = Revision.objects.visible_to(person(request))
    sent = Remark.objects.filter(revision__in=readable, is_draft=False)
    return sent.select_related("revision__plan")


def _page_of_remark(request: HttpRequest, pk: int) -> str:
    """The text that the remark is about; the list of plans for a remark one may not see."""
    remark = _sent_remarks(request).filter(pk=pk).first()
    return remark.revision.get_absolute_url() if remark else reverse("plans")


@form_on(_page_of_remark)
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a remark as settled."""
    remark = get_object_or_404(_sent_remarks(request), pk=pk)
    remarks.settle_remark(remark, act=Act.of(request))
    messages.success(request, _("The remark has been marked as settled."))
    at = MeasureVersion.objects.filter(revision=remark.revision, measure=remark.measure_id).first()
    return redirect(row_of(at) if at else remark.revision)
