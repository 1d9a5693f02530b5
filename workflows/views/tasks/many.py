"""What one does with many ticked tasks: take them, put them back, give them to another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from compliance.domain.refusals import Refusal
from compliance.services.acts import Act
from compliance.views.requests import form_on, id_of, ids_of, person, way_back
from compliance.wording.refusals import sentence
from workflows.forms.tasks import PassForm
from workflows.models import Task
from workflows.services.tasks import many


@form_on("inbox")
def act_on_many(request: HttpRequest) -> HttpResponse:
    """Do with each ticked task what the pressed button says; each has its own result."""
    do = ACTS.get(request.POST.get("act", ""))
    if do is None:
        raise Refusal("unknown_outcome")
    tasks = many.chosen(person(request), ids_of(request.POST.getlist("task")))
    return do(request, tasks)


def _take(request: HttpRequest, tasks: Sequence[Task]) -> HttpResponse:
    answers = many.take_many(tasks, act=Act.of(request))
    done = _done(answers)
    words = ngettext("%(count)s task is yours now.", "%(count)s tasks are yours now.", done)
    labels = (pgettext("task", "taken"), _("not taken"))
    return _told(request, answers, words % {"count": done}, labels)


def _release(request: HttpRequest, tasks: Sequence[Task]) -> HttpResponse:
    answers = many.release_many(tasks, act=Act.of(request))
    done = _done(answers)
    words = ngettext(
        "%(count)s task is back in its queue.", "%(count)s tasks are back in their queues.", done
    )
    labels = (pgettext("task", "put back"), pgettext("task", "not put back"))
    return _told(request, answers, words % {"count": done}, labels)


def _pass(request: HttpRequest, tasks: Sequence[Task]) -> HttpResponse:
    """The page that asks who receives the tasks, and the act itself once that is said."""
    act = Act.of(request)
    is_asked = "receiver" in request.POST
    people = many.receivers(tasks, act.local_day())
    form = PassForm(request.POST if is_asked else None, people=people, owner=None, asks=False)
    if not form.is_valid():
        context = {"tasks": tasks, "form": form, "next": way_back(request, reverse("inbox"))}
        return render(request, "tasks/pass_many.html", context, status=422 if is_asked else 200)
    to, reason = form.cleaned_data["receiver"], form.cleaned_data["words"]
    seen = {task.pk: id_of(request.POST.get(f"seen-{task.pk}", "")) or None for task in tasks}
    answers = many.pass_many(tasks, to=to, seen=seen, reason=reason, act=act)
    done = _done(answers)
    words = ngettext(
        "%(count)s task is with %(name)s now.", "%(count)s tasks are with %(name)s now.", done
    )
    labels = (pgettext("task", "handed on"), pgettext("task", "not handed on"))
    return _told(request, answers, words % {"count": done, "name": to}, labels)


ACTS: dict[str, Callable[[HttpRequest, Sequence[Task]], HttpResponse]] = {
    "take": _take,
    "release": _release,
    "pass": _pass,
}


def _done(answers: Sequence[many.Answer]) -> int:
    return sum(one.refusal is None for one in answers)


def _told(
    request: HttpRequest, answers: Sequence[many.Answer], words: str, labels: tuple[str, str]
) -> HttpResponse:
    """Back to the list where all went well; else a line for each task with what came of it."""
    back = way_back(request, reverse("inbox"))
    if answers and all(one.refusal is None for one in answers):
        messages.success(request, words)
        return redirect(back)
    context: dict[str, Any] = {
        "answers": [
            {"task": one.task, "words": sentence(one.refusal) if one.refusal else ""}
            for one in answers
        ],
        "done": _done(answers),
        "labels": {"done": labels[0], "not_done": labels[1]},
        "next": back,
    }
    return render(request, "tasks/taken.html", context)
