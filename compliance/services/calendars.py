"""The working calendar from its table, and how the table is first filled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import holidays
from django.db import DatabaseError
from django.db.models import Q

from compliance.domain.calendar.working_days import WorkingCalendar
from compliance.models import CalendarDay, Organisation


def working_calendar(region: Organisation | None = None) -> WorkingCalendar:
    """The calendar of a region: the country's days, overruled by the region's own. One query."""
    root = region.root_path.strip("/") if region else None
    rows = CalendarDay.objects.filter(Q(region__isnull=True) | Q(region_id=root)).values_list(
        "date", "kind", "region_id"
    )
    kinds: dict[date, str] = {}
    for day, kind, _region in sorted(rows, key=lambda row: row[2] is not None):
        kinds[day] = kind
    return _calendar(kinds)


def working_calendars() -> dict[int | None, WorkingCalendar]:
    """The country's calendar under None, and those of regions with days of their own. One query."""
    kinds: dict[int | None, dict[date, str]] = {None: {}}
    for day, kind, region in CalendarDay.objects.values_list("date", "kind", "region_id"):
        kinds.setdefault(region, {})[day] = kind
    return {region: _calendar(kinds[None] | own) for region, own in kinds.items()}


class Calendars:
    """The working calendars of all regions, read at once. One query."""

    def __init__(self) -> None:
        self._kept = working_calendars()

    def of(self, organisation: Organisation) -> WorkingCalendar:
        """The working calendar where the organisation is."""
        return self.of_region(organisation.region_id)

    def of_region(self, region: int) -> WorkingCalendar:
        """The region's working calendar: its own days, else the country's."""
        return self._kept.get(region, self._kept[None])


def _calendar(kinds: dict[date, str]) -> WorkingCalendar:
    return WorkingCalendar.of(
        non_working=(day for day, kind in kinds.items() if kind == CalendarDay.Kind.NON_WORKING),
        working=(
            day
            for day, kind in kinds.items()
            if kind in {CalendarDay.Kind.WORKING, CalendarDay.Kind.SHORT}
        ),
    )


def calendar_without_database() -> WorkingCalendar:
    """The country's calendar from the table, or from the `holidays` package where there is none."""
    try:
        return working_calendar()
    except DatabaseError:
        return _calendar({row.date: row.kind for row in _published_days(range(2000, 2036))})


def seed_calendar(years: Iterable[int]) -> int:
    """How many days of the country's calendar were added; existing days stay as edited."""
    before = CalendarDay.objects.count()
    CalendarDay.objects.bulk_create(_published_days(years), ignore_conflicts=True)
    return CalendarDay.objects.count() - before


def _published_days(years: Iterable[int]) -> Iterator[CalendarDay]:
    """The days that differ from the plain week, not stored.

    Source: the `holidays` package, which follows the yearly government decrees on transfers.
    """
    for year in years:
        russia = holidays.country_holidays("RU", years=year, language="ru")
        for day, title in sorted(russia.items()):
            if day.weekday() < 5:
                yield CalendarDay(date=day, kind=CalendarDay.Kind.NON_WORKING, title=title)
        for day in sorted(russia.weekend_workdays):
            yield CalendarDay(date=day, kind=CalendarDay.Kind.WORKING)


# --- Is the table complete? ---------------------------------------------------------------------

REMIND_FROM = (12, 1)
"""1 December: the decree on next year's transfers has long been published by then."""


def missing_year(today: date) -> int | None:
    """Next year, if from 1 December on the country's calendar has no day of it; else None."""
    if (today.month, today.day) < REMIND_FROM:
        return None
    year = today.year + 1
    days = CalendarDay.objects.filter(region__isnull=True, date__year=year)
    return None if days.exists() else year
