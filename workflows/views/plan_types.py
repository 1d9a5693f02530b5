"""Plan types: who agrees, approves and publishes plans of each kind; administrators change it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from compliance.domain.refusals import Forbidden, Refusal
from compliance.forms.parties import PlanTypeForm, StepForm, StepFormSet, drafted
from compliance.models import PlanType
from compliance.services.acts import Act
from compliance.services.plan_types import may_change_types, may_see_types
from compliance.services.timelines import history
from compliance.views.requests import person
from compliance.wording import sentence
from workflows.services.plan_types import change_type


@require_safe
def plan_types(request: HttpRequest) -> HttpResponse:
    """Every plan type with its way: who, then who, then who."""
    if not may_see_types(person(request)):
        raise Forbidden("not_your_page")
    context = {
        "types": PlanType.objects.order_by("pk").prefetch_related("steps"),
        "can_change": may_change_types(person(request)),
    }
    return render(request, "workflows/plan_types.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_type(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan type: its parties in their order, each with what it has to bring."""
    if not may_see_types(person(request)):
        raise Forbidden("not_your_page")
    kind = get_object_or_404(PlanType, pk=pk)
    if not may_change_types(person(request)):
        raise Forbidden("not_your_step")
    data = request.POST if request.method == "POST" else None
    form = PlanTypeForm(data, initial=PlanTypeForm.initial_of(kind))
    initial = [StepForm.initial_of(step) for step in kind.steps.all()]
    steps = StepFormSet(data, initial=initial, prefix="steps")
    if data is not None and form.is_valid() and steps.is_valid():
        try:
            change_type(
                pk,
                drafted(form, steps),
                seen_before=form.cleaned_data["seen"],
                act=Act.of(request),
            )
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.add_error(None, sentence(refusal))
        else:
            messages.success(
                request, _("Saved. Plans that are already with their parties go on as they began.")
            )
            return redirect("plan-types")
    status = 200 if data is None else 422
    context = {"type": kind, "form": form, "steps": steps}
    context["history"] = history(person(request), kind)
    return render(request, "workflows/plan_type.html", context, status=status)
