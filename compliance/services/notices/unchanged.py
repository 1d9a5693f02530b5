"""What a sweep need not look at again: on PostgreSQL, whatever has not changed since the last one.

What a part of the country is told hangs on its calendar, the steps, the rule itself, the people who
have a role that day (all of them few, and compared by content) and on its due dates (many, and
therefore noted by the database when they change: `models.planned_work`). Midnight brings other
steps, and these only to the due dates that reach one with the new day.

A change that is made while a sweep is under way is seen by that sweep or stays for the next one:
what has changed is read before the due dates are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
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
class Planned:
    """As of what a place was planned: on which day of its own, and a digest of all the rest."""

    day: date
    as_of: str


@dataclass(frozen=True)
class KeptTo:
    """How a table of due dates is kept to what has changed.

    `organisation`: the column that says whose they are. `on_new_days`: the condition of those that
    have reached another step with a new day, over the parameter `new_days`.
    """

    organisation: str
    on_new_days: str


@dataclass(frozen=True)
class Changed:
    """What a sweep looks at: everything, or these organisations and what a new day has reached."""

    organisations: frozenset[int] | None = None  # None: all
    since: Mapping[Place, date] = field(default_factory=dict)  # where only the day has gone on
    planned: Mapping[Place, Planned] = field(default_factory=dict)  # what is to be kept afterwards

    def is_nothing(self, new_days: Collection[date]) -> bool:
        """Whether there is nothing to look at, when these due dates have reached another step."""
        return self.organisations == frozenset() and not new_days

    def narrowed(
        self, table: CommonTable, to: KeptTo, new_days: Collection[date]
    ) -> tuple[CommonTable, Parameters]:
        """The table, whose query ends in a condition, with only the rows to be looked at."""
        if self.organisations is None:
            return table, {}
        kept = f"({to.organisation} = ANY(%(changed)s) OR {to.on_new_days})"
        return replace(table, query=f"{table.query} AND {kept}"), {
            "changed": sorted(self.organisations),
            "new_days": sorted(new_days),
        }


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
        (row.region_id, row.time_zone): Planned(row.day, row.as_of)
        for row in PlannedPlace.objects.all().iterator()
    }
    planned = _planned(now, places, calendars, steps, rule)
    other = {place: now for place, now in planned.items() if known.get(place) != now}
    since = {
        place: known[place].day
        for place, now in other.items()
        if place in known and known[place].as_of == now.as_of and known[place].day < now.day
    }
    anew = other.keys() - since.keys()
    if anew == planned.keys():
        return Changed(None, planned=other)
    return Changed(frozenset(noted | _within(anew)), since, other)


def keep(changed: Changed) -> None:
    """Keep as of what the places have now been planned. At most one statement."""
    PlannedPlace.objects.bulk_create(
        (
            PlannedPlace(region_id=region, time_zone=zone, day=one.day, as_of=one.as_of)
            for (region, zone), one in changed.planned.items()
        ),
        update_conflicts=True,
        unique_fields=["region", "time_zone"],
        update_fields=["day", "as_of"],
    )


CHANGED = ChangedWork._meta.db_table


def _within(places: Iterable[Place]) -> set[int]:
    """The organisations of these places."""
    named = sorted({f"{region} {zone}" for region, zone in places})
    sql = """
SELECT id FROM compliance_organisation
WHERE concat_ws(' ', split_part(path, '/', 2), time_zone) = ANY(%(named)s)"""
    return {pk for (pk,) in fetch(sql, {"named": named})} if named else set()


def _planned(
    now: datetime,
    places: Iterable[Place],
    calendars: Mapping[int | None, WorkingCalendar],
    steps: Iterable[ReminderStep],
    rule: str,
) -> dict[Place, Planned]:
    """As of what each place is planned now."""
    day = as_date(timezone.localdate(now))
    people: dict[int, str] = dict(fetch(PEOPLE, {"day": day}))
    absences: dict[int, str] = dict(fetch(ABSENCES, {"day": day}))
    days = {region: _digest(sorted(one.non_working), sorted(one.working), sorted(one.weekend))
            for region, one in calendars.items()}  # fmt: skip
    schedule = _digest(rule, *sorted(
        (one.pk, one.subject_kind, one.who, one.offset, one.repeat_every, one.unless_begun)
        for one in steps
    ))  # fmt: skip
    return {
        (region, zone): Planned(
            timezone.localdate(now, ZoneInfo(zone)),
            _digest(
                days.get(region, days[None]), schedule, people.get(region), absences.get(region)
            ),
        )
        for region, zone in places
    }


def _digest(*parts: object) -> str:
    return sha256(repr(parts).encode()).hexdigest()


# Each region's organisations, and who has which role in them that day.
PEOPLE = """
SELECT CAST(split_part(place.path, '/', 2) AS bigint), md5(string_agg(
    concat_ws(' ', place.id, COALESCE(place.parent_id, 0), place.kind, place.is_active,
              place.time_zone, membership.id, membership.role, membership.user_id,
              person.is_active),
    ',' ORDER BY place.id, membership.id))
FROM compliance_organisation place
LEFT JOIN compliance_membership membership
       ON membership.organisation_id = place.id
      AND (membership.starts_on IS NULL OR membership.starts_on <= %(day)s)
      AND (membership.ends_on IS NULL OR membership.ends_on >= %(day)s)
LEFT JOIN compliance_user person ON person.id = membership.user_id
GROUP BY 1"""
# Who stands in for somebody of the region that day, and for whom, and what roles both have.
ABSENCES = """
SELECT CAST(split_part(place.path, '/', 2) AS bigint), md5(string_agg(
    concat_ws(' ', substitution.id, absent_id, substitute_id, substitute.is_active,
              membership.id, own.id), ','
    ORDER BY substitution.id, membership.id, own.id))
FROM compliance_substitution substitution
JOIN compliance_user substitute ON substitute.id = substitute_id
JOIN compliance_membership membership ON membership.user_id = absent_id
JOIN compliance_organisation place ON place.id = membership.organisation_id
LEFT JOIN compliance_membership own
       ON own.user_id = substitute_id
      AND (own.starts_on IS NULL OR own.starts_on <= %(day)s)
      AND (own.ends_on IS NULL OR own.ends_on >= %(day)s)
WHERE substitution.ended_at IS NULL
  AND substitution.starts_on <= %(day)s AND substitution.ends_on >= %(day)s
GROUP BY 1"""
