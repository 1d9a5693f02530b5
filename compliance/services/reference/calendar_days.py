"""Changes of the calendar by people: a day, a year from a file, a year from the package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from compliance.domain.calendar.tables import Day, Table, plain_kind
from compliance.domain.refusals import Forbidden, Refusal
from compliance.models import CalendarDay, Organisation, User
from compliance.models.jurisdictions import OVERSEEING
from compliance.models.roles import Role
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.calendars import seed_calendar

FIRST_YEAR, LAST_YEAR = 2000, 2099


def regions_of(user: User) -> list[Organisation]:
    """The regions whose calendar the person may look at, by name."""
    roots = Organisation.objects.filter(parent__isnull=True)
    if user.is_superuser:
        return list(roots)
    duties = user.jurisdiction()
    return [row for row in roots if any(duties.holds(role, row.path) for role in OVERSEEING)]


def may_change_days(user: User | None, region: Organisation | None) -> bool:
    """Whether the person may change this calendar: for a region its administrator, for the country
    a superuser. A region's own day overrules the country's, so nobody has to wait for a superuser.
    """
    if user is None or user.is_superuser:
        return True
    return region is not None and user.jurisdiction().holds(Role.ADMINISTRATOR, region.path)


def may_seed(user: User | None) -> bool:
    """Whether the person may add a year: any administrator, since the law fixes its days."""
    return user is None or user.is_superuser or Role.ADMINISTRATOR in user.jurisdiction().roles


@dataclass(frozen=True)
class Changes:
    """What a file changes in a calendar of a year."""

    added: Sequence[CalendarDay] = ()
    changed: Sequence[CalendarDay] = ()
    removed: Sequence[CalendarDay] = ()
    unchanged: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether everything is already there."""
        return not (self.added or self.changed or self.removed)


@transaction.atomic
def set_day(region: Organisation | None, day: Day, *, act: Act) -> CalendarDay:
    """The day of the calendar as it now is, new or changed."""
    keepers = _keep(region, act)
    _check_year(day.date.year)
    known = CalendarDay.objects.filter(region=region, date=day.date).first()
    before = _said([known]) if known else None
    row = known or CalendarDay(region=region, date=day.date)
    row.kind, row.title = day.kind, day.title
    row.save()
    _record(keepers, "calendar.set", act, before=before, after=_said([row]))
    return row


@transaction.atomic
def remove_day(day: CalendarDay, *, act: Act) -> None:
    """Take a day out of its calendar: then the plain week, or the country's day, applies again."""
    keepers = _keep(day.region, act)
    before = _said([day])
    day.delete()
    _record(keepers, "calendar.remove", act, before=before)


def changes_by(table: Table, region: Organisation | None, year: int) -> Changes:
    """What the table would change; nothing is written.

    A region keeps only the days that differ from the country's. A table of a whole year also
    removes what it does not have; a list of days only adds and changes.
    """
    existing = {row.date: row for row in CalendarDay.objects.filter(region=region, date__year=year)}
    wanted = {day.date: day for day in table.days}
    if region is not None:
        wanted = _beyond_country(wanted, existing, table, year)
    added = [_row(region, day) for when, day in wanted.items() if when not in existing]
    changed = []
    for when, row in existing.items():
        day = wanted.get(when)
        if day and (row.kind, row.title) != (day.kind, day.title or row.title):
            row.kind, row.title = day.kind, day.title or row.title
            changed.append(row)
    removed = [row for when, row in existing.items() if table.is_whole_year and when not in wanted]
    return Changes(
        sorted(added, key=_by_date),
        sorted(changed, key=_by_date),
        sorted(removed, key=_by_date),
        len(existing) - len(changed) - len(removed),
    )


def _beyond_country(
    wanted: dict[date, Day], existing: dict[date, CalendarDay], table: Table, year: int
) -> dict[date, Day]:
    """The days that a region must keep itself so that its calendar is as the table says."""
    country = dict(
        CalendarDay.objects.filter(region__isnull=True, date__year=year).values_list("date", "kind")
    )
    said = dict(wanted)
    if table.is_whole_year:
        said |= {day: Day(day, plain_kind(day)) for day in country if day not in wanted}
    return {
        when: day
        for when, day in said.items()
        if day.kind != country.get(when, plain_kind(when))
        or (when in existing and not table.is_whole_year)
    }


@transaction.atomic
def import_days(table: Table, region: Organisation | None, year: int, *, act: Act) -> Changes:
    """What was changed; the whole table is accepted, or nothing."""
    keepers = _keep(region, act)
    _check_year(year)
    if table.problems:
        raise Refusal("calendar_rows", count=len(table.problems))
    changes = changes_by(table, region, year)
    before = [*changes.removed, *CalendarDay.objects.filter(pk__in=[r.pk for r in changes.changed])]
    event = {"before": _said(before), "after": _said([*changes.added, *changes.changed])}
    CalendarDay.objects.filter(pk__in=[row.pk for row in changes.removed]).delete()
    CalendarDay.objects.bulk_update(changes.changed, ["kind", "title"])
    CalendarDay.objects.bulk_create(changes.added)
    if not changes.is_empty:
        _record(keepers, "calendar.import", act, **event)
    return changes


@transaction.atomic
def add_year(year: int, *, act: Act) -> int:
    """How many days of the country's calendar were added from the package that follows the law."""
    if not act.may(may_seed):
        raise Forbidden("not_your_step")
    _check_year(year)
    keepers = _locked(Organisation.objects.filter(parent__isnull=True))
    count = seed_calendar([year])
    if count:
        _record(keepers, "calendar.seed", act, after={"year": year, "days": count})
    return count


def _keep(region: Organisation | None, act: Act) -> list[Organisation]:
    """The locked regions that the change concerns; raises Forbidden."""
    if not act.may(may_change_days, region):
        raise Forbidden("not_your_step")
    roots = Organisation.objects.filter(parent__isnull=True)
    return _locked(roots if region is None else roots.filter(pk=region.pk))


def _locked(regions: Any) -> list[Organisation]:
    """The regions, locked in one order: two changes of one calendar wait for each other."""
    return list(regions.select_for_update().order_by("pk"))


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refusal("calendar_year", first=FIRST_YEAR, last=LAST_YEAR)


def _row(region: Organisation | None, day: Day) -> CalendarDay:
    return CalendarDay(region=region, date=day.date, kind=day.kind, title=day.title)


def _by_date(row: CalendarDay) -> date:
    return row.date


def _said(rows: Sequence[CalendarDay]) -> dict[str, Any]:
    """The days as the audit trail keeps them."""
    return {f"{row.date:%Y-%m-%d}": [row.kind, row.title] for row in rows}


def _record(regions: Sequence[Organisation], action: str, act: Act, **said: Any) -> None:
    """One event in the chain of each region that the change concerns."""
    for region in regions:
        record_and_tell(act=act, organisation=region, action=action, subject=region, **said)
