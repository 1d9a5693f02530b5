"""Drafting: measures, their deadlines, and the remarks of the parties."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from compliance.models import MeasureVersion, Plan, Remark, Revision, Section
from compliance.models.measures import MeasureVersionQuerySet
from compliance.services import plans, remarks
from compliance.services.acts import Act
from compliance.services.calendar import working_calendar
from compliance.services.occurrences import due_dates_of
from compliance.views.requests import person
from workflows.forms import DatesForm, MeasureForm

BOUND = [Revision.Status.DRAFTING, Revision.Status.WITH_PARTIES, Revision.Status.IN_FORCE]


def _versions(request: HttpRequest) -> MeasureVersionQuerySet:
    """Measures of the plans that the person may open."""
    return MeasureVersion.objects.filter(
        revision__plan__in=Plan.objects.visible_to(person(request)),
        revision__status__in=BOUND,
    ).select_related("revision__plan__organisation", "revision__plan__type", "section")


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """A new measure in a section of the draft."""
    plan = get_object_or_404(Plan.objects.visible_to(person(request)), pk=pk)
    sections = Section.objects.filter(revision__plan=plan, revision__status__in=BOUND)
    section = get_object_or_404(sections, pk=request.GET.get("section") or 0)
    form = MeasureForm(plan, request.POST or None)
    if request.method == "POST" and form.is_valid():
        plans.add_measure(section, form.draft(), act=Act.of(request))
        messages.success(request, _("The measure has been added."))
        return redirect(plan)
    context = {"plan": plan, "section": section, "form": form}
    return render(request, "workflows/measure.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One measure of the draft."""
    version = get_object_or_404(_versions(request), pk=pk)
    plan = version.revision.plan
    form = MeasureForm.of(version, request.POST or None)
    if request.method == "POST" and form.is_valid():
        plans.change_measure(version, form.draft(), act=Act.of(request))
        messages.success(request, _("The measure has been saved."))
        return redirect(plan)
    can_edit = version.revision.is_editable and plans.may_draft(person(request), plan)
    context = {"plan": plan, "section": version.section, "version": version, "form": form}
    return render(
        request,
        "workflows/measure.html",
        {**context, "can_edit": can_edit},
        status=422 if form.errors else 200,
    )


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a measure out of the draft."""
    version = get_object_or_404(_versions(request), pk=pk)
    plan = version.revision.plan
    plans.remove_measure(version, act=Act.of(request))
    messages.success(request, _("The measure has been removed."))
    return redirect(plan)


@require_safe
def deadlines(request: HttpRequest, pk: int) -> HttpResponse:
    """The deadlines of a plan that wait for a person, to settle one after another."""
    return _deadlines_page(request, pk)


def _deadlines_page(
    request: HttpRequest, pk: int, refused: DatesForm | None = None, of: int = 0
) -> HttpResponse:
    visible = Plan.objects.visible_to(person(request)).select_related("organisation", "type")
    plan = get_object_or_404(visible, pk=pk)
    calendar = working_calendar(plan.organisation)
    rows = _versions(request).filter(revision__plan=plan).unsettled()
    context = {
        "plan": plan,
        "rows": [
            {
                "version": version,
                "dates": due_dates_of(version, plan, calendar, unconfirmed=True),
                "form": refused if version.pk == of else DatesForm(prefix=str(version.pk)),
            }
            for version in rows
        ],
        "can_settle": plans.may_settle_deadlines(person(request), plan),
    }
    return render(request, "workflows/deadlines.html", context, status=422 if refused else 200)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a deadline as understood, or with dates of one's own."""
    version = get_object_or_404(_versions(request), pk=pk)
    form = DatesForm(request.POST, prefix=str(version.pk))
    if not form.is_valid():
        return _deadlines_page(request, version.revision.plan_id, refused=form, of=version.pk)
    plans.confirm_deadline(version, act=Act.of(request), dates=form.cleaned_data["dates"])
    messages.success(request, _("The deadline has been confirmed."))
    return redirect(reverse("plan-deadlines", args=[version.revision.plan_id]))


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a remark as settled."""
    visible = Plan.objects.visible_to(person(request))
    remark = get_object_or_404(Remark.objects.filter(revision__plan__in=visible), pk=pk)
    remarks.settle_remark(remark, act=Act.of(request))
    messages.success(request, _("The remark has been marked as settled."))
    return redirect(remark.revision.plan)
