"""The reminder planner: which steps have been reached, as ledger rows and letters, set-based."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import IntegerField, Min, Value
from django.db.models.functions import Cast, StrIndex, Substr
from django.utils import timezone

from compliance.models import Occurrence, Organisation
from compliance.services.addressees import FROM_DUE_TO_PERSON, PEOPLE, PERSON
from compliance.services.calendar import working_calendars
from compliance.services.still_due import KIND
from notifications.domain.bands import Step, bands
from notifications.domain.hours import local_midnight, sending_moment
from notifications.models import ReminderStep

PLANNER_LOCK = 7_305_001
"""Key of the advisory lock: two planners that insert the same rows in another order deadlock."""

Row = tuple[Any, ...]


def plan_reminders(now: datetime) -> dict[str, int]:
    """How many reminders and digest letters were added, and by how many statements.

    One sweep: idempotent, any number at once, at any hour. The number of statements does not
    depend on the number of rows.
    """
    with transaction.atomic(), _counting_statements() as statements:
        if connection.vendor == "postgresql":
            _execute("SELECT pg_advisory_xact_lock(%s)", [PLANNER_LOCK])
        places = _places()
        planned = _plan_reminders(now, places)
        digests = _plan_digests(now, {time_zone for _region, time_zone in places})
    return {"planned": planned, "digests": digests, "statements": len(statements)}


def _places() -> list[tuple[int, str]]:
    """The distinct (region, time zone) of all organisations; a region is the ministry on top."""
    rest = Substr("path", 2)
    region = Cast(Substr("path", 2, StrIndex(rest, Value("/")) - 1), IntegerField())
    rows = Organisation.objects.order_by().annotate(region=region)
    return list(rows.values_list("region", "time_zone").distinct())


def _plan_reminders(now: datetime, places: list[tuple[int, str]]) -> int:
    """How many ledger rows were added: for each open due date and audience its latest step."""
    zones, days = _reached(now, places)
    if not days:
        return 0
    today = _as_date(timezone.localdate(now))
    last = max(until for *_others, until, _alone_since in days)
    return _execute(
        INSERT_REMINDERS.format(zones=_values(zones), bands=_values(days)),
        [*_flat(zones), *_flat(days), today, last, KIND, _as_instant(now)],
    )


def _reached(now: datetime, places: list[tuple[int, str]]) -> tuple[list[Row], list[Row]]:
    """(region, time zone, number) of all places, and the bands of due dates of each number.

    A number is a calendar and a date. Russia has eleven time zones, but at any instant only two
    dates; few regions have days off of their own: so there are few numbers.
    """
    oldest = Occurrence.objects.open().aggregate(first=Min("due_on"))["first"]
    steps = [
        Step(step.pk, step.who, step.offset, step.repeat_every)
        for step in ReminderStep.objects.active().filter(subject_kind=KIND)
    ]
    if oldest is None or not steps:
        return [], []
    calendars = working_calendars()
    numbers: dict[tuple[Any, date], int] = {}
    zones: list[Row] = []
    for region, time_zone in places:
        calendar = calendars.get(region, calendars[None])
        today = timezone.localdate(now, ZoneInfo(time_zone))
        zones.append((region, time_zone, numbers.setdefault((calendar, today), len(numbers))))
    days: list[Row] = []
    for (calendar, today), number in numbers.items():
        for who, step, sequence, *limits in map(astuple, bands(steps, today, oldest, calendar)):
            days.append((number, who, step, sequence, *map(_as_date, limits)))
    return zones, days


# `open_row` is read by the partial index on open due dates; `reached` spreads the bands over the
# few hundred dates there are; `due` joins them on equal dates. MATERIALIZED keeps PostgreSQL from
# taking the parts to pieces: a recursive table has no statistics, and the order it then chose was
# a hundred times slower. The subquery on `earlier` drops a step that would come before half the
# gap since the assignment's previous due date.
INSERT_REMINDERS = f"""
INSERT INTO notifications_reminder (
    subject_kind, subject_id, step_id, sequence, addressee_id, channel,
    deadline_revision, due_on, planned_at, state, reason
)
WITH RECURSIVE
zone(region_id, time_zone, number) AS (VALUES {{zones}}),
band(number, who, step_id, sequence, after, until, alone_since) AS (VALUES {{bands}}),
scope(organisation_id) AS (
    SELECT id FROM compliance_organisation WHERE is_active
),
{PEOPLE},
place(organisation_id, number) AS MATERIALIZED (
    SELECT organisation.id, zone.number
    FROM lineage
    JOIN compliance_organisation region
      ON region.id = lineage.ancestor_id AND region.parent_id IS NULL
    JOIN compliance_organisation organisation ON organisation.id = lineage.organisation_id
    JOIN zone ON zone.region_id = region.id AND zone.time_zone = organisation.time_zone
),
open_row AS MATERIALIZED (
    SELECT occurrence.id, occurrence.organisation_id, occurrence.assignment_id,
           occurrence.deadline_revision, occurrence.due_on, assignment.executor_id
    FROM compliance_occurrence occurrence
    JOIN compliance_plan plan ON plan.id = occurrence.plan_id AND plan.state = 'executing'
    JOIN compliance_assignment assignment
      ON assignment.id = occurrence.assignment_id AND assignment.ended_at IS NULL
    WHERE occurrence.status = 'open' AND occurrence.due_on <= %s
),
reached(number, due_on, who, step_id, sequence, alone_since) AS MATERIALIZED (
    SELECT band.number, day.due_on, band.who, band.step_id, band.sequence, band.alone_since
    FROM (SELECT DISTINCT due_on FROM open_row) day
    JOIN band ON day.due_on > band.after AND day.due_on <= band.until
),
due AS (
    SELECT open_row.*, reached.who, reached.step_id, reached.sequence
    FROM open_row
    JOIN place ON place.organisation_id = open_row.organisation_id
    JOIN reached ON reached.number = place.number AND reached.due_on = open_row.due_on
    WHERE NOT EXISTS (
        SELECT 1 FROM compliance_occurrence earlier
        WHERE earlier.assignment_id = open_row.assignment_id
          AND earlier.due_on > reached.alone_since
          AND earlier.due_on < open_row.due_on
          AND earlier.status <> 'cancelled'
    )
)
SELECT %s, due.id, due.step_id, due.sequence, {PERSON}, 'email',
       due.deadline_revision, due.due_on, %s, 'waiting', ''
{FROM_DUE_TO_PERSON}
ON CONFLICT DO NOTHING
"""


def _plan_digests(now: datetime, time_zones: set[str]) -> int:
    """How many letters were added: one for each person with loose reminders, unless one is still
    unsent (it takes them along) or has left today (the next day's will).
    """
    clocks = [_clock(now, time_zone) for time_zone in sorted(time_zones | {settings.TIME_ZONE})]
    today = _as_date(timezone.localdate(now))
    return _execute(
        INSERT_DIGESTS.format(clocks=_values(clocks)),
        [*_flat(clocks), today, today, _as_instant(now), settings.TIME_ZONE],
    )


def _clock(now: datetime, time_zone: str) -> Row:
    """(time zone, day of the letter, when it may leave, when that place's today began)."""
    moment = sending_moment(now, time_zone, settings.SENDING_HOURS)
    day = timezone.localdate(moment, ZoneInfo(time_zone))
    midnight = local_midnight(now, time_zone)
    return (time_zone, _as_date(day), _as_instant(moment), _as_instant(midnight))


INSERT_DIGESTS = """
INSERT INTO notifications_message (
    addressee_id, channel, day, time_zone, state, reason, created_at, next_try_at, tries,
    address, message_id, provider_id, subject, text, html
)
WITH
clock(time_zone, day, not_before, midnight) AS (VALUES {clocks}),
home(user_id, time_zone) AS (
    SELECT membership.user_id, MIN(organisation.time_zone)
    FROM compliance_membership membership
    JOIN compliance_organisation organisation ON organisation.id = membership.organisation_id
    WHERE (membership.starts_on IS NULL OR membership.starts_on <= %s)
      AND (membership.ends_on IS NULL OR membership.ends_on >= %s)
    GROUP BY membership.user_id
),
loose(addressee_id, channel) AS (
    SELECT DISTINCT addressee_id, channel
    FROM notifications_reminder
    WHERE state = 'waiting' AND message_id IS NULL
)
SELECT loose.addressee_id, loose.channel, clock.day, clock.time_zone, 'waiting', '', %s,
       clock.not_before, 0, '', '', '', '', '', ''
FROM loose
LEFT JOIN home ON home.user_id = loose.addressee_id
JOIN clock ON clock.time_zone = COALESCE(home.time_zone, %s)
WHERE NOT EXISTS (
    SELECT 1 FROM notifications_message letter
    WHERE letter.addressee_id = loose.addressee_id
      AND letter.channel = loose.channel
      AND (letter.state IN ('waiting', 'temporary', 'claimed')
           OR (letter.state <> 'skipped' AND letter.finished_at >= clock.midnight))
)
ON CONFLICT DO NOTHING
"""


# --- Small helpers of plain SQL ---------------------------------------------------------------


def _execute(sql: str, parameters: Sequence[Any]) -> int:
    """How many rows the statement wrote."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def _values(rows: list[Row]) -> str:
    """Placeholders for a VALUES list of these rows."""
    one = "(" + ", ".join(["%s"] * len(rows[0])) + ")"
    return ", ".join([one] * len(rows))


def _flat(rows: list[Row]) -> list[Any]:
    return [value for row in rows for value in row]


def _as_date(value: date) -> Any:
    return connection.ops.adapt_datefield_value(value)


def _as_instant(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


@contextmanager
def _counting_statements() -> Iterator[list[str]]:
    """The statements executed inside the block, as they come."""
    statements: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield statements
