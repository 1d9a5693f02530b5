"""The inbox: what waits for a person, and passing one task on to others."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from compliance.domain.refusals import Refusal
from compliance.models import User
from compliance.services.acts import Act
from compliance.views.requests import form_on, person, way_back
from compliance.wording.refusals import sentence
from notifications.views.paging import page_of
from workflows.forms.tasks import InboxForm, PassForm
from workflows.models import Task
from workflows.services.tasks import engine, inboxes, many, reassigning


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """My tasks, the queues I may take from, the tasks of those I substitute for."""
    user = person(request)
    lists = inboxes.lists_of(user)
    tallies = inboxes.tallies(lists)
    form = InboxForm(request.GET, lists=lists, tallies=tallies)
    form.is_valid()
    wanted = form.selection
    counts = inboxes.counts(tallies)
    rows = inboxes.selected(lists, wanted, timezone.now()).with_texts()
    page = page_of(rows, request, count=None if form.is_narrowed else counts[wanted.show])
    context = {
        "page": page,
        "many": many.offered(user, page.object_list),
        "form": form,
        "tabs": [
            (show, counts[show])
            for show in inboxes.InboxShow
            if counts[show] or show in {"all", "mine", "queue"} or show == wanted.show
        ],
        "shown": inboxes.InboxShow(wanted.show),
    }
    return render(request, "tasks/inbox.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reassign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a task to another for good: its owner, or whoever looks after such steps."""
    user = person(request)
    task = _task(user, pk)
    if not user.may(reassigning.may_reassign, task):
        raise Http404
    return _passed_on(request, task, asks=False)


@require_http_methods(["GET", "HEAD", "POST"])
def delegate(request: HttpRequest, pk: int) -> HttpResponse:
    """Have another person prepare a task that then comes back to be finished."""
    user = person(request)
    task = _task(user, pk)
    if not user.may(engine.may_answer, task):
        raise Http404
    return _passed_on(request, task, asks=True)


@form_on("inbox")
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """End a delegation: return the task with what was prepared, or call it back."""
    task = _task(person(request), pk)
    answer = request.POST.get("answer", "").replace("\0", "")[:2000]
    done = reassigning.return_delegated(task.pk, answer=answer, act=Act.of(request))
    if done.owner is None:
        messages.success(request, _("The task is back in the queue."))
    else:
        messages.success(request, _("The task is with %(name)s.") % {"name": done.owner})
    return redirect(way_back(request, reverse("inbox")))


def _task(user: User, pk: int) -> Task:
    """The open task that the person works on or looks after; 404 for any other."""
    known = Task.objects.open().visible_to(user) | reassigning.tasks_in_care_of(user)
    task: Task = get_object_or_404(known.with_texts(), pk=pk)
    return task


def _passed_on(request: HttpRequest, task: Task, *, asks: bool) -> HttpResponse:
    """The page that asks who receives the task, and the hand-over itself."""
    act = Act.of(request)
    people = reassigning.possible_receivers(task, act.at)
    form = PassForm(request.POST or None, people=people, owner=task.owner_id, asks=asks)
    if form.is_valid():
        given = form.cleaned_data
        try:
            _pass_on(task, given, act, asks=asks)
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            form.add_error(None, sentence(refusal))
            return _page(request, task, form, asks, refusal.status)
        words = _("The task is with %(name)s.") % {"name": given["receiver"]}
        messages.success(request, words)
        return redirect(way_back(request, reverse("inbox")))
    return _page(request, task, form, asks, 422 if form.is_bound else 200)


def _pass_on(task: Task, given: dict[str, Any], act: Act, *, asks: bool) -> Task:
    to, seen, words = given["receiver"], given["seen"], given["words"]
    if asks:
        return reassigning.delegate(task.pk, to=to, seen=seen, asked=words, act=act)
    return reassigning.reassign(task.pk, to=to, seen=seen, reason=words, act=act)


def _page(
    request: HttpRequest, task: Task, form: PassForm, asks: bool, status: int
) -> HttpResponse:
    context = {
        "task": task,
        "form": form,
        "asks": asks,
        "next": way_back(request, reverse("inbox")),
    }
    return render(request, "tasks/reassign.html", context, status=status)
