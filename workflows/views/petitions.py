"""Petitions: asking about a due date, deciding on one screen, and the list of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from compliance.domain.refusals import Refusal
from compliance.models import ExecutionReport, Occurrence, Petition, User
from compliance.services.acts import Act
from compliance.services.audit.timelines import history
from compliance.services.jobs.exporting import Table, as_workbook
from compliance.services.petitions.exports import petition_columns
from compliance.services.petitions.rights import may_withdraw_petition
from compliance.views.jobs import export
from compliance.views.requests import form_on, person, way_back
from compliance.wording.refusals import sentence
from notifications.views.paging import page_of
from workflows.forms.answers import GroundsForm
from workflows.forms.petitions import PetitionFilter, PetitionForm, PetitionShow
from workflows.models import Process
from workflows.services import petitions as service
from workflows.services.tasks import inboxes
from workflows.views.execution.occurrences import occurrence_page

ROWS = 5  # of earlier petitions and returned reports beside a decision
CHUNK = 500  # rows of an export in memory at a time


@require_safe
def petitions(request: HttpRequest) -> HttpResponse:
    """The petitions that the person may see, latest first."""
    form = PetitionFilter(request.GET, user=person(request))
    rows = form.chosen().with_texts()
    context = {
        "form": form,
        "page": page_of(rows, request),
        "show": form.cleaned_data["show"] or PetitionShow.OPEN if form.is_valid() else "",
        "tallies": [
            (show, show.label, form.shown(show).count())
            for show in (PetitionShow.DIRECTOR, PetitionShow.MINISTRY, PetitionShow.WAIVED)
        ],
    }
    return render(request, "petitions/petitions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def petitions_export(request: HttpRequest) -> HttpResponseBase:
    """The list that the address asks for, all its pages, as a workbook."""
    return export(request, "petitions", reverse("petitions"))


def petitions_table(user: User, query: QueryDict, at: datetime) -> Table[Petition]:
    """The list that the address asks for, as a table."""
    rows = PetitionFilter(query, user=user).chosen().with_texts()
    return as_workbook(_("Petitions"), petition_columns(), rows.count(), rows.iterator(CHUNK))


@form_on("occurrence", "pk")
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a later date, or for a waiver; what was typed stays if it is refused."""
    rows = Occurrence.objects.visible_to(person(request)).with_texts()
    shown = get_object_or_404(rows, pk=pk)
    kind = request.POST.get("kind", "")
    kind = kind if kind in Petition.Kind else Petition.Kind.EXTENSION
    form = PetitionForm(kind, shown, request.POST)
    if form.is_valid():
        try:
            made = service.ask(shown.pk, form.wish(), act=Act.of(request))
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _told(made, form.cleaned_data.get("new_due_on")))
            return redirect(shown)
    return occurrence_page(request, shown, petition_form=form, status=422)


def _told(petition: Petition, wanted: Any) -> str:
    """What happened, whose turn it is, and whether the date was shifted."""
    if petition.needs_endorsement:
        words = _("The petition has been sent to the director of the institution.")
    else:
        words = _("The petition has been sent to the ministry.")
    if petition.new_due_on == wanted:
        return words
    return f"{words} " + _("%(wanted)s is a day off, so the date asked for is %(date)s.") % {
        "wanted": f"{wanted:%d.%m.%Y}",
        "date": f"{petition.new_due_on:%d.%m.%Y}",
    }


@form_on("petition", "pk")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw one's own petition."""
    shown = get_object_or_404(Petition.objects.visible_to(person(request)), pk=pk)
    service.withdraw(shown.pk, act=Act.of(request))
    words = _("The petition has been withdrawn. The deadline stays as it was: %(date)s.")
    messages.success(request, words % {"date": f"{shown.occurrence.late_after:%d.%m.%Y}"})
    return redirect(way_back(request, shown.occurrence.get_absolute_url()))


@require_safe
def petition(request: HttpRequest, pk: int) -> HttpResponse:
    """One petition: what is asked and why, what happened before, the decision or its form."""
    rows = Petition.objects.visible_to(person(request)).with_texts()
    return _page(request, get_object_or_404(rows, pk=pk))


def petition_page(
    request: HttpRequest, process: Process, *, answer: GroundsForm, code: str, status: int
) -> HttpResponse:
    """The page with a refused decision still filled in."""
    shown = Petition.objects.with_texts().get(pk=process.petition_id)
    return _page(request, shown, answer=answer, code=code, status=status)


def _page(
    request: HttpRequest,
    petition: Petition,
    *,
    answer: GroundsForm | None = None,
    code: str = "",
    status: int = 200,
) -> HttpResponse:
    user, occurrence = person(request), petition.occurrence
    task = service.task_of(petition)
    answers = task is not None and service.may_answer_petition(user, petition, task)
    offered = task.step.outcomes.values() if task and answers else []
    today = occurrence.organisation.today(timezone.now())
    assignment = occurrence.assignment_id
    others = Petition.objects.filter(occurrence__assignment=assignment).exclude(pk=petition.pk)
    returned = ExecutionReport.objects.filter(
        occurrence__assignment=assignment, status=ExecutionReport.Status.RETURNED
    ).select_related("occurrence", "author", "on_behalf_of", "decided_by", "decided_for")
    context: dict[str, Any] = {
        "petition": petition,
        "occurrence": occurrence,
        "measure": occurrence.version,
        "task": task,
        "answers": [
            {
                "outcome": outcome,
                "form": answer
                if answer and outcome.code == code
                else GroundsForm(outcome, petition=petition),
                "is_refused": answer is not None and outcome.code == code,
            }
            for outcome in offered
        ],
        "days_late": occurrence.days_overdue(today),
        "others": others.select_related("occurrence").with_people()[:ROWS],
        "returned": returned.order_by("-pk")[:ROWS],
        "can_withdraw": petition.is_open and user.may(may_withdraw_petition, petition),
        "following": inboxes.following(user, task) if task else None,
        "history": history(user, occurrence),
    }
    return render(request, "petitions/petition.html", context, status=status)
