"""What every kind of reminder needs in a sweep: places, calendars, steps, and their bands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import IntegerField, Value
from django.db.models.functions import Cast, StrIndex, Substr
from django.utils import timezone

from compliance.domain.calendar.working_days import WorkingCalendar
from compliance.models import Organisation
from compliance.services.calendars import working_calendars
from compliance.services.notices.addressees import LINEAGE, SCOPE
from compliance.services.notices.plain_sql import (
    CommonTable,
    Parameters,
    Row,
    as_date,
    as_instant,
    execute,
    values,
    with_tables,
)
from compliance.services.notices.unchanged import Changed, KeptTo, changed_since_last
from notifications.domain.bands import Step, bands, newly_reached
from notifications.models import ReminderStep

PLANNER_LOCK = 7_305_001
"""The advisory lock's key: two planners inserting the same rows in different order deadlock."""

MEMORY = "64MB"
"""What PostgreSQL may use for a sort in a sweep; with the usual 4 MB a country's people go to disk
(23,755 letters took 3.3 s instead of 1.9)."""


@dataclass(frozen=True)
class Sweep:
    """One sweep: its moment, and what is the same for all kinds of subjects."""

    now: datetime
    places: list[tuple[int, str]]  # the distinct (region, time zone) of all organisations
    calendars: dict[int | None, WorkingCalendar]
    steps: list[ReminderStep]
    changed: Changed

    @property
    def today(self) -> Any:
        """The site's own date in the database's form: it decides which memberships are current."""
        return as_date(timezone.localdate(self.now))

    @property
    def time_zones(self) -> set[str]:
        """The time zones in which anybody works."""
        return {time_zone for _region, time_zone in self.places}


def begin_sweep(now: datetime, kinds: Iterable[str], rule: str) -> Sweep:
    """The sweep of this moment over these kinds; on PostgreSQL no second one runs at that time.

    Call it inside a transaction: the lock is held until that ends. `rule`: the text of the
    statements whose rows are left alone while nothing about them changes (`unchanged`).
    """
    if connection.vendor == "postgresql":
        execute(
            "SELECT pg_advisory_xact_lock(%(key)s), set_config('work_mem', %(memory)s, true)",
            {"key": PLANNER_LOCK, "memory": MEMORY},
        )
    places, calendars = _places(), working_calendars()
    steps = list(ReminderStep.objects.active().filter(subject_kind__in=kinds))
    changed = changed_since_last(now, places, calendars, steps, rule)
    return Sweep(now, places, calendars, steps, changed)


def _places() -> list[tuple[int, str]]:
    """The distinct (region, time zone) of all organisations; a region is the topmost ministry."""
    rest = Substr("path", 2)
    region = Cast(Substr("path", 2, StrIndex(rest, Value("/")) - 1), IntegerField())
    rows = Organisation.objects.order_by().annotate(region=region)
    return list(rows.values_list("region", "time_zone").distinct())


def add_reminders(
    sweep: Sweep,
    kind: str,
    oldest: date | None,
    planned: Sequence[CommonTable],
    rows: str,
    more: Parameters | None = None,
    *,
    kept_to: KeptTo | None = None,
) -> int:
    """How many ledger rows were added for subjects of this kind due from `oldest` on.

    `rows` selects the columns of `INSERT_REMINDERS` from the tables `planned`, which may read
    `zone` and `band`. Parameters beside `more`: the `kind`, the `day` whose memberships count,
    `now`, and the `last` due date that has reached any step. `kept_to`: how the first of the
    tables is kept to what has changed; without it all of its rows are looked at.
    """
    found = reached(sweep, kind, oldest)
    if found is None or (kept_to and sweep.changed.is_nothing(found.new_days)):
        return 0
    tables, parameters = found.tables()
    first, *others = planned
    narrow: Parameters = {}
    if kept_to:
        first, narrow = sweep.changed.narrowed(first, kept_to, found.new_days)
    return execute(
        f"{INSERT_REMINDERS}{with_tables(*tables, first, *others)}{rows}ON CONFLICT DO NOTHING",
        {
            **parameters,
            **narrow,
            **(more or {}),
            "kind": kind,
            "day": sweep.today,
            "now": as_instant(sweep.now),
            "last": found.last,
        },
    )


INSERT_REMINDERS = """
INSERT INTO notifications_reminder (
    subject_kind, subject_id, step_id, sequence, addressee_id, channel,
    deadline_revision, due_on, planned_at, state, reason
)
"""


@dataclass(frozen=True)
class Reached:
    """Which due dates have reached which step, as rows of the common tables `zone` and `band`."""

    zones: list[Row]  # (region, time zone, number, today)
    bands: list[Row]  # (number, who, step, sequence, after, until, alone since)
    new_days: frozenset[date]  # those that have reached another step since the sweep before

    def tables(self) -> tuple[tuple[CommonTable, CommonTable], Parameters]:
        """The common tables `zone` and `band` of these rows, and the parameters they carry."""
        zone, in_zone = values("zone", "region_id, time_zone, number, today", self.zones)
        columns = "number, who, step_id, sequence, after, until, alone_since"
        band, in_band = values("band", columns, self.bands)
        return (zone, band), {**in_zone, **in_band}

    @property
    def last(self) -> Any:
        """The latest due date that has reached any step."""
        return max(until for *_others, until, _alone_since in self.bands)


def reached(sweep: Sweep, kind: str, oldest: date | None) -> Reached | None:
    """The bands of this kind's due dates from `oldest` on; None when no step can be reached.

    A number stands for a calendar and a date. Russia has eleven time zones, but at any moment only
    two dates, and few regions have days off of their own: so there are few numbers.
    """
    steps = [
        Step(step.pk, step.who, step.offset, step.repeat_every)
        for step in sweep.steps
        if step.subject_kind == kind
    ]
    if oldest is None or not steps:
        return None
    numbers: dict[tuple[WorkingCalendar, date], int] = {}
    zones: list[Row] = []
    for region, time_zone in sweep.places:
        calendar = sweep.calendars.get(region, sweep.calendars[None])
        today = timezone.localdate(sweep.now, ZoneInfo(time_zone))
        number = numbers.setdefault((calendar, today), len(numbers))
        zones.append((region, time_zone, number, as_date(today)))
    days: list[Row] = []
    for (calendar, today), number in numbers.items():
        for who, step, sequence, *limits in map(astuple, bands(steps, today, oldest, calendar)):
            days.append((number, who, step, sequence, *map(as_date, limits)))
    return Reached(zones, days, _new_days(sweep, steps, oldest)) if days else None


def _new_days(sweep: Sweep, steps: list[Step], oldest: date) -> frozenset[date]:
    """The due dates that may mean another step where only the day is another than in the sweep
    before. From the day after it on, a date counts to its last day in time, which may mean so, too.
    """
    gone: set[tuple[WorkingCalendar, date, date]] = set()
    for (region, time_zone), since in sweep.changed.since.items():
        calendar = sweep.calendars.get(region, sweep.calendars[None])
        gone.add((calendar, since, timezone.localdate(sweep.now, ZoneInfo(time_zone))))
    found: set[date] = set()
    for calendar, since, today in gone:
        found |= newly_reached(steps, since, today, oldest, calendar)
        found.update(since + timedelta(days=days) for days in range((today - since).days))
    return frozenset(found)


SCOPE_OF_OPEN = CommonTable(
    SCOPE, "organisation_id", "SELECT DISTINCT organisation_id FROM open_row", reads=("open_row",)
)
PLACE = CommonTable(
    "place",
    "organisation_id, number, today",
    """
    SELECT organisation.id, zone.number, zone.today
    FROM lineage
    JOIN compliance_organisation region
      ON region.id = lineage.ancestor_id AND region.parent_id IS NULL
    JOIN compliance_organisation organisation ON organisation.id = lineage.organisation_id
    JOIN zone ON zone.region_id = region.id AND zone.time_zone = organisation.time_zone
""",
    reads=("zone", LINEAGE.name),
    is_materialized=True,
)
# Spreads the bands over the few hundred dates they hold; due dates are then joined on equal dates.
# Materialized: a recursive table has no statistics, and when PostgreSQL inlined it, the order it
# chose was a hundred times slower.
REACHED = CommonTable(
    "reached",
    "number, due_on, who, step_id, sequence, alone_since",
    """
    SELECT band.number, day.due_on, band.who, band.step_id, band.sequence, band.alone_since
    FROM (SELECT DISTINCT due_on FROM open_row) day
    JOIN band ON day.due_on > band.after AND day.due_on <= band.until
""",
    reads=("open_row", "band"),
    is_materialized=True,
)
