"""What one does with a task: take it, put it back, complete it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from compliance.domain.refusals import Refusal
from compliance.models import Plan, Revision
from compliance.services.acts import Act
from compliance.views.requests import form_on, person, way_back
from compliance.wording.refusals import sentence
from workflows.flows import InspectionFlow, PetitionFlow, VerificationFlow
from workflows.forms.answers import GroundsForm
from workflows.models import Task
from workflows.services.tasks import engine, inboxes
from workflows.views.approval.revisions import revision_page
from workflows.views.inspections.holding import inspection_page
from workflows.views.inspections.verification import verification_page
from workflows.views.petitions import petition_page
from workflows.views.plans.plans import plan_page
from workflows.wording import done, with_turn

LONGEST_WORDS = 80  # characters of the next task's subject

# Where a step of a flow is taken; for a flow not listed here that is the plan's page, or the page
# of the revision that changes the plan.
PAGES: dict[Any, Callable[..., HttpResponse]] = {
    VerificationFlow: verification_page,
    PetitionFlow: petition_page,
    InspectionFlow: inspection_page,
}


def _page_of_task(request: HttpRequest, pk: int) -> str:
    """The page where the step is taken; the person's inbox for a task that they may not see."""
    task = Task.objects.visible_to(person(request)).with_texts().filter(pk=pk).first()
    return task.get_absolute_url() if task else reverse("inbox")


@form_on(_page_of_task)
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a task from a queue."""
    task = get_object_or_404(Task.objects.visible_to(person(request)), pk=pk)
    engine.take(task.pk, act=Act.of(request))
    what = f"{task.title} — {task.process.organisation}"
    open_it = format_html('<a href="{}">{}</a>', task.get_absolute_url(), what)
    messages.success(request, format_html("{} {}", _("The task is yours now:"), open_it))
    return redirect(way_back(request, task.get_absolute_url()))


@form_on(_page_of_task)
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one's own task back into its queue."""
    task = get_object_or_404(Task.objects.visible_to(person(request)), pk=pk)
    engine.release(task.pk, act=Act.of(request))
    messages.success(request, _("The task is back in the queue."))
    return redirect(way_back(request, reverse("inbox")))


@form_on(_page_of_task)
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a step its answer; what was entered stays on the page if it is refused."""
    task = get_object_or_404(Task.objects.visible_to(person(request)).with_texts(), pk=pk)
    code = request.POST.get("outcome", "")
    outcome = task.step.outcomes.get(code)
    if outcome is None:
        raise Refusal("unknown_outcome")
    petition = task.process.petition
    form = GroundsForm(outcome, request.POST, bases=task.bases, petition=petition)
    usual = revision_page if task.process.is_amendment else plan_page
    page = PAGES.get(task.step.flow_class, usual)
    if not form.is_valid():
        return page(request, task.process, answer=form, code=code, status=422)
    try:
        engine.complete(task.pk, code, act=Act.of(request), grounds=form.grounds())
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        form.add_error(None, sentence(refusal))
        return page(request, task.process, answer=form, code=code, status=422)
    messages.success(request, _told(task, code))
    return redirect(_next_after(request, task))


def _told(task: Task, code: str) -> str:
    """What happened and whose turn it is now."""
    return with_turn(done(task, code), engine.open_task(task.process))


def _next_after(request: HttpRequest, task: Task) -> str:
    """The next task of the same kind in an inspector's list; else the matter's own page.

    A plan or a petition has to be seen afterwards, so there the next task is a link in the message.
    When the next task opens by itself, the message says whose work it is about.
    """
    following = inboxes.following(person(request), task)
    flow = task.step.flow_class
    if flow in PAGES and flow is not PetitionFlow:
        if following is None:
            return reverse("inbox")
        messages.info(request, _opened_words(following))
        return following.get_absolute_url()
    if following:
        messages.info(request, _next_words(following))
    if flow is PetitionFlow:
        return reverse("petition", args=[task.process.petition_id])
    text: Revision | Plan = task.process.revision or task.process.plan
    return text.get_absolute_url()


def _next_words(following: Task) -> SafeString:
    return format_html(
        '{} <a href="{}">{}</a>',
        _("Next in your list:"),
        following.get_absolute_url(),
        _whose(following),
    )


def _opened_words(following: Task) -> str:
    return _("This is already the next one of your list: %(task)s.") % {"task": _whose(following)}


def _whose(task: Task) -> str:
    """What the task is and whose work it is about."""
    process = task.process
    about = Truncator(process.words).chars(LONGEST_WORDS)
    return f"{task.title} — {process.organisation}: {about}"
