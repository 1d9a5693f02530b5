"""Occurrences made in advance: from confirmed deadlines and assignments to dated rows, in sets.

Few rules (a deadline, a period, a region's calendar and settings) decide the dates of many
measures. So the database lists the distinct rules, Python turns each into dates once, and one
statement a step joins the dates back to the assignments, however many there are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, CharField, F, Max, Min, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest, JSONObject, StrIndex, Substr
from django.utils import timezone
from django.utils.translation import gettext

from compliance.models import Assignment, Occurrence, Plan
from compliance.models.local_dates import LocalDates
from compliance.models.measures import AssignmentQuerySet
from compliance.services.execution.interims import (
    InterimFault,
    drop_idle_interims,
    faults_of_interims,
    follow_interims,
    interims_of,
)
from compliance.services.execution.schedules import Rule, Rulebook

PORTION = 10_000  # assignments a transaction on SQLite, where a writer blocks all others
RULES = 5_000  # distinct rules a statement: bounds the memory of a sweep
SWEEP_LOCK = 7_305_002  # two sweeps writing the same rows in different order would deadlock

# The two dialects differ only in these words.
WORDS = {
    "postgresql": {"each": "jsonb_array_elements", "json": "::jsonb", "date": "date"},
    "sqlite": {"each": "json_each", "json": "", "date": "text"},
}


@dataclass(frozen=True)
class Missing:
    """A date that the schedule asks for and the table lacks."""

    plan_id: int
    assignment_id: int
    due_on: date


def materialise_occurrences(
    plans: QuerySet[Plan] | None = None, *, until: date | None = None, now: datetime | None = None
) -> int:
    """How many missing occurrences were made, for executing plans or the given ones.

    Idempotent, and safe in two processes at once: the unique index decides. Open future dates are
    also moved with the calendar, and those that a changed deadline no longer asks for are closed: a
    sweep that began before the change may have just made them.
    """
    executing = Plan.objects.filter(state="executing") if plans is None else plans
    work, now = work_of(executing), now or timezone.now()
    today = max(LocalDates.at(now).by_zone.values(), default=timezone.localdate(now))
    created = 0
    for portion in _portions(work):
        with transaction.atomic():
            if plans is None and connection.vendor == "postgresql":
                _prepare_sweep()
            close_replaced(portion.filter(measure__deadline_revision__gt=1), today, now)
            move_shifted(portion, today)
            created += make_missing(portion, until)
            make_interims(portion, today)
    if plans is None:
        drop_idle_interims(work)
    return created


def _prepare_sweep() -> None:
    """Make sweeps wait for each other, and join by hash whatever the statistics say.

    After many new rows, statistics are out of date for a minute; the planner then expects one open
    row and scans all wanted dates for each: hours instead of seconds.
    """
    _execute("SELECT pg_advisory_xact_lock(%s)", [SWEEP_LOCK])
    _execute("SET LOCAL enable_nestloop = off", [])


def work_of(plans: QuerySet[Plan]) -> AssignmentQuerySet:
    """The assignments of the plans that are carried out under a confirmed deadline in force."""
    return Assignment.objects.current().filter(
        measure__plan__in=plans,
        measure__removed_by__isnull=True,
        measure__versions__revision__status="in_force",
        measure__versions__deadline_confirmed_at__isnull=False,
    )


def make_missing(work: AssignmentQuerySet, until: date | None = None) -> int:
    """How many rows were added: dates that the schedule asks for and nobody has made."""
    rest = _defaults()
    return sum(
        _execute(
            INSERT.format(
                ctes=ctes, columns=", ".join([*FILLED, *rest]), defaults=", %s" * len(rest)
            ),
            [*given, *rest.values(), *_limit(until)],
        )
        for ctes, given in _wanted(work)
    )


def make_interims(work: AssignmentQuerySet, today: date) -> int:
    """How many interim dates were made; those no longer asked for are dropped."""
    return follow_interims(with_dates(work, interims_of), today)


def move_shifted(work: AssignmentQuerySet, today: date) -> int:
    """How many open rows after today were moved to where the calendar now puts their date.

    An extension was a person's decision: its date, and the one before it, stay.
    """
    day = _as_date(today)
    return sum(
        _execute(MOVE.format(ctes=ctes), [*given, day, day]) for ctes, given in _wanted(work)
    )


def close_replaced(
    work: AssignmentQuerySet, today: date, now: datetime, *, with_extended: bool = False
) -> int:
    """How many open rows after today were closed, because a changed deadline asks for others.

    A row with a report, even a draft, stays: somebody has begun to work on it; so does one with an
    open petition. An extended row is closed only together with the words that it extended.
    """
    reason = gettext("The deadline was changed: other dates hold now.")
    closed_at = connection.ops.adapt_datetimefield_value(now)
    statement = CLOSE + ("" if with_extended else NOT_EXTENDED)
    return sum(
        _execute(statement.format(ctes=ctes), [reason, closed_at, *given, _as_date(today)])
        for ctes, given in _wanted(work)
    )


def missing_occurrences(plans: QuerySet[Plan] | None = None) -> Iterator[Missing]:
    """Dates that the schedule asks for and the table lacks; nothing is written."""
    chosen = Plan.objects.filter(state="executing") if plans is None else plans
    for ctes, given in _wanted(work_of(chosen)):
        with connection.cursor() as cursor:
            cursor.execute(SELECT_MISSING.format(ctes=ctes), [*given, *_limit(None)])
            for plan, assignment, due_on in cursor:
                day = due_on if isinstance(due_on, date) else date.fromisoformat(due_on)
                yield Missing(plan, assignment, day)


@dataclass(frozen=True)
class Unasked:
    """A row that the schedule does not ask for."""

    occurrence_id: int
    intended_on: date


def unasked_occurrences(now: datetime) -> Iterator[Unasked]:
    """Open rows after today that the schedule of their executing plan does not ask for."""
    today = max(LocalDates.at(now).by_zone.values(), default=timezone.localdate(now))
    for ctes, given in _wanted(work_of(Plan.objects.filter(state="executing"))):
        with connection.cursor() as cursor:
            cursor.execute(SELECT_UNASKED.format(ctes=ctes), [*given, _as_date(today)])
            for pk, intended_on in cursor:
                is_date = isinstance(intended_on, date)
                yield Unasked(pk, intended_on if is_date else date.fromisoformat(intended_on))


def interim_faults(now: datetime) -> Iterator[InterimFault]:
    """Interim dates of executing plans that are not as the schedule says, and missing ones."""
    today = max(LocalDates.at(now).by_zone.values(), default=timezone.localdate(now))
    work = work_of(Plan.objects.filter(state="executing"))
    return faults_of_interims(with_dates(work, interims_of), today)


# --- The statements -----------------------------------------------------------------------------

# `work` is compiled from the ORM, `dated` is the distinct rules with their dates as one JSON
# parameter. A plan begun late does not owe dates that had passed before; but an assignment whose
# dates had all passed keeps the last one, or nobody would ever ask for it: it is due on the first
# day of execution, for nobody is late before the plan is agreed. A plan taken over from paper
# leaves its past to the page where it is settled; nor does a party to whom a revision gave others'
# measure owe anything of its past.
CTES = """
WITH work(assignment_id, organisation_id, plan_id, version_id, deadline_revision, starts_on,
          leaves_past, rule) AS ({work}),
dated(rule, dates) AS (
    SELECT item.value ->> 0, item.value -> 1 FROM {each}(%s{json}) AS item
),
ruled AS (
    SELECT work.*, dated.dates FROM work JOIN dated ON dated.rule = work.rule
),
spread AS (
    SELECT ruled.*, CAST(day.value ->> 0 AS {date}) AS intended_on,
           CASE WHEN CAST(day.value ->> 2 AS {date}) < starts_on THEN starts_on
                ELSE CAST(day.value ->> 1 AS {date}) END AS due_on,
           CASE WHEN CAST(day.value ->> 2 AS {date}) < starts_on THEN starts_on
                ELSE CAST(day.value ->> 2 AS {date}) END AS late_after,
           CASE WHEN CAST(day.value ->> 2 AS {date}) < starts_on THEN 1 ELSE 0 END AS has_passed,
           day.value ->> 3 AS kind, CAST(day.value ->> 4 AS integer) AS is_last
    FROM ruled CROSS JOIN {each}(ruled.dates) AS day
),
wanted AS (
    SELECT * FROM spread
    WHERE has_passed = 0 OR (is_last = 1 AND NOT leaves_past AND NOT EXISTS (
        SELECT 1 FROM compliance_occurrence earlier
        WHERE earlier.assignment_id = spread.assignment_id AND earlier.status <> 'cancelled'
    ))
)"""

MISSING = """
FROM wanted
WHERE due_on <= %s AND NOT EXISTS (
    SELECT 1 FROM compliance_occurrence there
    WHERE there.assignment_id = wanted.assignment_id
      AND there.intended_on = wanted.intended_on AND there.status <> 'cancelled'
)"""

SELECT_MISSING = "{ctes} SELECT plan_id, assignment_id, due_on" + MISSING

# WITH is inside the statements: both databases read it there, and Python's sqlite3 counts rows
# only of statements that begin with their verb. Rows are made in one order, so that two sweeps at
# once wait for each other and do not deadlock.
INSERT = (
    "INSERT INTO compliance_occurrence ({columns})"
    "{ctes} SELECT assignment_id, organisation_id, plan_id, version_id, deadline_revision,"
    " kind, intended_on, due_on, late_after, due_on{defaults}"
    + MISSING
    + " ORDER BY assignment_id, intended_on ON CONFLICT DO NOTHING"
)

MOVE = """
UPDATE compliance_occurrence AS occurrence
SET due_on = wanted.due_on, late_after = wanted.late_after, original_due_on = wanted.due_on,
    kind = wanted.kind, version_id = wanted.version_id, deadline_revision = wanted.deadline_revision
FROM ({ctes} SELECT * FROM wanted) AS wanted
WHERE occurrence.assignment_id = wanted.assignment_id
  AND occurrence.intended_on = wanted.intended_on
  AND occurrence.status = 'open' AND occurrence.extension_count = 0
  AND (occurrence.due_on <> wanted.due_on OR occurrence.late_after <> wanted.late_after)
  AND occurrence.due_on > %s AND wanted.due_on > %s"""

# Open rows after a day that the schedule does not ask for, without a report begun and without a
# pending petition.
UNASKED = """
    FROM compliance_occurrence occurrence
    JOIN ruled ON ruled.assignment_id = occurrence.assignment_id
    WHERE occurrence.status = 'open' AND occurrence.due_on > %s
      AND NOT EXISTS (
          SELECT 1 FROM wanted
          WHERE wanted.assignment_id = occurrence.assignment_id
            AND wanted.intended_on = occurrence.intended_on
      )
      AND NOT EXISTS (
          SELECT 1 FROM compliance_executionreport report
          WHERE report.occurrence_id = occurrence.id
      )
      AND NOT EXISTS (
          SELECT 1 FROM compliance_petition petition
          WHERE petition.occurrence_id = occurrence.id AND petition.status = 'open'
      )"""

SELECT_UNASKED = (
    "{ctes} SELECT occurrence.id, occurrence.intended_on"
    + UNASKED
    + " AND occurrence.extension_count = 0 ORDER BY occurrence.id"
)

CLOSE = (
    """
UPDATE compliance_occurrence
SET status = 'cancelled', close_reason = %s, closed_at = %s
WHERE id IN ({ctes}
    SELECT occurrence.id"""
    + UNASKED
    + """
      AND occurrence.deadline_revision < ruled.deadline_revision
)"""
)
NOT_EXTENDED = " AND extension_count = 0"


def _wanted(work: AssignmentQuerySet) -> Iterator[tuple[str, list[Any]]]:
    """The CTEs up to `wanted`, and their parameters, for each batch of distinct rules."""
    return with_dates(work, _dates)


def with_dates(
    work: AssignmentQuerySet, dates_of: Callable[[Rulebook, str], list[list[Any]]]
) -> Iterator[tuple[str, list[Any]]]:
    """The CTEs of CTES with the dates that `dates_of` makes for each rule, and their parameters."""
    described = _described(work)
    texts = list(described.order_by().values_list("rule", flat=True).distinct())
    sql, given = described.values_list(*WORK).order_by().query.sql_with_params()
    rulebook = Rulebook()
    for start in range(0, len(texts), RULES):
        batch = texts[start : start + RULES]
        dated = json.dumps([[text, dates_of(rulebook, text)] for text in batch])
        yield CTES.format(work=sql, **WORDS[connection.vendor]), [*given, dated]


WORK = (
    "pk", "organisation_id", "measure__plan_id", "version", "measure__deadline_revision",
    "starts_on", "leaves_past", "rule",
)  # fmt: skip


def _described(work: AssignmentQuerySet) -> QuerySet[Any]:
    """The assignments with their rule as one text, and the day from which they owe."""
    path = "measure__plan__organisation__path"
    rest = Substr(path, 2)
    began = Coalesce("measure__plan__executes_from", "measure__plan__period_start")
    rule = JSONObject(
        deadline="measure__versions__deadline",
        dates="measure__versions__deadline_dates",
        anchor=Cast("measure__versions__deadline_anchor", CharField()),
        start=Cast("measure__plan__period_start", CharField()),
        end=Cast("measure__plan__period_end", CharField()),
        region=Substr(path, 2, StrIndex(rest, Value("/")) - 1),
        checkpoints="measure__plan__organisation__continuous_checkpoints",
        interims="measure__plan__type__interim_checkpoints",
    )
    return work.annotate(
        version=F("measure__versions__pk"),
        starts_on=Greatest(
            began, Coalesce("measure__deadline_changed_on", began), Coalesce("owes_from", began)
        ),
        leaves_past=Case(
            When(owes_from__isnull=False, then=Value(True)), default=F("measure__plan__is_adopted")
        ),
        rule=Cast(rule, TextField()),
    )


def _dates(rulebook: Rulebook, text: str) -> list[list[Any]]:
    """[intended, due, last in time, kind, whether it is the last] for each date of the rule."""
    found = rulebook.due_dates(Rule.from_text(text))
    kinds = {True: Occurrence.Kind.CHECKPOINT.value, False: Occurrence.Kind.DEADLINE.value}
    return [
        [
            due.intended_on.isoformat(),
            due.due_on.isoformat(),
            due.late_after.isoformat(),
            kinds[due.is_checkpoint],
            int(due == found[-1]),
        ]
        for due in found
    ]


FILLED = (
    "assignment_id", "organisation_id", "plan_id", "version_id", "deadline_revision",
    "kind", "intended_on", "due_on", "late_after", "original_due_on",
)  # fmt: skip


def _defaults() -> dict[str, Any]:
    """The columns that the schedule does not set, with the model's own defaults.

    Taken from the model, so that a new field is not forgotten here.
    """
    rest = {
        field.column: field.get_db_prep_save(field.get_default(), connection)
        for field in Occurrence._meta.concrete_fields
        if field.column and field.column not in FILLED and not field.primary_key
    }
    return {column: value for column, value in rest.items() if value is not None}


def _portions(work: AssignmentQuerySet) -> Iterator[AssignmentQuerySet]:
    """The work in one portion; on SQLite in bounded ones."""
    if connection.vendor == "postgresql":
        yield work
        return
    ends = work.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is not None:
        for start in range(ends["first"], ends["last"] + 1, PORTION):
            yield work.filter(pk__range=(start, start + PORTION - 1))


def _limit(until: date | None) -> list[Any]:
    return [_as_date(until or date.max)]


def _as_date(value: date) -> Any:
    return connection.ops.adapt_datefield_value(value)


def _execute(sql: str, parameters: list[Any]) -> int:
    """How many rows the statement wrote."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)
