"""Whom a reminder goes to: the one place of this rule, as SQL for the planner and the sender.

A statement that uses it has the common tables `scope` (organisation_id) and `due` (organisation_id,
executor_id or null, who) beside `PEOPLE`, and ends with `FROM_DUE_TO_PERSON`.

* executor: the person named by the assignment, as long as they can act; otherwise every executor of
  the organisation, or its directors when it has none. Nobody's absence makes a reminder vanish.
* director: directors of the organisation or of one it is part of.
* ministry: coordinators whose jurisdiction covers it; a council looks after its ministry's region.
* Whoever substitutes for one of these today gets it as well, as long as they may act in their name.
Only active people with a current membership. Plain SQL, the same for PostgreSQL and SQLite.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from compliance.services.notices.plain_sql import as_date, fetch, placeholders

# Who has which duty for an organisation of `scope`, by the tree, and who may act for whom. Its one
# parameter: the day on which memberships and substitutions must be current.
DUTIES = """
moment(today) AS (
    SELECT %s
),
lineage(organisation_id, ancestor_id) AS (
    SELECT organisation_id, organisation_id FROM scope
    UNION ALL
    SELECT lineage.organisation_id, ancestor.parent_id
    FROM lineage
    JOIN compliance_organisation ancestor ON ancestor.id = lineage.ancestor_id
    WHERE ancestor.parent_id IS NOT NULL
),
duty(organisation_id, own, role, user_id) AS (
    SELECT lineage.organisation_id,
           membership.organisation_id = lineage.organisation_id,
           membership.role,
           membership.user_id
    FROM lineage
    JOIN compliance_organisation base
      ON lineage.ancestor_id =
         CASE WHEN base.kind = 'council' THEN base.parent_id ELSE base.id END
    JOIN compliance_membership membership ON membership.organisation_id = base.id
    JOIN compliance_user person ON person.id = membership.user_id AND person.is_active
    JOIN moment
      ON (membership.starts_on IS NULL OR membership.starts_on <= moment.today)
     AND (membership.ends_on IS NULL OR membership.ends_on >= moment.today)
),
-- Who works in whose name today: a body's people for those of the same body or its departments,
-- as `compliance.models.people` has it.
standing_in(absent_id, user_id) AS (
    SELECT DISTINCT substitution.absent_id, substitution.substitute_id
    FROM compliance_substitution substitution
    JOIN moment
      ON substitution.starts_on <= moment.today AND substitution.ends_on >= moment.today
    JOIN compliance_user person ON person.id = substitution.substitute_id AND person.is_active
    JOIN compliance_membership theirs
      ON theirs.user_id = substitution.absent_id
     AND (theirs.starts_on IS NULL OR theirs.starts_on <= moment.today)
     AND (theirs.ends_on IS NULL OR theirs.ends_on >= moment.today)
    JOIN compliance_membership own
      ON own.user_id = substitution.substitute_id
     AND (own.starts_on IS NULL OR own.starts_on <= moment.today)
     AND (own.ends_on IS NULL OR own.ends_on >= moment.today)
    JOIN compliance_organisation there ON there.id = theirs.organisation_id
    JOIN compliance_organisation here ON here.id = own.organisation_id
    WHERE substitution.ended_at IS NULL
      AND here.kind = there.kind
      AND (here.path LIKE there.path || '%%' OR there.path LIKE here.path || '%%')
),
able(organisation_id, person_id, user_id) AS (
    SELECT organisation_id, user_id, user_id FROM duty
    UNION
    SELECT duty.organisation_id, duty.user_id, standing_in.user_id
    FROM duty
    JOIN standing_in ON standing_in.absent_id = duty.user_id
)"""

PEOPLE = f"""{DUTIES},
meant(organisation_id, who, person_id) AS (
    SELECT organisation_id, 'executor', user_id FROM duty WHERE role = 'executor' AND own
    UNION
    SELECT organisation_id, 'director', user_id FROM duty WHERE role = 'director'
    UNION
    SELECT organisation_id, 'ministry', user_id FROM duty WHERE role = 'coordinator'
    UNION
    SELECT organisation_id, 'executor', user_id FROM duty
    WHERE role = 'director'
      AND organisation_id NOT IN (
          SELECT organisation_id FROM duty WHERE role = 'executor' AND own
      )
),
addressee(organisation_id, who, user_id) AS (
    SELECT DISTINCT meant.organisation_id, meant.who, able.user_id
    FROM meant
    JOIN able ON able.organisation_id = meant.organisation_id
             AND able.person_id = meant.person_id
)"""

FROM_DUE_TO_PERSON = """
FROM due
LEFT JOIN able
       ON due.who = 'executor'
      AND able.organisation_id = due.organisation_id
      AND able.person_id = due.executor_id
LEFT JOIN addressee
       ON able.user_id IS NULL
      AND addressee.organisation_id = due.organisation_id
      AND addressee.who = due.who
WHERE COALESCE(able.user_id, addressee.user_id) IS NOT NULL
"""

PERSON = "COALESCE(able.user_id, addressee.user_id)"


class Duty(NamedTuple):
    """Somebody's duty for an organisation, and who may act on it today: they, or a substitute."""

    organisation_id: int
    role: str
    person_id: int
    user_id: int


def duties(organisation_ids: Collection[int], today: date) -> set[Duty]:
    """Every duty for one of these organisations, once for each who may act on it."""
    if not organisation_ids:
        return set()
    ids = placeholders([tuple(organisation_ids)])
    sql = f"""
WITH RECURSIVE
scope(organisation_id) AS (
    SELECT id FROM compliance_organisation WHERE id IN {ids}
),
{DUTIES}
SELECT DISTINCT duty.organisation_id, duty.role, duty.user_id, able.user_id
FROM duty
JOIN able ON able.organisation_id = duty.organisation_id AND able.person_id = duty.user_id"""
    return {Duty(*row) for row in fetch(sql, [*organisation_ids, as_date(today)])}


_SCOPE_TO_PERSON = f"""
scope(organisation_id) AS (SELECT DISTINCT organisation_id FROM due),
{PEOPLE}
SELECT DISTINCT {PERSON}
{FROM_DUE_TO_PERSON}"""


def responsible(organisation_id: int, executor_id: int | None, today: date) -> set[int]:
    """The people who are told about this executor's work."""
    sql = f"""
WITH RECURSIVE
due(organisation_id, executor_id, who) AS (
    SELECT id, CAST(%s AS bigint), 'executor' FROM compliance_organisation WHERE id = %s
),
{_SCOPE_TO_PERSON}"""
    rows = fetch(sql, [executor_id, organisation_id, as_date(today)])
    return {person for (person,) in rows}


def responsible_for_plan(plan_id: int, today: date) -> set[int]:
    """The people who are told about what the plan still owes. One statement."""
    sql = f"""
WITH RECURSIVE
due(organisation_id, executor_id, who) AS (
    SELECT DISTINCT assignment.organisation_id, assignment.executor_id, 'executor'
    FROM compliance_occurrence occurrence
    JOIN compliance_assignment assignment ON assignment.id = occurrence.assignment_id
    WHERE occurrence.plan_id = %s AND occurrence.status = 'open'
),
{_SCOPE_TO_PERSON}"""
    return {person for (person,) in fetch(sql, [plan_id, as_date(today)])}
