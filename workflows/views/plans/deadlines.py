"""Deadlines: how words are understood while they are typed, and settling the open ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compliance.domain.refusals import Forbidden, Refusal
from compliance.models import MeasureVersion, Plan, Revision
from compliance.services.acts import Act
from compliance.services.execution import deadlines
from compliance.services.plans.texts import text_shown
from compliance.views.requests import form_on, id_of, ids_of, person
from compliance.wording.refusals import sentence
from workflows.forms.answers import DatesForm
from workflows.views.plans.measures import BOUND, bound_versions

LONGEST = 2000  # characters of a deadline, as the model holds them


def _plan(request: HttpRequest, pk: object) -> Plan:
    visible = Plan.objects.visible_to(person(request)).select_related("organisation", "type")
    return get_object_or_404(visible, pk=pk)


@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """How the words are understood in a plan, as a block of the measure's form or as a page."""
    plan = _plan(request, id_of(request.GET.get("plan", "")))
    words = (request.GET.get("text") or request.GET.get("deadline_text", ""))[:LONGEST]
    text = _text(request, plan)
    period = text.period if text else plan.period
    reading = deadlines.preview(words, plan, period) if words.strip() else None
    template = "plans/_preview.html" if "HX-Request" in request.headers else "plans/preview.html"
    return render(request, template, {"plan": plan, "words": words, "preview": reading})


@require_safe
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """The deadlines of a plan that wait for a person, to settle one after another."""
    return _page(request, pk)


def _page_of_measure(request: HttpRequest, pk: int) -> str:
    """The deadlines of the measure's text; the list of plans for a text they may not see."""
    version = bound_versions(request).filter(pk=pk).first()
    return _address(version.revision) if version else reverse("plans")


def _address(text: Revision) -> str:
    return f"{reverse('plan-deadlines', args=[text.plan_id])}?revision={text.number}"


@form_on(_page_of_measure)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a deadline as understood, with dates of one's own, or with the day of its event."""
    version = get_object_or_404(bound_versions(request), pk=pk)
    form = DatesForm(request.POST, prefix=str(version.pk))
    if form.is_valid():
        try:
            deadlines.confirm_deadline(version, act=Act.of(request), **form.cleaned_data)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("The deadline has been confirmed."))
            return redirect(_address(version.revision))
    return _page(request, version.revision.plan_id, refused=form, of=version)


@form_on("plan-deadlines", "pk")
def confirm_many(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the ticked deadlines as understood, each with its own result."""
    plan = _plan(request, pk)
    if not deadlines.may_settle_deadlines(person(request), plan):
        raise Forbidden("not_your_step")
    ticked = ids_of(request.POST.getlist("version"))
    versions = bound_versions(request).filter(revision__plan=plan, pk__in=ticked)
    answers = deadlines.confirm_deadlines(list(versions), act=Act.of(request))
    return _page(request, plan.pk, answers=answers)


def _page(
    request: HttpRequest,
    pk: int,
    *,
    refused: DatesForm | None = None,
    of: MeasureVersion | None = None,
    answers: Sequence[deadlines.Answer] = (),
) -> HttpResponse:
    plan = _plan(request, pk)
    text = of.revision if of else _text(request, plan)
    bound = list(bound_versions(request).filter(revision=text))
    waiting = [row for row in bound if row.deadline_confirmed_at is None]
    open_ended = [
        row for row in bound if row.deadline_confirmed_at and deadlines.leaves_dates_open(row)
    ]
    can_settle = deadlines.may_settle_deadlines(person(request), plan)
    rows = _rows(waiting, plan, refused, of)
    context = {
        "plan": plan,
        "text": text,
        "other": Revision.objects.visible_to(person(request))
        .filter(plan=plan, status__in=BOUND)
        .exclude(pk=text.pk if text else 0)
        .first(),
        "rows": rows,
        "can_tick": can_settle and any(row["preview"].dates for row in rows),
        "open_ended": _rows(open_ended, plan, refused, of),
        "answers": [
            {"version": one.version, "words": sentence(one.refusal) if one.refusal else ""}
            for one in answers
        ],
        "can_settle": can_settle,
    }
    return render(request, "plans/deadlines.html", context, status=422 if refused else 200)


def _text(request: HttpRequest, plan: Plan) -> Revision | None:
    """The text whose deadlines are settled: the one in the address, else the one shown."""
    wanted = request.GET.get("revision", "")
    readable = Revision.objects.visible_to(person(request)).filter(plan=plan, status__in=BOUND)
    named = readable.filter(number=int(wanted[:9])).first() if wanted.isdecimal() else None
    return named or text_shown(plan)


def _rows(
    versions: list[MeasureVersion],
    plan: Plan,
    refused: DatesForm | None,
    of: MeasureVersion | None,
) -> list[dict[str, Any]]:
    """Measures with their deadlines as understood, each with its form."""
    return [
        {
            "version": version,
            "preview": reading,
            "form": refused if version == of else DatesForm.of(version, reading.asks_for_event),
        }
        for version, reading in zip(versions, deadlines.previews(versions, plan), strict=True)
    ]
