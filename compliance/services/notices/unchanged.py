"""What a sweep need not look at again: on PostgreSQL, whatever has not changed since the last one.

What a part of the country is told hangs on its day, its calendar, the steps, the rule itself, its
people (all of them few, and compared by content) and on its due dates (many, and therefore noted by
the database when they change: `models.planned_work`). Each midnight changes the day, and with it
everything is looked at anew.

A change that is made while a sweep is under way is seen by that sweep or stays for the next one:
what has changed is read before the due dates are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from compliance.domain.calendar.working_days import WorkingCalendar
from compliance.models import ChangedWork, PlannedPlace
from compliance.services.notices.plain_sql import CommonTable, Parameters, as_date, fetch
from notifications.models import ReminderStep

Place = tuple[int, str]
"""A region and a time zone in it."""


@dataclass(frozen=True)
class Changed:
    """What a sweep looks at: everything, or these organisations; and as of what it does so."""

    organisations: frozenset[int] | None = None  # None: all
    as_of: Mapping[Place, str] | None = None  # of the places that were planned as of something else

    @property
    def is_nothing(self) -> bool:
        return self.organisations == frozenset()

    def narrowed(self, table: CommonTable, column: str) -> tuple[CommonTable, Parameters]:
        """The table, whose query ends in a condition, with these organisations' rows only."""
        if self.organisations is None:
            return table, {}
        query = f"{table.query} AND {column} = ANY(%(changed)s)"
        return replace(table, query=query), {"changed": sorted(self.organisations)}


def changed_since_last(
    now: datetime,
    places: Iterable[Place],
    calendars: Mapping[int | None, WorkingCalendar],
    steps: Iterable[ReminderStep],
    rule: str,
) -> Changed:
    """What has changed since the sweep before; all of it where the database does not note it.

    `rule`: the text of the statements that follow. Call it inside the sweep's transaction: it takes
    what the database has noted, and gives it back if that fails.
    """
    if connection.vendor != "postgresql":
        return Changed()
    noted = {pk for (pk,) in fetch(f"DELETE FROM {CHANGED} RETURNING organisation_id", {})}
    known = {
        (row.region_id, row.time_zone): row.as_of for row in PlannedPlace.objects.all().iterator()
    }
    as_of = _as_of(now, places, calendars, steps, rule)
    other = {place: now for place, now in as_of.items() if known.get(place) != now}
    if other.keys() == as_of.keys():
        return Changed(None, other)
    return Changed(frozenset(noted | _within(other)), other)


def keep(changed: Changed) -> None:
    """Keep as of what the places have now been planned. At most one statement."""
    PlannedPlace.objects.bulk_create(
        (
            PlannedPlace(region_id=region, time_zone=zone, as_of=as_of)
            for (region, zone), as_of in (changed.as_of or {}).items()
        ),
        update_conflicts=True,
        unique_fields=["region", "time_zone"],
        update_fields=["as_of"],
    )


CHANGED = ChangedWork._meta.db_table


def _within(places: Iterable[Place]) -> set[int]:
    """The organisations of these places."""
    named = sorted({f"{region} {zone}" for region, zone in places})
    sql = """
SELECT id FROM compliance_organisation
WHERE concat_ws(' ', split_part(path, '/', 2), time_zone) = ANY(%(named)s)"""
    return {pk for (pk,) in fetch(sql, {"named": named})} if named else set()


def _as_of(
    now: datetime,
    places: Iterable[Place],
    calendars: Mapping[int | None, WorkingCalendar],
    steps: Iterable[ReminderStep],
    rule: str,
) -> dict[Place, str]:
    """What each place's reminders hang on, apart from its due dates, in 64 signs."""
    day = timezone.localdate(now)
    people: dict[int, str] = dict(fetch(PEOPLE, {}))
    absences: dict[int, str] = dict(fetch(ABSENCES, {"day": as_date(day)}))
    days = {region: _digest(sorted(one.non_working), sorted(one.working), sorted(one.weekend))
            for region, one in calendars.items()}  # fmt: skip
    schedule = _digest(rule, *sorted(
        (one.pk, one.subject_kind, one.who, one.offset, one.repeat_every, one.unless_begun)
        for one in steps
    ))  # fmt: skip
    return {
        (region, zone): _digest(
            day,
            timezone.localdate(now, ZoneInfo(zone)),
            days.get(region, days[None]),
            schedule,
            people.get(region),
            absences.get(region),
        )
        for region, zone in places
    }


def _digest(*parts: object) -> str:
    return sha256(repr(parts).encode()).hexdigest()


# Each region's organisations and roles, whichever day they hold on: that stands beside them.
PEOPLE = """
SELECT CAST(split_part(place.path, '/', 2) AS bigint), md5(string_agg(
    concat_ws(' ', place.id, COALESCE(place.parent_id, 0), place.kind, place.is_active,
              place.time_zone, membership.id, membership.role, membership.user_id,
              person.is_active, COALESCE(CAST(membership.starts_on AS text), '-'),
              COALESCE(CAST(membership.ends_on AS text), '-')),
    ',' ORDER BY place.id, membership.id))
FROM compliance_organisation place
LEFT JOIN compliance_membership membership ON membership.organisation_id = place.id
LEFT JOIN compliance_user person ON person.id = membership.user_id
GROUP BY 1"""
# Who stands in for somebody of the region that day, and for whom.
ABSENCES = """
SELECT CAST(split_part(place.path, '/', 2) AS bigint), md5(string_agg(
    concat_ws(' ', substitution.id, absent_id, substitute_id, substitute.is_active), ','
    ORDER BY substitution.id, membership.id))
FROM compliance_substitution substitution
JOIN compliance_user substitute ON substitute.id = substitute_id
JOIN compliance_membership membership ON membership.user_id = absent_id
JOIN compliance_organisation place ON place.id = membership.organisation_id
WHERE substitution.ended_at IS NULL
  AND substitution.starts_on <= %(day)s AND substitution.ends_on >= %(day)s
GROUP BY 1"""
