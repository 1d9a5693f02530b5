"""One page and one act for a leaver: all their open work, and who receives it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from compliance.domain.refusals import Refusal
from compliance.models import User
from compliance.services.acts import Act
from compliance.services.people.rights import people_in_care_of
from compliance.views.requests import person
from compliance.wording.refusals import sentence
from workflows.forms.tasks import HandoverForm
from workflows.services.tasks.handover import (
    Handover,
    hand_over,
    may_hand_over,
    may_switch_off,
    open_work,
    possible_heirs,
)

ROWS = 50  # of each kind in the preview; its heading counts them all


@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """The leaver's open work and, once receivers are chosen, the hand-over itself."""
    act, user = Act.of(request), person(request)
    today = user.today(act.at)
    leaver = get_object_or_404(people_in_care_of(user), pk=pk)
    if not user.may(may_hand_over, leaver, today):
        raise Http404
    form = HandoverForm(
        request.POST or None,
        people=possible_heirs(leaver, today, viewer=user),
        today=today,
        may_switch_off=leaver.is_active and user.may(may_switch_off, leaver, today),
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            counts = hand_over(Handover(leaver=leaver, **form.cleaned_data), act=act)
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            form.add_error(None, sentence(refusal))
            status = refusal.status
        else:
            messages.success(request, _told(leaver, counts))
            return redirect("handover", pk=leaver.pk)
    last_day = form.cleaned_data.get("last_day", today) if form.is_bound else today
    work = open_work(leaver, last_day or today)
    context: dict[str, Any] = {
        "leaver": leaver,
        "form": form,
        "tasks": work.tasks.with_texts()[:ROWS],
        "task_count": work.tasks.count(),
        "delegated_count": work.delegated.count(),
        "assignments": work.assignments[:ROWS],
        "assignment_count": work.assignments.count(),
        "drafts": work.drafts[:ROWS],
        "draft_count": work.drafts.count(),
        "duties": work.memberships,
        "absences": work.substitutions.select_related("absent", "substitute"),
        "is_empty": work.is_empty(),
    }
    return render(request, "tasks/handover.html", context, status=status)


def _told(leaver: User, counts: dict[str, int]) -> str:
    words = _(
        "%(name)s: handed over. Tasks: %(tasks)s, measures: %(measures)s, lines of drafts: "
        "%(drafts)s, roles ended: %(roles)s."
    )
    return words % {"name": leaver, **counts}
