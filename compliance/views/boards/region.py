"""The region: institutions by how much is overdue, with their plans and rating."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from compliance.domain.refusals import Forbidden
from compliance.forms.boards import RegionForm
from compliance.models import Plan, User
from compliance.models.jurisdictions import WATCHING
from compliance.models.local_dates import LocalDates
from compliance.models.plans import State
from compliance.models.roles import Role
from compliance.services.boards import regions
from compliance.services.boards.exports import region_columns
from compliance.services.boards.months import months_of
from compliance.services.boards.sections import heat_by_section
from compliance.services.jobs.exporting import Table, as_workbook
from compliance.views.jobs import export
from compliance.views.requests import person
from notifications.views.paging import FEW_ROWS, page_of


@require_http_methods(["GET", "HEAD", "POST"])
def region_export(request: HttpRequest) -> HttpResponseBase:
    """The institutions that the address asks for, all pages, as a workbook."""
    return export(request, "region", reverse("region"))


def region_table(user: User, query: QueryDict, at: datetime) -> Table[regions.InstitutionRow]:
    """The institutions that the address asks for; Forbidden for who watches no region."""
    form = _asked(user, query, at)
    wanted, period = form.wanted, form.period
    rows = regions.chosen(user, wanted)
    ordered = regions.sorted_rows(rows, wanted.sort, period, LocalDates.at(at))
    every = regions.all_institution_rows(ordered, user, period)
    return as_workbook(gettext("Region by institution"), region_columns(), rows.count(), every)


def _asked(user: User, query: QueryDict, at: datetime) -> RegionForm:
    if not user.jurisdiction().paths(*WATCHING):
        raise Forbidden("not_your_page")
    return RegionForm(query, user=user, today=user.today(at))


@require_safe
def region(request: HttpRequest) -> HttpResponse:
    """The region's institutions, for people who oversee one; its council sees the figures."""
    user, now = person(request), timezone.now()
    dates = LocalDates.at(now)
    form = _asked(user, request.GET, now)
    wanted = form.wanted
    rows, period = regions.chosen(user, wanted), form.period
    totals = regions.totals(rows, period, dates)
    ordered = regions.sorted_rows(rows, wanted.sort, period, dates)
    page = page_of(ordered, request, FEW_ROWS, count=totals.institutions)
    places = list(page.object_list)
    context: dict[str, Any] = {
        "form": form,
        "sort": wanted.sort,
        "page": page,
        "totals": totals,
        "ages": regions.ages(rows, dates),
        "months": months_of(rows, period, dates),
        "period": period,
        "opens_totals": wanted.is_whole and regions.opens_all_lists(user),
        "sees_load": bool(user.jurisdiction().paths(Role.COORDINATOR, Role.HEAD)),
        "matrices": Plan.objects.visible_to(user).regional().filter(state=State.EXECUTING)[:5],
    }
    if form.shown_by == "months":
        context["heat"] = regions.heat_rows(places, user, period, dates)
    elif form.shown_by == "sections":
        context["by_section"] = heat_by_section(places, user, period, dates)
    else:
        context["rows"] = regions.institution_rows(places, user, period)
    return render(request, "boards/region.html", context)
