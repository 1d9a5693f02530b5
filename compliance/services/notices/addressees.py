"""Who gets a reminder, as common tables for the planner and the sender.

Who holds a role is the rule of `MembershipQuerySet.holding`, here as SQL for many organisations at
once: `DUTY` and `ABLE`; a test compares the two. On top of it, who is meant by a step:

* executor: the person named by the assignment, as long as they can act; otherwise every executor of
  the organisation, or its directors when it has none. Nobody's absence makes a reminder vanish.
* director: directors of the organisation or of one it is part of.
* ministry: coordinators whose jurisdiction covers it; a council looks after its ministry's region.
* Whoever substitutes for one of these that day gets it as well.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from compliance.services.notices.plain_sql import (
    CommonTable,
    Parameters,
    as_date,
    fetch,
    values,
    with_tables,
)

# The organisations asked about: each statement gives its own, or takes those named in `due`.
SCOPE = "scope"
SCOPE_OF_DUE = CommonTable(
    SCOPE, "organisation_id", "SELECT DISTINCT organisation_id FROM due", reads=("due",)
)
SCOPE_OF_ASKED = CommonTable(
    SCOPE,
    "organisation_id",
    "SELECT organisation.id FROM asked JOIN compliance_organisation organisation USING (id)",
    reads=("asked",),
)

LINEAGE = CommonTable(
    "lineage",
    "organisation_id, ancestor_id",
    """
    SELECT organisation_id, organisation_id FROM scope
    UNION ALL
    SELECT lineage.organisation_id, ancestor.parent_id
    FROM lineage
    JOIN compliance_organisation ancestor ON ancestor.id = lineage.ancestor_id
    WHERE ancestor.parent_id IS NOT NULL
""",
    reads=(SCOPE,),
)

_CURRENT = """
      ({0}.starts_on IS NULL OR {0}.starts_on <= %(day)s)
  AND ({0}.ends_on IS NULL OR {0}.ends_on >= %(day)s)"""

# The organisation that a place's people look after, with all below it: a council its ministry's.
LOOKED_AFTER = "CASE WHEN place.kind = 'council' THEN place.parent_id ELSE place.id END"

# Who holds which role for an organisation, and where: in it, above it, or in a council.
DUTY = CommonTable(
    "duty",
    "organisation_id, place_id, role, user_id",
    f"""
    SELECT lineage.organisation_id, place.id, membership.role, membership.user_id
    FROM lineage
    JOIN compliance_organisation place
      ON place.is_active AND lineage.ancestor_id = {LOOKED_AFTER}
    JOIN compliance_membership membership
      ON membership.organisation_id = place.id
     AND {_CURRENT.format("membership")}
    JOIN compliance_user person ON person.id = membership.user_id AND person.is_active
""",
    reads=(LINEAGE.name,),
)

# Who stands in for somebody in a place: from the same body, one of its departments, or above.
STANDING_IN = CommonTable(
    "standing_in",
    "absent_id, place_id, user_id",
    f"""
    SELECT DISTINCT substitution.absent_id, there.id, substitution.substitute_id
    FROM compliance_substitution substitution
    JOIN compliance_user person ON person.id = substitution.substitute_id AND person.is_active
    JOIN compliance_membership theirs
      ON theirs.user_id = substitution.absent_id
     AND {_CURRENT.format("theirs")}
    JOIN compliance_membership own
      ON own.user_id = substitution.substitute_id
     AND {_CURRENT.format("own")}
    JOIN compliance_organisation there ON there.id = theirs.organisation_id
    JOIN compliance_organisation here ON here.id = own.organisation_id AND here.is_active
    WHERE substitution.ended_at IS NULL
      AND substitution.starts_on <= %(day)s
      AND substitution.ends_on >= %(day)s
      AND here.kind = there.kind
      AND (here.path LIKE there.path || '%%' OR there.path LIKE here.path || '%%')
""",
)

# Who may act on whose duty: its holder, and those who stand in for them where they hold it.
ABLE = CommonTable(
    "able",
    "organisation_id, role, person_id, user_id",
    """
    SELECT organisation_id, role, user_id, user_id FROM duty
    UNION
    SELECT duty.organisation_id, duty.role, duty.user_id, standing_in.user_id
    FROM duty
    JOIN standing_in
      ON standing_in.absent_id = duty.user_id AND standing_in.place_id = duty.place_id
""",
    reads=(DUTY.name, STANDING_IN.name),
)

DUTIES = (LINEAGE, DUTY, STANDING_IN, ABLE)


def duties_of(condition: str, *reads: str) -> tuple[CommonTable, ...]:
    """`DUTIES` of those memberships only for which the condition holds.

    A statement about the institutions of a country says whose duties it asks for: without that
    every inspector of a ministry would stand beside each of its institutions.
    """
    duty = replace(DUTY, query=f"{DUTY.query} AND {condition}", reads=(*DUTY.reads, *reads))
    return (LINEAGE, duty, STANDING_IN, ABLE)


# Who is meant by each step where the assignment names nobody who can act.
MEANT = CommonTable(
    "meant",
    "organisation_id, who, role, person_id",
    """
    SELECT organisation_id, 'executor', role, user_id FROM duty
    WHERE role = 'executor' AND place_id = organisation_id
    UNION
    SELECT organisation_id, 'director', role, user_id FROM duty WHERE role = 'director'
    UNION
    SELECT organisation_id, 'ministry', role, user_id FROM duty WHERE role = 'coordinator'
    UNION
    SELECT director.organisation_id, 'executor', director.role, director.user_id
    FROM duty director
    WHERE director.role = 'director'
      AND NOT EXISTS (
          SELECT 1 FROM duty own
          WHERE own.organisation_id = director.organisation_id
            AND own.place_id = director.organisation_id
            AND own.role = 'executor'
      )
""",
    reads=(DUTY.name,),
)

ADDRESSEE = CommonTable(
    "addressee",
    "organisation_id, who, user_id",
    """
    SELECT DISTINCT meant.organisation_id, meant.who, able.user_id
    FROM meant
    JOIN able
      ON able.organisation_id = meant.organisation_id
     AND able.role = meant.role
     AND able.person_id = meant.person_id
""",
    reads=(MEANT.name, ABLE.name),
)

# Who can act for the organisation: a named executor who still can, and their substitutes.
NAMED = CommonTable(
    "named",
    "organisation_id, person_id, user_id",
    "SELECT DISTINCT organisation_id, person_id, user_id FROM able",
    reads=(ABLE.name,),
)

# Rows of `due` (organisation_id, executor_id or null, who, …), each with the person who gets it.
PERSON = "COALESCE(named.user_id, addressee.user_id)"
FROM_DUE_TO_PERSON = """
FROM due
LEFT JOIN named
       ON due.who = 'executor'
      AND named.organisation_id = due.organisation_id
      AND named.person_id = due.executor_id
LEFT JOIN addressee
       ON named.user_id IS NULL
      AND addressee.organisation_id = due.organisation_id
      AND addressee.who = due.who
WHERE COALESCE(named.user_id, addressee.user_id) IS NOT NULL
"""

TOLD = (MEANT, ADDRESSEE, NAMED)
PEOPLE = (*DUTIES, *TOLD)


def people_told(rows: str) -> tuple[CommonTable, ...]:
    """`PEOPLE` as far as they can be told of the rows of this table (executor_id, …)."""
    named = f"membership.user_id IN (SELECT executor_id FROM {rows})"
    meant = "membership.role IN ('executor', 'director', 'coordinator')"
    return (*duties_of(f"({meant} OR {named})", rows), *TOLD)


class HeldDuty(NamedTuple):
    """Somebody's duty for an organisation, and a person who may act on it that day."""

    organisation_id: int
    role: str
    person_id: int
    user_id: int


def duties(organisation_ids: Collection[int], day: date) -> set[HeldDuty]:
    """Every duty for one of these organisations, once for each person who may act on it."""
    if not organisation_ids:
        return set()
    asked, ids = values("asked", "id", [(pk,) for pk in organisation_ids])
    sql = f"""
{with_tables(asked, SCOPE_OF_ASKED, *DUTIES)}
SELECT organisation_id, role, person_id, user_id FROM able"""
    return {HeldDuty(*row) for row in fetch(sql, {**ids, "day": as_date(day)})}


def responsible(organisation_id: int, executor_id: int | None, day: date) -> set[int]:
    """The people who are told about this executor's work."""
    due = CommonTable(
        "due",
        "organisation_id, executor_id, who",
        """
    SELECT id, CAST(%(executor)s AS bigint), 'executor' FROM compliance_organisation
    WHERE id = %(organisation)s
""",
    )
    return _people(due, {"executor": executor_id, "organisation": organisation_id}, day)


def responsible_for_plan(plan_id: int, day: date) -> set[int]:
    """The people who are told about what the plan still owes. One statement."""
    due = CommonTable(
        "due",
        "organisation_id, executor_id, who",
        """
    SELECT DISTINCT assignment.organisation_id, assignment.executor_id, 'executor'
    FROM compliance_occurrence occurrence
    JOIN compliance_assignment assignment ON assignment.id = occurrence.assignment_id
    WHERE occurrence.plan_id = %(plan)s AND occurrence.status = 'open'
""",
    )
    return _people(due, {"plan": plan_id}, day)


def _people(due: CommonTable, parameters: Parameters, day: date) -> set[int]:
    sql = f"""
{with_tables(due, SCOPE_OF_DUE, *PEOPLE)}
SELECT DISTINCT {PERSON}
{FROM_DUE_TO_PERSON}"""
    return {person for (person,) in fetch(sql, {**parameters, "day": as_date(day)})}
