"""The working calendar: the days of a year, changed by administrators, or imported from a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from compliance.domain.calendar.periods import Period
from compliance.domain.refusals import Forbidden
from compliance.forms.reference import DayForm, ImportForm, YearForm
from compliance.models import CalendarDay, Organisation
from compliance.services.acts import Act
from compliance.services.audit.timelines import history_of_calendar
from compliance.services.calendars import working_calendar
from compliance.services.reference import calendar_days
from compliance.views.requests import form_on, person
from compliance.wording.calendar import problem_words

COUNTRY = "country"


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """A year's days that differ from the plain week, the country's and the region's own."""
    return _page(request, _scope(request, request.GET.get("region", "")))


@form_on("calendar")
def set_day(request: HttpRequest) -> HttpResponse:
    """Add a day, or change it."""
    region = _kept(request)
    form = DayForm(request.POST)
    if not form.is_valid():
        return _page(request, region, day=form, status=422)
    row = calendar_days.set_day(region, form.day(), act=Act.of(request))
    messages.success(request, _("The day has been saved. Open due dates follow within the hour."))
    return redirect(_address(region, row.date.year))


@form_on("calendar")
def remove_day(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a day from the calendar."""
    regions = calendar_days.regions_of(person(request))
    shown = Q(region__in=regions) | (Q(region__isnull=True) if regions else Q(pk__in=[]))
    day = get_object_or_404(CalendarDay.objects.filter(shown).select_related("region"), pk=pk)
    calendar_days.remove_day(day, act=Act.of(request))
    messages.success(request, _("The day has been removed. Open due dates follow within the hour."))
    return redirect(_address(day.region, day.date.year))


@form_on("calendar")
def import_year(request: HttpRequest) -> HttpResponse:
    """A year from a file: first what it would change, then, when confirmed, the change itself."""
    region = _kept(request)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, region, upload=form, status=422)
    table, year = form.table(), form.cleaned_data["year"]
    if "confirmed" in request.POST and not table.problems:
        changes = calendar_days.import_days(table, region, year, act=Act.of(request))
        messages.success(request, _imported(changes))
        return redirect(_address(region, year))
    context = {
        "region": region,
        "scope": region.pk if region else COUNTRY,
        "year": year,
        "text": form.cleaned_data["text"],
        "problems": [problem_words(one) for one in table.problems],
        "changes": calendar_days.changes_by(table, region, year),
    }
    status = 422 if table.problems else 200
    return render(request, "reference/calendar_import.html", context, status=status)


@form_on("calendar")
def seed(request: HttpRequest) -> HttpResponse:
    """Add the country's days of a year from the package that follows the decrees."""
    if not calendar_days.may_seed(person(request)):
        raise Forbidden("not_your_step")
    form = YearForm(request.POST)
    year = form.cleaned_data["year"] if form.is_valid() else timezone.localdate().year
    count = calendar_days.add_year(year, act=Act.of(request))
    words = ngettext("%(count)s day has been added.", "%(count)s days have been added.", count)
    messages.success(request, words % {"count": count})
    return redirect(f"{reverse('calendar')}?year={year}")


def _imported(changes: calendar_days.Changes) -> str:
    return _("Added: %(added)s, changed: %(changed)s, removed: %(removed)s.") % {
        "added": len(changes.added),
        "changed": len(changes.changed),
        "removed": len(changes.removed),
    }


def _scope(request: HttpRequest, wanted: str) -> Organisation | None:
    """The region that is asked for, or the first; None for the country alone."""
    regions = calendar_days.regions_of(person(request))
    is_free = person(request).is_superuser
    if not regions and not is_free:
        raise Forbidden("not_your_step")
    if is_free and (wanted == COUNTRY or not regions):
        return None
    return next((row for row in regions if str(row.pk) == wanted), regions[0])


def _kept(request: HttpRequest) -> Organisation | None:
    """The calendar that the form is about, if the person may change it."""
    region = _scope(request, request.POST.get("region", ""))
    if not calendar_days.may_change_days(person(request), region):
        raise Forbidden("not_your_step")
    return region


def _address(region: Organisation | None, year: int) -> str:
    return f"{reverse('calendar')}?year={year}&region={region.pk if region else COUNTRY}"


def _page(
    request: HttpRequest,
    region: Organisation | None,
    *,
    day: DayForm | None = None,
    upload: ImportForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = person(request)
    form = YearForm(request.GET)
    year = form.cleaned_data["year"] if form.is_valid() else timezone.localdate().year
    days = CalendarDay.objects.filter(
        Q(region__isnull=True) | Q(region=region), date__year=year
    ).select_related("region")
    own = {row.date for row in days if row.region_id}
    working = working_calendar(region)
    context: dict[str, Any] = {
        "region": region,
        "scope": region.pk if region else COUNTRY,
        "regions": calendar_days.regions_of(user),
        "year": year,
        "days": [
            {
                "day": row,
                "is_overruled": row.region_id is None and row.date in own,
                "is_own": row.region_id == (region.pk if region else None),
            }
            for row in days
        ],
        "worked": working.working_days_in(Period.of_years(year)),
        "can_change": calendar_days.may_change_days(user, region),
        "can_seed": calendar_days.may_seed(user),
        "day_form": day or DayForm(initial=request.GET.dict()),
        "upload_form": upload or ImportForm(initial={"year": year}),
    }
    if region is not None:
        context["history"] = history_of_calendar(user, region)
    return render(request, "reference/calendar.html", context, status=status)
