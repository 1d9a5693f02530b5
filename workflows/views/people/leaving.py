"""Letting a person go: what they still have open, before the account is closed."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from compliance.domain.refusals import Forbidden, Refusal
from compliance.models import Assignment, Occurrence, User
from compliance.services.acts import Act
from compliance.services.people.accounts import deactivate_person
from compliance.services.people.rights import may_manage, people_in_care_of, standing_memberships
from compliance.views.people.lists import keeper
from compliance.wording.refusals import sentence
from workflows.models import Task
from workflows.services.tasks.handover import may_hand_over


class ReasonForm(forms.Form):
    """Why the person can no longer sign in."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        help_text=gettext_lazy("For example: dismissed, order and date."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, say what would be left without a holder, and close the account."""
    user, act = keeper(request), Act.of(request)
    found = get_object_or_404(User.objects.visible_to(user), pk=pk)
    standing = standing_memberships([found], act.local_day())[found.pk]
    if not user.may(may_manage, found, standing):
        raise Forbidden("not_your_people")
    form = ReasonForm(request.POST or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            deactivate_person(found.pk, form.cleaned_data["reason"], act=act)
        except Refusal as refusal:
            form.add_error(None, sentence(refusal))
            status = refusal.status
        else:
            messages.success(request, _("%(name)s can no longer sign in.") % {"name": found})
            return redirect("person", pk=found.pk)
    open_occurrences = Occurrence.objects.open().filter(assignment__executor=found)
    in_care = people_in_care_of(user).filter(pk=found.pk).exists()
    context = {
        "found": found,
        "hands_over": in_care and user.may(may_hand_over, found, act.local_day()),
        "form": form,
        "tasks": Task.objects.open().filter(owner=found).count(),
        "measures": Assignment.objects.filter(pk__in=open_occurrences.values("assignment")).count(),
    }
    return render(request, "people/deactivate.html", context, status=status)
