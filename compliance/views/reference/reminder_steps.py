"""Reminder steps of due dates: who is told, how long before or after; set by administrators."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compliance.domain.refusals import Forbidden
from compliance.forms.reference import DirectorStepForm
from compliance.services.acts import Act
from compliance.services.audit.timelines import history_of_common
from compliance.services.notices.still_due import KIND
from compliance.services.reference.plan_types import may_change_types, may_see_types
from compliance.services.reference.reminder_steps import switch_step, tell_director_ahead
from compliance.views.requests import form_on, person
from notifications.models import ReminderStep


@require_safe
def reminder_steps(request: HttpRequest) -> HttpResponse:
    """Every step of due dates, in order of time."""
    _check_seen(request)
    return _page(request, DirectorStepForm())


@form_on("reminder-steps")
def ahead(request: HttpRequest) -> HttpResponse:
    """Tell directors before the date as well."""
    _check_changed(request)
    form = DirectorStepForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    tell_director_ahead(given["days"], unless_begun=given["unless_begun"], act=Act.of(request))
    messages.success(request, _("Saved. The next sweep of reminders follows it."))
    return redirect("reminder-steps")


@form_on("reminder-steps")
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow a step, or no longer follow it: as the button said, even if pressed twice."""
    _check_seen(request)
    step = get_object_or_404(_steps(), pk=pk)
    _check_changed(request)
    switch_step(step.pk, is_active=request.POST.get("is_active") == "1", act=Act.of(request))
    messages.success(request, _("Saved. The next sweep of reminders follows it."))
    return redirect("reminder-steps")


def _steps() -> QuerySet[ReminderStep]:
    return ReminderStep.objects.filter(subject_kind=KIND)


def _page(request: HttpRequest, form: DirectorStepForm, status: int = 200) -> HttpResponse:
    user = person(request)
    steps = list(_steps().order_by("offset", "who"))
    context = {
        "steps": steps,
        "form": form,
        "can_change": may_change_types(user),
        "history": history_of_common(user, steps, ReminderStep),
    }
    return render(request, "reference/reminder_steps.html", context, status=status)


def _check_seen(request: HttpRequest) -> None:
    """Raise Forbidden unless the person oversees a region."""
    if not may_see_types(person(request)):
        raise Forbidden("not_your_page")


def _check_changed(request: HttpRequest) -> None:
    """Raise Forbidden unless the person may change what is common to all regions."""
    _check_seen(request)
    if not may_change_types(person(request)):
        raise Forbidden("not_your_step")
