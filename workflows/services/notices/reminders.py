"""The planner's sweep over all kinds of subjects, and the tasks' own share of it.

Who is reminded of a task:

* owner: whoever has the task, as long as they can act; otherwise the queue: the people who have
  its role in that branch. In a queue of many people only a few are told of each task, and of the
  next task the next few, so that a hundred tasks make no storm and yet each is told. Where a body
  votes, every member who has not voted yet; when all have, everyone: somebody must conclude.
* superior: the director of the institution, or the ministry's coordinators (theirs: the head).
* A person who substitutes for one of these today is told as well.

Each step of a task is announced once, to whoever it waits for then. Somebody who is given the task
later is told of that as an event (`task_events`), and then of the next step.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Min

from compliance.models.roles import Role
from compliance.services.notices.addressees import LINEAGE, LOOKED_AFTER, duties_of
from compliance.services.notices.digests import plan_digests
from compliance.services.notices.due_dates import RULE, plan_due_dates
from compliance.services.notices.interims import KIND as INTERIM
from compliance.services.notices.plain_sql import (
    CommonTable,
    counting_statements,
    values,
)
from compliance.services.notices.still_due import KIND as OCCURRENCE
from compliance.services.notices.sweeps import (
    PLACE,
    REACHED,
    SCOPE_OF_OPEN,
    Sweep,
    add_reminders,
    begin_sweep,
)
from compliance.services.notices.unchanged import KeptTo, keep
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
"""Who is told of a role's overdue task."""


def plan_reminders(now: datetime) -> dict[str, int]:
    """How many reminders and digest letters were added, and in how many statements.

    One sweep: idempotent, any number at once, at any hour. The number of statements does not
    depend on the number of rows.
    """
    with transaction.atomic(), counting_statements() as statements:
        sweep = begin_sweep(now, (OCCURRENCE, INTERIM, TASK), _rule())
        planned = plan_due_dates(sweep) + plan_tasks(sweep)
        digests = plan_digests(sweep)
        keep(sweep.changed)
    return {"planned": planned, "digests": digests, "statements": len(statements)}


def plan_tasks(sweep: Sweep) -> int:
    """How many ledger rows were added: each open task's latest step, for each audience."""
    oldest = Task.objects.open().aggregate(first=Min("due_on"))["first"]
    superior, above = values(
        "superior", "role, above", [(str(role), str(higher)) for role, higher in SUPERIORS.items()]
    )
    turns = range(settings.PEOPLE_TOLD_OF_A_QUEUED_TASK)
    turn, after = values("turn", "after", [(number,) for number in turns])
    tables = (OPEN_ROW, superior, turn, *PLANNED)
    return add_reminders(sweep, TASK, oldest, tables, ROWS, {**above, **after}, kept_to=KEPT_TO)


KEPT_TO = KeptTo("task.organisation_id", "task.due_on = ANY(%(new_days)s)")


def _rule() -> str:
    """The text of the statements that plan reminders; other bands are seen from midnight on."""
    told_at_most = settings.PEOPLE_TOLD_OF_A_QUEUED_TASK
    return "\n".join(map(str, (RULE, OPEN_ROW, *PLANNED, ROWS, SUPERIORS, told_at_most)))


# Written so that the partial index on open tasks serves. A task has no revisions of its date, so
# the date itself stands in for one (20260316): a new date is announced anew.
OPEN_ROW = CommonTable(
    "open_row",
    "id, process_id, organisation_id, role, owner_id, due_on, created, deadline_revision",
    """
    SELECT task.id, task.process_id, task.organisation_id, task.role, task.owner_id,
           task.due_on, task.created,
           CAST(REPLACE(CAST(task.due_on AS text), '-', '') AS integer)
    FROM workflows_task task
    WHERE task.finished IS NULL
      AND task.flow_task_type = 'HUMAN'
      AND task.status IN ('NEW', 'ASSIGNED', 'STARTED')
      AND task.due_on <= %(last)s
""",
    is_materialized=True,
)
# The roles that a task waits for, and those of their superiors; where somebody ever held one.
SEAT = CommonTable(
    "seat",
    "organisation_id, role, place_id",
    f"""
    SELECT asked.organisation_id, asked.role, place.id
    FROM (SELECT organisation_id, role FROM open_row
          UNION
          SELECT organisation_id, above FROM open_row JOIN superior USING (role)) asked
    JOIN lineage ON lineage.organisation_id = asked.organisation_id
    JOIN compliance_organisation place ON lineage.ancestor_id = {LOOKED_AFTER}
    JOIN (SELECT DISTINCT organisation_id, role FROM compliance_membership) seated
      ON seated.organisation_id = place.id AND seated.role = asked.role
""",
    reads=("open_row", "superior", LINEAGE.name),
)
# For each organisation one for which the same people hold the role: all institutions without
# inspectors of their own are asked about once for each region, not each for itself.
ALIKE = CommonTable(
    "alike",
    "organisation_id, role, as_id",
    """
    SELECT organisation_id, role,
           MIN(organisation_id) OVER (
               PARTITION BY role, CASE places WHEN 1 THEN place_id ELSE -organisation_id END
           )
    FROM (SELECT organisation_id, role, MIN(place_id) AS place_id, COUNT(*) AS places
          FROM seat GROUP BY organisation_id, role) counted
""",
    reads=("seat",),
    is_materialized=True,
)
_LINEAGE, *ASKED_DUTIES = duties_of(
    "(lineage.organisation_id, membership.role) IN (SELECT as_id, role FROM alike)", "alike"
)
# The people of each queue, numbered. A task is told to those whose numbers follow the task's own,
# round the circle, in as many turns as `turn` has; fewer people are told once each.
HOLDER = CommonTable(
    "holder",
    "organisation_id, role, user_id, place, size",
    """
    SELECT organisation_id, role, user_id,
           ROW_NUMBER() OVER (PARTITION BY organisation_id, role ORDER BY user_id) - 1,
           COUNT(*) OVER (PARTITION BY organisation_id, role)
    FROM (SELECT DISTINCT organisation_id, role, user_id FROM duty) seat
""",
    reads=("duty",),
    is_materialized=True,
)
QUEUE = CommonTable(
    "queue",
    "organisation_id, role, size, after",
    """
    SELECT holder.organisation_id, holder.role, holder.size, turn.after
    FROM holder
    JOIN turn ON turn.after < holder.size
    WHERE holder.place = 0
""",
    reads=("holder", "turn"),
    is_materialized=True,
)
VOTED = CommonTable(
    "voted",
    "task_id, user_id",
    """
    SELECT open_row.id, vote.member_id
    FROM open_row
    JOIN workflows_process process ON process.id = open_row.process_id
    JOIN compliance_revisionparty party
      ON party.revision_id = process.revision_id AND party.is_vote AND party.role = open_row.role
    LEFT JOIN compliance_vote vote
           ON vote.party_id = party.id AND vote.cast_at >= open_row.created
""",
    reads=("open_row",),
    is_materialized=True,
)
BALLOT = CommonTable(
    "ballot",
    "task_id, cast_votes",
    "SELECT task_id, COUNT(user_id) FROM voted GROUP BY task_id",
    reads=("voted",),
    is_materialized=True,
)
DUE = CommonTable(
    "due",
    "id, organisation_id, role, as_id, deadline_revision, due_on, who, step_id, sequence, able_id",
    """
    SELECT open_row.id, open_row.organisation_id, open_row.role, alike.as_id,
           open_row.deadline_revision, open_row.due_on,
           reached.who, reached.step_id, reached.sequence, owner.user_id
    FROM open_row
    JOIN place ON place.organisation_id = open_row.organisation_id
    JOIN reached ON reached.number = place.number AND reached.due_on = open_row.due_on
    LEFT JOIN alike
           ON alike.organisation_id = open_row.organisation_id AND alike.role = open_row.role
    LEFT JOIN holder owner
           ON owner.organisation_id = alike.as_id
          AND owner.role = open_row.role
          AND owner.user_id = open_row.owner_id
    WHERE NOT EXISTS (
        SELECT 1 FROM notifications_reminder told
        WHERE told.subject_kind = %(kind)s
          AND told.subject_id = open_row.id
          AND told.step_id = reached.step_id
          AND told.sequence = reached.sequence
          AND told.deadline_revision = open_row.deadline_revision
          AND told.state <> 'skipped'
    )
""",
    reads=("open_row", "place", "reached", "alike", "holder"),
)
CHOSEN = CommonTable(
    "chosen",
    "id, as_id, role, step_id, sequence, deadline_revision, due_on, person_id",
    """
    SELECT id, as_id, role, step_id, sequence, deadline_revision, due_on, able_id
    FROM due
    WHERE who = 'owner' AND able_id IS NOT NULL
    UNION ALL
    SELECT due.id, due.as_id, due.role, due.step_id, due.sequence,
           due.deadline_revision, due.due_on, holder.user_id
    FROM due
    JOIN queue ON queue.organisation_id = due.as_id AND queue.role = due.role
    JOIN holder
      ON holder.organisation_id = due.as_id
     AND holder.role = due.role
     AND holder.place = (queue.size - due.id %% queue.size + queue.after) %% queue.size
    LEFT JOIN ballot ON ballot.task_id = due.id
    WHERE due.who = 'owner' AND due.able_id IS NULL AND ballot.task_id IS NULL
    UNION ALL
    SELECT due.id, due.as_id, due.role, due.step_id, due.sequence,
           due.deadline_revision, due.due_on, holder.user_id
    FROM due
    JOIN ballot ON ballot.task_id = due.id
    JOIN holder ON holder.organisation_id = due.as_id AND holder.role = due.role
    LEFT JOIN voted ON voted.task_id = due.id AND voted.user_id = holder.user_id
    WHERE due.who = 'owner'
      AND due.able_id IS NULL
      AND (voted.user_id IS NULL OR ballot.cast_votes >= holder.size)
    UNION ALL
    SELECT due.id, over.as_id, superior.above, due.step_id, due.sequence,
           due.deadline_revision, due.due_on, holder.user_id
    FROM due
    JOIN superior ON superior.role = due.role
    JOIN alike over
      ON over.organisation_id = due.organisation_id AND over.role = superior.above
    JOIN queue ON queue.organisation_id = over.as_id AND queue.role = over.role
    JOIN holder
      ON holder.organisation_id = over.as_id
     AND holder.role = over.role
     AND holder.place = (queue.size - due.id %% queue.size + queue.after) %% queue.size
    WHERE due.who = 'superior' AND (due.able_id IS NULL OR holder.user_id <> due.able_id)
""",
    reads=("due", "alike", "queue", "holder", "ballot", "voted", "superior"),
)
PLANNED = (
    SCOPE_OF_OPEN, LINEAGE, SEAT, ALIKE, *ASKED_DUTIES, PLACE, REACHED, HOLDER, QUEUE, VOTED,
    BALLOT, DUE, CHOSEN,
)  # fmt: skip

# In order, so that all of them are found before the first is added (`digests.INSERT_DIGESTS`).
ROWS = """
SELECT %(kind)s, chosen.id, chosen.step_id, chosen.sequence, able.user_id, 'email',
       chosen.deadline_revision, chosen.due_on, %(now)s, 'waiting', ''
FROM chosen
JOIN able
  ON able.organisation_id = chosen.as_id
 AND able.role = chosen.role
 AND able.person_id = chosen.person_id
WHERE TRUE
ORDER BY chosen.due_on, chosen.id, able.user_id
"""
