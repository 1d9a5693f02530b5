"""Whom a reminder goes to: the one place of this rule, as SQL for the planner and the sender.

A statement that uses it has the common tables `scope` (organisation_id) and `due` (organisation_id,
executor_id or null, who) beside `PEOPLE`, and ends with `FROM_DUE_TO_PERSON`.

* executor: the person named by the assignment, as long as they can act; otherwise every executor of
  the organisation, or its directors when it has none. Nobody's absence makes a reminder vanish.
* director: directors of the organisation or of one it is part of.
* ministry: coordinators whose jurisdiction covers it; a council looks after its ministry's region.
Only active people with a current membership. Plain SQL, the same for PostgreSQL and SQLite.
"""

# Its two parameters: the day on which a membership must be current, twice.
PEOPLE = """
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
    WHERE (membership.starts_on IS NULL OR membership.starts_on <= %s)
      AND (membership.ends_on IS NULL OR membership.ends_on >= %s)
),
able(organisation_id, user_id) AS (
    SELECT DISTINCT organisation_id, user_id FROM duty
),
addressee(organisation_id, who, user_id) AS (
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
)"""

FROM_DUE_TO_PERSON = """
FROM due
LEFT JOIN able
       ON due.who = 'executor'
      AND able.organisation_id = due.organisation_id
      AND able.user_id = due.executor_id
LEFT JOIN addressee
       ON able.user_id IS NULL
      AND addressee.organisation_id = due.organisation_id
      AND addressee.who = due.who
WHERE COALESCE(able.user_id, addressee.user_id) IS NOT NULL
"""

PERSON = "COALESCE(able.user_id, addressee.user_id)"
