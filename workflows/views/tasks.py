"""The inbox and what one does with a task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from compliance.domain.refusals import Refusal
from compliance.models import Plan
from compliance.services.acts import Act
from compliance.views.requests import page_of, person, way_back
from compliance.wording import sentence
from workflows.flows import InspectionFlow
from workflows.forms import GroundsForm
from workflows.models import Task
from workflows.services import engine
from workflows.views.inspections import inspection_page
from workflows.views.plans import plan_page

# Where a step of a flow is taken; a flow that is not named here is taken on the plan's page.
PAGES: dict[Any, Callable[..., HttpResponse]] = {InspectionFlow: inspection_page}


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """My tasks, and the queues I may take from; soonest due first."""
    user = person(request)
    mine, queued = Task.objects.mine(user), Task.objects.queued_for(user)
    shown = request.GET.get("show", "all")
    rows = {"mine": mine, "queue": queued}.get(shown, mine | queued)
    return render(
        request,
        "workflows/inbox.html",
        {
            "page": page_of(rows.with_texts().soonest_first(), request),
            "shown": shown,
            "counts": {"mine": mine.count(), "queue": queued.count()},
            "today": person(request).today(timezone.now()),
        },
    )


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a task of a queue one's own."""
    task = get_object_or_404(Task.objects.visible_to(person(request)), pk=pk)
    engine.take(task.pk, act=Act.of(request))
    messages.success(request, _("The task is yours now."))
    return redirect(way_back(request, task.get_absolute_url()))


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one's own task back into its queue."""
    task = get_object_or_404(Task.objects.visible_to(person(request)), pk=pk)
    engine.release(task.pk, act=Act.of(request))
    messages.success(request, _("The task is back in the queue."))
    return redirect(way_back(request, reverse("inbox")))


@require_POST
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a step its answer; what was entered stays on the page if it is refused."""
    task = get_object_or_404(Task.objects.visible_to(person(request)).with_texts(), pk=pk)
    code = request.POST.get("outcome", "")
    outcome = task.step.outcomes.get(code)
    if outcome is None:
        raise Refusal("unknown_outcome")
    form = GroundsForm(outcome, request.POST)
    page = PAGES.get(task.step.flow_class, plan_page)
    if not form.is_valid():
        return page(request, task.process, answer=form, code=code, status=422)
    try:
        engine.complete(task.pk, code, act=Act.of(request), grounds=form.grounds())
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        form.add_error(None, sentence(refusal))
        return page(request, task.process, answer=form, code=code, status=422)
    messages.success(request, _told(task, str(outcome.label)))
    return redirect(_next_after(request, task))


def _told(task: Task, answer: str) -> str:
    """What happened and whose turn it is now."""
    following = engine.open_task(task.process)
    if following is None:
        return _("Done: %(answer)s. This matter is finished.") % {"answer": answer}
    return _("Done: %(answer)s. Next: %(step)s — %(role)s.") % {
        "answer": answer,
        "step": following.title,
        "role": following.get_role_display(),
    }


def _next_after(request: HttpRequest, task: Task) -> str:
    """The next task of the same kind in the person's queue, or the matter's own page."""
    if task.step.flow_class in PAGES:
        user = person(request)
        waiting = Task.objects.mine(user) | Task.objects.queued_for(user)
        following = waiting.filter(flow_task=task.flow_task).soonest_first().first()
        return following.get_absolute_url() if following else reverse("inbox")
    plan: Plan = task.process.plan
    return plan.get_absolute_url()
