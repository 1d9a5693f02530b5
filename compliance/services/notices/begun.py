"""Whether anybody has begun to work on a due date: one condition, for the planner and the sender.

A due date has been begun when it has a report, even a draft (attaching a file makes one), or when
it is the next date of work whose course has been told.

A step of the schedule that is told only where nothing has been begun (`unless_begun`) is for
directors, before the date. Its statements name whose work it is about in `cautious`.
"""

from __future__ import annotations

from collections.abc import Collection

from compliance.services.notices.addressees import PERSON
from compliance.services.notices.plain_sql import CommonTable, fetch, values, with_tables

# A condition on `open_row` (id, assignment_id, planned_on), looked up row by row in the
# indexes. PostgreSQL expected a common table of it to have a handful of rows, and joined the
# hundred thousand that had been begun to as many due dates in a nested loop.
IS_BEGUN = """(
    EXISTS (
        SELECT 1 FROM compliance_executionreport report WHERE report.occurrence_id = open_row.id
    )
    OR EXISTS (
        SELECT 1 FROM compliance_interimdate interim
        WHERE interim.assignment_id = open_row.assignment_id
          AND interim.noted_at IS NOT NULL
          AND interim.asked_on < open_row.planned_on
          AND NOT EXISTS (
              SELECT 1 FROM compliance_occurrence between_them
              WHERE between_them.assignment_id = interim.assignment_id
                AND between_them.due_on > interim.asked_on
                AND between_them.due_on < open_row.planned_on
                AND between_them.status <> 'cancelled'
          )
    )
)"""

_OF_DUE_DATES = CommonTable(
    "open_row",
    "id, assignment_id, planned_on",
    """
    SELECT occurrence.id, occurrence.assignment_id, occurrence.due_on
    FROM asked
    JOIN compliance_occurrence occurrence ON occurrence.id = asked.id
""",
    reads=("asked",),
)


def begun_among(occurrence_ids: Collection[int]) -> set[int]:
    """Those of the due dates that somebody has begun to work on. One statement."""
    if not occurrence_ids:
        return set()
    asked, ids = values("asked", "id", [(pk,) for pk in occurrence_ids])
    tables = with_tables(asked, _OF_DUE_DATES)
    return {pk for (pk,) in fetch(f"{tables} SELECT id FROM open_row WHERE {IS_BEGUN}", ids)}


# Those of `cautious` (organisation_id, executor_id) whose own work it is: they get reminders as
# executors and need none as directors.
OWN_WORK = CommonTable(
    "own_work",
    "organisation_id, executor_id, user_id",
    f"""
    SELECT cautious.organisation_id, COALESCE(cautious.executor_id, 0), {PERSON}
    FROM cautious
    LEFT JOIN named
           ON named.organisation_id = cautious.organisation_id
          AND named.person_id = cautious.executor_id
    LEFT JOIN addressee
           ON named.user_id IS NULL
          AND addressee.organisation_id = cautious.organisation_id
          AND addressee.who = 'executor'
    WHERE {PERSON} IS NOT NULL
""",
    reads=("cautious", "named", "addressee"),
)

# After `FROM_DUE_TO_PERSON`, where `due` has `unless_begun`. With IN, PostgreSQL hashes it.
BUT_NOT_THEIR_OWN_WORK = f"""
  AND NOT (due.unless_begun AND (due.organisation_id, COALESCE(due.executor_id, 0), {PERSON}) IN (
      SELECT organisation_id, executor_id, user_id FROM own_work
  ))
"""
