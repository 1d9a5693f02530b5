"""Reminders of due dates: which steps have been reached, as rows of the ledger, in sets."""

from __future__ import annotations

from datetime import date

from django.db.models import Min, Value

from compliance.models import InterimDate, Occurrence
from compliance.services.notices import interims
from compliance.services.notices.addressees import FROM_DUE_TO_PERSON, PERSON, SCOPE, people_told
from compliance.services.notices.begun import BUT_NOT_THEIR_OWN_WORK, IS_BEGUN, OWN_WORK
from compliance.services.notices.plain_sql import CommonTable
from compliance.services.notices.still_due import KIND
from compliance.services.notices.sweeps import PLACE, REACHED, Sweep, add_reminders
from compliance.services.notices.unchanged import KeptTo


def plan_due_dates(sweep: Sweep) -> int:
    """How many ledger rows were added for due dates and the interim dates before them."""
    oldest = _oldest()
    return _plan_due(sweep, oldest.get("due")) + interims.plan_interims(sweep, oldest.get("asked"))


def _oldest() -> dict[str, date]:
    """The oldest open due date and the oldest unanswered interim date; one query."""
    due = Occurrence.objects.open().order_by().values(of=Value("due"))
    asked = InterimDate.objects.untold().order_by().values(of=Value("asked"))
    both = due.annotate(first=Min("due_on")).values_list("of", "first")
    return dict(both.union(asked.annotate(first=Min("asked_on")).values_list("of", "first")))


def _plan_due(sweep: Sweep, oldest: date | None) -> int:
    """How many rows were added: each open due date's latest step, for each audience."""
    return add_reminders(sweep, KIND, oldest, PLANNED, ROWS, kept_to=KEPT_TO)


# A past date counts to its last day in time; the condition before it is there for the index.
KEPT_TO = KeptTo(
    "occurrence.organisation_id",
    "occurrence.due_on = ANY(%(new_days)s)"
    " OR (occurrence.due_on < %(day)s AND occurrence.late_after = ANY(%(new_days)s))",
)


# Written so that the partial index on open due dates serves; joined to `place` directly, it took
# PostgreSQL minutes instead of seconds.
PLANNED_ROW = CommonTable(
    "planned",
    "id, organisation_id, assignment_id, deadline_revision, executor_id, due_on, late_after",
    """
    SELECT occurrence.id, occurrence.organisation_id, occurrence.assignment_id,
           occurrence.deadline_revision, assignment.executor_id,
           occurrence.due_on, occurrence.late_after
    FROM compliance_occurrence occurrence
    JOIN compliance_plan plan ON plan.id = occurrence.plan_id AND plan.state = 'executing'
    JOIN compliance_assignment assignment
      ON assignment.id = occurrence.assignment_id AND assignment.ended_at IS NULL
    WHERE occurrence.status = 'open' AND occurrence.due_on <= %(last)s
""",
    is_materialized=True,
)
SCOPE_OF_PLANNED = CommonTable(
    SCOPE, "organisation_id", "SELECT DISTINCT organisation_id FROM planned", reads=("planned",)
)
# `due_on` is here the day that counts today (`lateness.counted_to`): steps before the date count
# from the planned day, those after it from the last day in time, so that nobody is told "overdue"
# on a day that is still in time.
OPEN_ROW = CommonTable(
    "open_row",
    "id, organisation_id, assignment_id, deadline_revision, executor_id, number, planned_on,"
    " due_on",
    """
    SELECT planned.id, planned.organisation_id, planned.assignment_id, planned.deadline_revision,
           planned.executor_id, place.number, planned.due_on,
           CASE WHEN planned.due_on < place.today THEN planned.late_after
                ELSE planned.due_on END
    FROM planned
    JOIN place ON place.organisation_id = planned.organisation_id
""",
    reads=("planned", "place"),
    is_materialized=True,
)
# Whose work has reached a step that is told only where nothing has been begun: nobody's by the
# schedule of a new installation.
CAUTIOUS = CommonTable(
    "cautious",
    "organisation_id, executor_id",
    """
    SELECT DISTINCT open_row.organisation_id, open_row.executor_id
    FROM reached
    JOIN notifications_reminderstep step ON step.id = reached.step_id AND step.unless_begun
    JOIN open_row ON open_row.number = reached.number AND open_row.due_on = reached.due_on
""",
    reads=("open_row", "reached"),
    is_materialized=True,
)
# A step less than half-way from the assignment's previous due date is dropped.
DUE = CommonTable(
    "due",
    "id, organisation_id, executor_id, deadline_revision, due_on, who, step_id, sequence,"
    " unless_begun",
    f"""
    SELECT open_row.id, open_row.organisation_id, open_row.executor_id,
           open_row.deadline_revision, open_row.due_on,
           reached.who, reached.step_id, reached.sequence, step.unless_begun
    FROM open_row
    JOIN reached ON reached.number = open_row.number AND reached.due_on = open_row.due_on
    JOIN notifications_reminderstep step ON step.id = reached.step_id
    WHERE NOT EXISTS (
        SELECT 1 FROM compliance_occurrence earlier
        WHERE earlier.assignment_id = open_row.assignment_id
          AND earlier.due_on > reached.alone_since
          AND earlier.due_on < open_row.planned_on
          AND earlier.status <> 'cancelled'
    )
      AND NOT (step.unless_begun AND {IS_BEGUN})
""",
    reads=("open_row", "reached"),
)
PLANNED = (
    PLANNED_ROW, SCOPE_OF_PLANNED, *people_told("planned"), PLACE, OPEN_ROW, REACHED, CAUTIOUS,
    OWN_WORK, DUE,
)  # fmt: skip

ROWS = f"""
SELECT %(kind)s, due.id, due.step_id, due.sequence, {PERSON}, 'email',
       due.deadline_revision, due.due_on, %(now)s, 'waiting', ''
{FROM_DUE_TO_PERSON}{BUT_NOT_THEIR_OWN_WORK}
"""

RULE = "\n".join(map(str, (*PLANNED, ROWS, *interims.PLANNED, interims.ROWS)))
"""The text by which reminders of due dates and of the interim dates before them are planned."""
