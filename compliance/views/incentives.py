"""Bonus inputs: the sheets of a quarter, one sheet down to its rows, and exports of both."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    QueryDict,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from compliance.domain.calendar.quarters import quarter, quarter_code
from compliance.forms.incentives import SheetsForm
from compliance.models import IncentiveSheet, User
from compliance.services.acts import Act
from compliance.services.audit.timelines import history_of_sheet
from compliance.services.incentives.exports import (
    line_as_json,
    lines_as_text,
    sheet_as_json,
    sheets_as_json,
    sheets_as_text,
)
from compliance.services.incentives.lists import bands_of, lines_of, numbers_of
from compliance.services.incentives.regional_jobs import ask_for_sheets
from compliance.services.incentives.sheets import calculate_all, regions_to_calculate
from compliance.services.jobs.exporting import Table, as_text
from compliance.views import jobs
from compliance.views.requests import form_on, person
from compliance.wording.quarters import quarter_words
from notifications.views.paging import FEW_ROWS, page_of

CSV = "text/csv; charset=utf-8"


@require_safe
def incentives(request: HttpRequest) -> HttpResponse:
    """The sheets of a quarter, with a button to calculate them for those who may."""
    user = person(request)
    form = SheetsForm(request.GET, user=user, today=timezone.localdate())
    context = {
        "form": form,
        "page": page_of(form.sheets(), request, FEW_ROWS),
        "quarter": form.quarter,
        "may_calculate": bool(regions_to_calculate(user)),
    }
    return render(request, "incentives/sheets.html", context)


@form_on("incentives")
def calculate(request: HttpRequest) -> HttpResponse:
    """Recalculate a quarter's sheets and return to them; those of many institutions as a job."""
    period, act = quarter(request.POST.get("period", "")), Act.of(request)
    asked = ask_for_sheets(period, act=act)
    if asked:
        return redirect(asked[0] if len(asked) == 1 else "jobs")
    sheets = calculate_all(period, act=act)
    code = quarter_code(period.start)
    words = ngettext(
        "%(count)s sheet has been calculated for %(quarter)s.",
        "%(count)s sheets have been calculated for %(quarter)s.",
        len(sheets),
    )
    messages.success(request, words % {"count": len(sheets), "quarter": quarter_words(code)})
    return redirect(f"{reverse('incentives')}?period={code}")


@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet: its numbers, how they came about, and the rows behind the number asked for."""
    found = _sheet(request, pk)
    which = request.GET.get("outcome", "")
    context = {
        "sheet": found,
        "page": page_of(lines_of(found, which), request),
        "which": which,
        "numbers": numbers_of(found),
        "bands": bands_of(found),
        "history": history_of_sheet(person(request), found),
    }
    return render(request, "incentives/sheet.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The sheets that the address asks for, all pages, as CSV or JSON."""
    if form not in {"csv", "json"}:
        raise Http404
    wanted = SheetsForm(request.GET, user=person(request), today=timezone.localdate())
    asked = request.GET.copy()
    if "period" not in asked:
        asked["period"] = wanted.quarter  # the usual one may be another when a job begins
    return jobs.export(request, f"incentives.{form}", reverse("incentives"), asked)


def sheets_table(form: str, user: User, query: QueryDict, at: datetime) -> Table[IncentiveSheet]:
    """The sheets that the address asks for, as text."""
    wanted = SheetsForm(query, user=user, today=timezone.localdate(at))
    rows, title = wanted.sheets(), gettext("Assessment sheets of directors")
    written = sheets_as_text if form == "csv" else partial(sheets_as_json, wanted.quarter)
    return as_text(f"{title} {wanted.quarter}", form, rows.count(), rows.iterator(500), written)


@require_safe
def sheet_export(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """One sheet with all its rows, as CSV (the rows) or JSON (both)."""
    found = _sheet(request, pk)
    rows, name = lines_of(found, ""), f"incentive-sheet-{found.pk}-{found.quarter}"
    if form == "json":
        body = {**sheet_as_json(found), "lines": [line_as_json(one) for one in rows]}
        return _attached(JsonResponse(body), f"{name}.json")
    if form == "csv":
        lines = lines_as_text(rows.iterator(500))
        return _attached(StreamingHttpResponse(lines, content_type=CSV), f"{name}.csv")
    raise Http404


def _sheet(request: HttpRequest, pk: int) -> IncentiveSheet:
    sheets = IncentiveSheet.objects.visible_to(person(request)).with_texts()
    return get_object_or_404(sheets, pk=pk)


def _attached(response: HttpResponseBase, name: str) -> HttpResponseBase:
    """The response as a file of that name."""
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
