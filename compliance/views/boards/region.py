"""The region: institutions by how much is overdue, with their plans and rating."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from compliance.domain.refusals import Forbidden
from compliance.forms.boards import RegionForm
from compliance.models import Plan
from compliance.models.jurisdictions import WATCHING
from compliance.models.local_dates import LocalDates
from compliance.models.plans import State
from compliance.services.boards import regions
from compliance.views.requests import person
from notifications.views.paging import page_of


@require_safe
def region(request: HttpRequest) -> HttpResponse:
    """The region's institutions, for people who oversee one; its council sees the figures."""
    user, dates = person(request), LocalDates.at(timezone.now())
    if not user.jurisdiction().paths(*WATCHING):
        raise Forbidden("not_your_page")
    form = RegionForm(request.GET, user=user)
    wanted = form.selection if form.is_valid() else regions.RegionSelection()
    rows = regions.chosen(user, wanted)
    totals = regions.totals(rows, dates)
    ordered = regions.sorted_rows(rows, wanted.sort, dates)
    page = page_of(ordered, request, count=totals.institutions)
    context = {
        "form": form,
        "page": page,
        "rows": regions.institution_rows(list(page.object_list), user),
        "totals": totals,
        "bars": regions.bars(rows, dates, user),
        "opens_totals": wanted.is_whole and regions.opens_all_lists(user),
        "matrices": Plan.objects.visible_to(user).regional().filter(state=State.EXECUTING)[:5],
    }
    return render(request, "boards/region.html", context)
