"""The list of plans, and the same list as a workbook."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from compliance.models import User
from compliance.models.local_dates import LocalDates
from compliance.services.jobs.exporting import Table, as_workbook
from compliance.services.plans.beginning import may_begin
from compliance.views.jobs import export
from compliance.views.requests import person
from notifications.views.paging import page_of
from workflows.forms.plans import PlansForm
from workflows.services.plans import lists
from workflows.services.plans.exports import plan_columns
from workflows.services.plans.lists import PlanShow
from workflows.services.plans.stages import WITH_PARTIES, Stage, stage_counts


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """The plans that the person may see: where each is, whose turn it is, how it is kept."""
    user, dates = person(request), LocalDates.at(timezone.now())
    form = PlansForm(request.GET)
    wanted = form.selection
    every = lists.within(user, wanted)
    all_counts = stage_counts(every)
    mine = lists.shown(every, PlanShow.MINE, user)
    counts = stage_counts(mine) if wanted.show == PlanShow.MINE else all_counts
    if wanted.show == PlanShow.PARTIES:
        counts = {stage: count for stage, count in counts.items() if stage in WITH_PARTIES}
    form.offer(counts)
    size = counts.get(Stage(wanted.stage), 0) if wanted.stage else sum(counts.values())
    page = page_of(lists.selected(user, wanted, dates), request, count=size)
    context = {
        "page": page,
        "rows": lists.plan_rows(page.object_list, user, dates),
        "form": form,
        "sort": wanted.sort,
        "shown": PlanShow(wanted.show),
        "tabs": [
            (PlanShow.ALL, sum(all_counts.values())),
            (PlanShow.MINE, mine.count()),
            (PlanShow.PARTIES, sum(all_counts.get(stage, 0) for stage in WITH_PARTIES)),
        ],
        "may_begin": may_begin(user),
    }
    return render(request, "plans/plans.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plans_export(request: HttpRequest) -> HttpResponseBase:
    """The list that the address asks for, all its pages, as a workbook."""
    return export(request, "plans", reverse("plans"))


def plans_table(user: User, query: QueryDict, at: datetime) -> Table[lists.PlanRow]:
    """The list that the address asks for, as a table."""
    dates, wanted = LocalDates.at(at), PlansForm(query).selection
    rows = lists.selected(user, wanted, dates)
    every = lists.all_rows(rows, user, dates)
    return as_workbook(gettext("Improvement plans"), plan_columns(), rows.count(), every)
