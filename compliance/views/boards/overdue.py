"""The director's board: what is or will be overdue, by executor, and naming executors."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from compliance.forms.boards import BoardForm, ExecutorForm
from compliance.models import Occurrence, User
from compliance.models.local_dates import LocalDates
from compliance.services.acts import Act
from compliance.services.audit.timelines import history
from compliance.services.boards import overdue as board
from compliance.services.boards.exports import board_columns
from compliance.services.execution.assignments import name_executor
from compliance.services.jobs.exporting import Table, as_workbook
from compliance.views.jobs import export
from compliance.views.requests import person, way_back
from notifications.views.paging import FEW_ROWS, page_of

OFFERED = 20  # institutions for the words typed


@require_safe
def overdue(request: HttpRequest) -> HttpResponse:
    """What is overdue and due soon, or whatever list the address asks for."""
    user, dates = person(request), LocalDates.at(timezone.now())
    form = BoardForm(request.GET, user=user)
    rows = chosen = Occurrence.objects.none()
    if form.is_valid():
        rows = board.within(user, form.selection)
        chosen = board.shown(rows, form.selection.show, dates)
    counts = board.counts(rows, dates)
    size = board.size_of(form.selection.show, counts) if form.is_valid() else None
    page = page_of(board.by_executor(chosen).only("pk"), request, FEW_ROWS, count=size)
    groups = board.board_groups(board.printed([row.pk for row in page]), rows, dates, user)
    context = {
        "form": form,
        "page": page,
        "groups": groups,
        "may_name": any(group.may_name for group in groups),
        "counts": counts,
        "show": board.BoardShow(form.selection.show) if form.is_valid() else None,
    }
    return render(request, "boards/overdue.html", context)


@require_safe
def overdue_places(request: HttpRequest) -> HttpResponse:
    """The institutions that the typed words may mean, for the filter to offer."""
    words = request.GET.get("place", "")[:200].strip()
    places = board.organisations_on_board(person(request))
    found = board.named(places, words)[:OFFERED] if words else []
    return render(request, "boards/_places.html", {"places": found})


@require_http_methods(["GET", "HEAD", "POST"])
def overdue_export(request: HttpRequest) -> HttpResponseBase:
    """The list that the address asks for, all its pages, as a workbook."""
    return export(request, "due-dates", reverse("overdue"))


def board_table(user: User, query: QueryDict, at: datetime) -> Table[board.BoardRow]:
    """The list that the address asks for, as a table."""
    dates, form = LocalDates.at(at), BoardForm(query, user=user)
    rows = Occurrence.objects.none()
    if form.is_valid():
        rows = board.selected(user, form.selection, dates)
    every = board.all_rows(rows, dates)
    return as_workbook(gettext("Due dates"), board_columns(), rows.count(), every)


@require_http_methods(["GET", "HEAD", "POST"])
def executor(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which an executor is named, or replaced, for one measure of an institution."""
    act = Act.of(request)
    assignment = get_object_or_404(board.assignments_to_name(person(request)), pk=pk)
    people = board.possible_executors(assignment.organisation, act.at)
    form = ExecutorForm(request.POST or None, people=people, chosen=assignment.executor_id)
    back = way_back(request, reverse("overdue"))
    if form.is_valid():
        name_executor(assignment, form.cleaned_data["executor"], act=act)
        words = gettext("%(name)s is the responsible executor now.")
        messages.success(request, words % {"name": form.cleaned_data["executor"]})
        return redirect(back)
    version = assignment.measure.versions.filter(revision__status="in_force").first()
    context = {
        "assignment": assignment,
        "version": version,
        "form": form,
        "next": back,
        "history": history(person(request), assignment),
    }
    return render(request, "execution/executor.html", context)
