"""Interim dates: made with the due dates, renewed with the deadline, answered by the executor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import InterimDate, Occurrence
from compliance.models.measures import AssignmentQuerySet
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.evidence.reports import may_report
from compliance.services.execution.schedules import Rule, Rulebook

LONGEST_NOTE = 5000  # characters


def follow_interims(dated: Iterable[tuple[str, list[Any]]], today: date) -> int:
    """How many interim dates were made for assignments whose rules have been dated.

    `dated` is what `occurrences.with_dates` makes with `interims_of`. Unanswered dates are also
    dropped where the deadline asks for others or the work is done, and moved with the calendar. A
    date that has passed is never made: it cannot be owed.
    """
    made = 0
    day = connection.ops.adapt_datefield_value(today)
    for ctes, given in dated:
        with connection.cursor() as cursor:
            cursor.execute(DROP.format(ctes=ctes), [*given, day])
            cursor.execute(MOVE.format(ctes=ctes), [*given, day, day])
            cursor.execute(MAKE.format(ctes=ctes), [*given, day])
            made += cursor.rowcount
    return made


def drop_idle_interims(work: AssignmentQuerySet) -> None:
    """Remove unanswered interim dates of all work outside `work`: its plan has been reported on,
    its measure removed, or its assignment ended.
    """
    asked = work.order_by().filter(pk=OuterRef("assignment"))
    InterimDate.objects.untold().exclude(Exists(asked)).delete()


def interims_of(rulebook: Rulebook, text: str) -> list[list[Any]]:
    """[intended, asked, asked, no kind, never the last] for each interim date of the rule."""
    return [
        [interim.intended_on.isoformat(), interim.on.isoformat(), interim.on.isoformat(), "", 0]
        for interim in rulebook.interims(Rule.from_text(text))
    ]


# `ruled` and `spread` are the CTEs of the due dates (`occurrences.CTES`), here with interim dates.
_OPEN_WORK = """EXISTS (
        SELECT 1 FROM compliance_occurrence occurrence
        WHERE occurrence.assignment_id = {of}.assignment_id
          AND occurrence.status = 'open' AND occurrence.due_on > {of}.{day}
    )"""

DROP = (
    """
DELETE FROM compliance_interimdate WHERE id IN ({ctes}
    SELECT interim.id
    FROM compliance_interimdate interim
    JOIN ruled ON ruled.assignment_id = interim.assignment_id
    WHERE interim.noted_at IS NULL AND (NOT """
    + _OPEN_WORK.format(of="interim", day="asked_on")
    + """ OR (interim.asked_on >= %s AND NOT EXISTS (
        SELECT 1 FROM spread
        WHERE spread.assignment_id = interim.assignment_id
          AND spread.intended_on = interim.intended_on
    )))
)"""
)

MOVE = """
UPDATE compliance_interimdate AS interim
SET asked_on = spread.due_on, version_id = spread.version_id
FROM ({ctes} SELECT * FROM spread) AS spread
WHERE interim.assignment_id = spread.assignment_id
  AND interim.intended_on = spread.intended_on
  AND interim.noted_at IS NULL
  AND (interim.asked_on <> spread.due_on OR interim.version_id <> spread.version_id)
  AND spread.has_passed = 0 AND interim.asked_on > %s AND spread.due_on > %s"""

MAKE = (
    """
INSERT INTO compliance_interimdate
    (assignment_id, organisation_id, plan_id, version_id, intended_on, asked_on, note)
{ctes}
SELECT assignment_id, organisation_id, plan_id, version_id, intended_on, due_on, ''
FROM spread
WHERE has_passed = 0 AND due_on >= %s AND """
    + _OPEN_WORK.format(of="spread", day="due_on")
    + """
ORDER BY assignment_id, intended_on ON CONFLICT DO NOTHING"""
)


# What the schedule asks for and the table has not. Of work whose report came back the interim
# dates may be gone: the next sweep makes them again.
SELECT_MISSING = (
    """{ctes}
SELECT spread.assignment_id, spread.due_on
FROM spread
WHERE spread.has_passed = 0 AND spread.due_on > %s AND """
    + _OPEN_WORK.format(of="spread", day="due_on")
    + """ AND NOT EXISTS (
    SELECT 1 FROM compliance_executionreport report
    JOIN compliance_occurrence occurrence ON occurrence.id = report.occurrence_id
    WHERE occurrence.assignment_id = spread.assignment_id
      AND report.status IN ('returned', 'revoked', 'recalled')
) AND NOT EXISTS (
    SELECT 1 FROM compliance_interimdate there
    WHERE there.assignment_id = spread.assignment_id
      AND there.intended_on = spread.intended_on
)
ORDER BY spread.assignment_id, spread.due_on"""
)
# Unanswered rows ahead that it does not ask for, or on another day.
SELECT_WRONG = """{ctes}
SELECT interim.id, interim.asked_on, spread.due_on
FROM compliance_interimdate interim
JOIN ruled ON ruled.assignment_id = interim.assignment_id
LEFT JOIN spread
       ON spread.assignment_id = interim.assignment_id
      AND spread.intended_on = interim.intended_on
WHERE interim.noted_at IS NULL AND interim.asked_on > %s
  AND (spread.due_on IS NULL OR spread.due_on <> interim.asked_on)
ORDER BY interim.id"""


@dataclass(frozen=True)
class InterimFault:
    """An interim date of the table that is not as the schedule says, or that is missing.

    `interim_id` is None of a missing one, `wanted` of one that nobody asks for.
    """

    assignment_id: int | None
    interim_id: int | None
    wanted: date | None
    found: date | None


def faults_of_interims(
    dated: Iterable[tuple[str, list[Any]]], today: date
) -> Iterator[InterimFault]:
    """Interim dates after today against the rules that have been dated, both ways."""
    day = connection.ops.adapt_datefield_value(today)
    for ctes, given in dated:
        with connection.cursor() as cursor:
            cursor.execute(SELECT_MISSING.format(ctes=ctes), [*given, day])
            missing = cursor.fetchall()
            cursor.execute(SELECT_WRONG.format(ctes=ctes), [*given, day])
            wrong = cursor.fetchall()
        for assignment, wanted in missing:
            yield InterimFault(assignment, None, _as_date(wanted), None)
        for pk, found, wanted in wrong:
            yield InterimFault(None, pk, _as_date(wanted), _as_date(found))


def _as_date(value: Any) -> Any:
    """A date as the database gives it: SQLite gives a text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _occurrence(interim: InterimDate) -> Occurrence | None:
    """The nearest open due date of the same work after the interim date."""
    return (
        Occurrence.objects.open()
        .filter(assignment=interim.assignment_id, due_on__gt=interim.asked_on)
        .select_related("organisation", "organisation__parent", "assignment")
        .order_by("due_on", "pk")
        .first()
    )


@transaction.atomic
def tell_course(interim_id: int, note: str, *, act: Act) -> InterimDate:
    """The interim date with the course of work; if told again, the later words replace the earlier.

    It closes nothing (invariant 2). Raises Refusal without words, Conflict when the work is done.
    """
    interim = InterimDate.objects.select_for_update(of=("self",)).get(pk=interim_id)
    occurrence = _occurrence(interim)
    if occurrence is None:
        raise Conflict("occurrence_closed")
    if not act.may(may_report, occurrence):
        raise Forbidden("not_your_step")
    if not note.strip():
        raise Refusal("course_empty")
    before = interim.note
    interim.note = note.strip()[:LONGEST_NOTE]
    interim.noted_by, interim.noted_for, interim.noted_at = act.person, act.on_behalf_of, act.at
    interim.save(update_fields=["note", "noted_by", "noted_for", "noted_at"])
    asked_on = interim.asked_on.isoformat()
    record_and_tell(
        act=act,
        organisation=occurrence.organisation,
        action="interim.tell",
        subject=occurrence,
        before={"asked_on": asked_on, "note": before} if before else None,
        after={"asked_on": asked_on, "note": interim.note},
    )
    return interim
