"""Naming one executor for many ticked measures of the board."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext

from compliance.forms.boards import ExecutorForm
from compliance.services.acts import Act
from compliance.services.boards import naming
from compliance.views.requests import form_on, id_of, ids_of, person, way_back
from compliance.wording.refusals import sentence


@form_on("overdue")
def executors(request: HttpRequest) -> HttpResponse:
    """The page that asks for the executor of the ticked measures; then what came of each."""
    act = Act.of(request)
    rows = naming.chosen(person(request), ids_of(request.POST.getlist("assignment")))
    is_asked = "executor" in request.POST
    people = naming.people_for(rows, act.at)
    form = ExecutorForm(request.POST if is_asked else None, people=people, chosen=None)
    back = way_back(request, reverse("overdue"))
    if not form.is_valid():
        words = naming.words_of(rows)
        shown = [(one, words.get(one.measure_id)) for one in rows]
        context = {"rows": shown, "form": form, "next": back}
        status = 422 if is_asked else 200
        return render(request, "execution/executors.html", context, status=status)
    seen = {one.pk: id_of(request.POST.get(f"seen-{one.pk}", "")) or None for one in rows}
    executor = form.cleaned_data["executor"]
    answers = naming.name_many(rows, executor, seen=seen, act=act)
    done = sum(one.refusal is None for one in answers)
    said = ngettext(
        "%(name)s is the responsible executor of %(count)s measure now.",
        "%(name)s is the responsible executor of %(count)s measures now.",
        done,
    ) % {"name": executor, "count": done}
    if done == len(answers):
        messages.success(request, said)
        return redirect(back)
    return _told(request, answers, said, back)


def _told(request: HttpRequest, answers: list[naming.Named], said: str, back: str) -> HttpResponse:
    """A line for each measure with what came of it."""
    words = naming.words_of(one.assignment for one in answers)
    lines = [
        {
            "assignment": one.assignment,
            "version": words.get(one.assignment.measure_id),
            "words": sentence(one.refusal) if one.refusal else "",
        }
        for one in answers
    ]
    context = {"said": said, "answers": lines, "next": back}
    return render(request, "execution/executors_named.html", context)
