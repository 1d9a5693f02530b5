"""The planner's sweep over both kinds of subjects, due dates and tasks; the tasks' own share of it.

Whom a reminder of a task goes to:

* owner: whoever has the task, as long as they can act; otherwise the queue: the people who have
  its role in that branch. Of a queue of many people each task is told to a few only, and by its
  number to others than the next one, so that a hundred tasks make no storm and each is told. Where
  a body votes, every member who has not voted yet; when all have, everyone: somebody must conclude.
* superior: the director of the institution, or the ministry's coordinators (theirs: the head).
* Whoever substitutes for one of these today gets it as well.

Each step of a task is told once, to whoever it waits for then: who is given the task later hears of
that as an event (`task_news`), and of the next step.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Min

from compliance.models.roles import Role
from compliance.services.notices.addressees import DUTIES
from compliance.services.notices.digests import plan_digests
from compliance.services.notices.due_dates import plan_due_dates
from compliance.services.notices.plain_sql import (
    as_instant,
    counting_statements,
    execute,
    flat,
    placeholders,
)
from compliance.services.notices.still_due import KIND as OCCURRENCE
from compliance.services.notices.sweeps import PLACE, REACHED, Sweep, begin_sweep, reached
from workflows.models import Task

TASK = "task"

SUPERIORS = {
    Role.EXECUTOR: Role.DIRECTOR,
    Role.DIRECTOR: Role.COORDINATOR,
    Role.INSPECTOR: Role.COORDINATOR,
    Role.COUNCIL: Role.COORDINATOR,
    Role.HR: Role.COORDINATOR,
    Role.COORDINATOR: Role.HEAD,
    Role.ADMINISTRATOR: Role.HEAD,
}
"""Who hears of a role's overdue task."""


def plan_reminders(now: datetime) -> dict[str, int]:
    """How many reminders and digest letters were added, and by how many statements.

    One sweep: idempotent, any number at once, at any hour. The number of statements does not
    depend on the number of rows.
    """
    with transaction.atomic(), counting_statements() as statements:
        sweep = begin_sweep(now, (OCCURRENCE, TASK))
        planned = plan_due_dates(sweep) + plan_tasks(sweep)
        digests = plan_digests(sweep)
    return {"planned": planned, "digests": digests, "statements": len(statements)}


def plan_tasks(sweep: Sweep) -> int:
    """How many ledger rows were added: for each open task and audience its latest step."""
    oldest = Task.objects.open().aggregate(first=Min("due_on"))["first"]
    found = reached(sweep, TASK, oldest)
    if found is None:
        return 0
    superiors = [(str(role), str(above)) for role, above in SUPERIORS.items()]
    return execute(
        INSERT_REMINDERS.format(
            zones=placeholders(found.zones),
            bands=placeholders(found.bands),
            superiors=placeholders(superiors),
        ),
        [
            *flat(found.zones),
            *flat(found.bands),
            *flat(superiors),
            found.last,
            sweep.today,
            TASK,
            settings.PEOPLE_TOLD_OF_A_QUEUED_TASK,
            settings.PEOPLE_TOLD_OF_A_QUEUED_TASK,
            TASK,
            as_instant(sweep.now),
        ],
    )


# `open_row` is read by the partial index on open tasks. `holder` numbers the people of each queue:
# those are told of a task whose numbers follow, around the circle, the task's own. A task counts no
# revisions of its date, so the date itself stands for one (20260316): a new one is told anew.
INSERT_REMINDERS = f"""
INSERT INTO notifications_reminder (
    subject_kind, subject_id, step_id, sequence, addressee_id, channel,
    deadline_revision, due_on, planned_at, state, reason
)
WITH RECURSIVE
zone(region_id, time_zone, number, today) AS (VALUES {{zones}}),
band(number, who, step_id, sequence, after, until, alone_since) AS (VALUES {{bands}}),
superior(role, above) AS (VALUES {{superiors}}),
open_row AS MATERIALIZED (
    SELECT task.id, task.process_id, task.organisation_id, task.role, task.owner_id,
           task.due_on, task.created,
           CAST(REPLACE(CAST(task.due_on AS text), '-', '') AS integer) AS deadline_revision
    FROM workflows_task task
    WHERE task.finished IS NULL
      AND task.flow_task_type = 'HUMAN'
      AND task.status IN ('NEW', 'ASSIGNED', 'STARTED')
      AND task.due_on <= %s
),
scope(organisation_id) AS (
    SELECT DISTINCT organisation_id FROM open_row
),
{DUTIES},
{PLACE},
{REACHED},
holder(organisation_id, role, user_id, place, size) AS MATERIALIZED (
    SELECT organisation_id, role, user_id,
           ROW_NUMBER() OVER (PARTITION BY organisation_id, role ORDER BY user_id) - 1,
           COUNT(*) OVER (PARTITION BY organisation_id, role)
    FROM (SELECT DISTINCT organisation_id, role, user_id FROM duty) seat
),
voted(task_id, user_id) AS MATERIALIZED (
    SELECT open_row.id, vote.member_id
    FROM open_row
    JOIN workflows_process process ON process.id = open_row.process_id
    JOIN compliance_revisionparty party
      ON party.revision_id = process.revision_id AND party.is_vote AND party.role = open_row.role
    LEFT JOIN compliance_vote vote
           ON vote.party_id = party.id AND vote.cast_at >= open_row.created
),
ballot(task_id, cast_votes) AS MATERIALIZED (
    SELECT task_id, COUNT(user_id) FROM voted GROUP BY task_id
),
due AS (
    SELECT open_row.*, reached.who, reached.step_id, reached.sequence, owner.user_id AS able_id
    FROM open_row
    JOIN place ON place.organisation_id = open_row.organisation_id
    JOIN reached ON reached.number = place.number AND reached.due_on = open_row.due_on
    LEFT JOIN holder owner
           ON owner.organisation_id = open_row.organisation_id
          AND owner.role = open_row.role
          AND owner.user_id = open_row.owner_id
    WHERE NOT EXISTS (
        SELECT 1 FROM notifications_reminder told
        WHERE told.subject_kind = %s
          AND told.subject_id = open_row.id
          AND told.step_id = reached.step_id
          AND told.sequence = reached.sequence
          AND told.deadline_revision = open_row.deadline_revision
          AND told.state <> 'skipped'
    )
),
chosen(id, organisation_id, step_id, sequence, deadline_revision, due_on, person_id) AS (
    SELECT id, organisation_id, step_id, sequence, deadline_revision, due_on, able_id
    FROM due
    WHERE who = 'owner' AND able_id IS NOT NULL
    UNION ALL
    SELECT due.id, due.organisation_id, due.step_id, due.sequence, due.deadline_revision,
           due.due_on, holder.user_id
    FROM due
    JOIN holder ON holder.organisation_id = due.organisation_id AND holder.role = due.role
    LEFT JOIN ballot ON ballot.task_id = due.id
    LEFT JOIN voted ON voted.task_id = due.id AND voted.user_id = holder.user_id
    WHERE due.who = 'owner'
      AND due.able_id IS NULL
      AND CASE WHEN ballot.task_id IS NULL
               THEN (due.id + holder.place) %% holder.size < %s
               ELSE voted.user_id IS NULL OR ballot.cast_votes >= holder.size
          END
    UNION ALL
    SELECT due.id, due.organisation_id, due.step_id, due.sequence, due.deadline_revision,
           due.due_on, holder.user_id
    FROM due
    JOIN superior ON superior.role = due.role
    JOIN holder
      ON holder.organisation_id = due.organisation_id AND holder.role = superior.above
    WHERE due.who = 'superior'
      AND (due.able_id IS NULL OR holder.user_id <> due.able_id)
      AND (due.id + holder.place) %% holder.size < %s
)
SELECT %s, chosen.id, chosen.step_id, chosen.sequence, able.user_id, 'email',
       chosen.deadline_revision, chosen.due_on, %s, 'waiting', ''
FROM chosen
JOIN able
  ON able.organisation_id = chosen.organisation_id AND able.person_id = chosen.person_id
WHERE TRUE
ON CONFLICT DO NOTHING
"""
