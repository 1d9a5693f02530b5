"""Plan types: who agrees, approves and publishes plans of each kind; administrators change them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from compliance.domain.refusals import Forbidden, Refusal
from compliance.forms.approval import FIRST_STEPS, PlanTypeForm, StepForm, StepFormSet, drafted
from compliance.models import Plan, PlanType
from compliance.services.acts import Act
from compliance.services.audit.timelines import history
from compliance.services.reference.plan_types import (
    create_type,
    may_change_types,
    may_see_types,
    offer_type,
    retire_type,
)
from compliance.views.requests import form_on, id_of, person
from compliance.wording.refusals import sentence
from workflows.services.reference.plan_types import change_type


@require_safe
def plan_types(request: HttpRequest) -> HttpResponse:
    """Every plan type with its parties in order."""
    user = person(request)
    if not may_see_types(user):
        raise Forbidden("not_your_page")
    seen = Q(plan__in=Plan.objects.visible_to(user))
    context = {
        "types": PlanType.objects.order_by(F("retired_at").asc(nulls_first=True), "pk")
        .annotate(plans=Count("plan", filter=seen, distinct=True))
        .prefetch_related("steps"),
        "can_change": may_change_types(user),
    }
    return render(request, "reference/plan_types.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_type(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan type: its parties in order, each with what it has to bring."""
    kind = _changeable(request, pk)
    act = Act.of(request)
    return _form_page(
        request,
        kind,
        PlanTypeForm.initial_of(kind),
        [StepForm.initial_of(step) for step in kind.steps.all()],
        lambda form, steps: change_type(
            pk, drafted(form, steps, kind), seen_before=form.cleaned_data["seen"], act=act
        ),
        _("Saved. Plans that are already with their parties go on as they began."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new plan type: a copy of the one in the address, or an empty one."""
    _check_administrator(request)
    source = PlanType.objects.filter(pk=id_of(request.GET.get("like", ""))).first()
    steps = [StepForm.initial_of(step) for step in source.steps.all()] if source else FIRST_STEPS
    act = Act.of(request)
    return _form_page(
        request,
        None,
        PlanTypeForm.initial_like(source),
        steps,
        lambda form, steps: create_type(drafted(form, steps), act=act),
        _("The plan type has been added. Plans of it can be begun now."),
    )


def _form_page(
    request: HttpRequest,
    kind: PlanType | None,
    initial: dict[str, Any],
    first_steps: Sequence[dict[str, Any]],
    store: Callable[[PlanTypeForm, Any], object],
    success: str,
) -> HttpResponse:
    """The form of a plan type; what was entered is stored, or comes back with its errors."""
    data = request.POST if request.method == "POST" else None
    form = PlanTypeForm(data, initial=initial)
    steps = StepFormSet(data, initial=first_steps, prefix="steps")
    if data is not None and form.is_valid() and steps.is_valid():
        try:
            store(form, steps)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, success)
            return redirect("plan-types")
    status = 200 if data is None else 422
    context: dict[str, Any] = {"type": kind, "form": form, "steps": steps}
    context["history"] = history(person(request), kind) if kind else None
    return render(request, "reference/plan_type.html", context, status=status)


@form_on("plan-types")
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin no more plans of the type."""
    kind = retire_type(_changeable(request, pk).pk, act=Act.of(request))
    messages.success(request, _("No new plans of the type “%(name)s” are begun.") % {"name": kind})
    return redirect("plan-types")


@form_on("plan-types")
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin plans of a retired type again."""
    kind = _changeable(request, pk)
    try:
        offer_type(kind.pk, act=Act.of(request))
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        messages.error(request, sentence(refusal))
    else:
        messages.success(
            request, _("Plans of the type “%(name)s” can be begun again.") % {"name": kind}
        )
    return redirect("plan-types")


def _check_administrator(request: HttpRequest) -> None:
    """Raise Forbidden unless the person may change plan types."""
    if not may_see_types(person(request)):
        raise Forbidden("not_your_page")
    if not may_change_types(person(request)):
        raise Forbidden("not_your_step")


def _changeable(request: HttpRequest, pk: int) -> PlanType:
    """The plan type, if the person may change it; else Forbidden."""
    if not may_see_types(person(request)):
        raise Forbidden("not_your_page")
    kind = get_object_or_404(PlanType, pk=pk)
    _check_administrator(request)
    return kind
