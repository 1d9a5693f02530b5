"""What the planner of reminders need not look at again: kept on PostgreSQL by the database itself.

`PlannedPlace` says as of what a part of the country has been planned, `ChangedWork` whose due dates
have changed since. Triggers write the latter, so no service and no statement by hand can forget it;
they only ever add rows, so that no act waits for a sweep.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.models.organisations import Organisation
from notifications.models.states import PASSING


class PlannedPlace(models.Model):
    """As of what the organisations of a region in one time zone were planned last."""

    region = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    time_zone = models.CharField(max_length=50)
    day = models.DateField()  # the place's own
    as_of = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("planned place")
        verbose_name_plural = _("planned places")
        constraints = [
            models.UniqueConstraint(fields=["region", "time_zone"], name="planned_place_once")
        ]

    def __str__(self) -> str:
        return f"{self.region_id}, {self.time_zone}"


class ChangedWork(models.Model):
    """An organisation whose due dates or tasks have changed since a sweep looked at them."""

    organisation_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("changed work")
        verbose_name_plural = _("changed work")

    def __str__(self) -> str:
        return str(self.organisation_id)


# --- The triggers ---------------------------------------------------------------------------------

_OWN: Final = "SELECT organisation_id FROM {0}"
_PASSING: Final = ", ".join(f"'{reason.value}'" for reason in sorted(PASSING))
_LEFT_OUT: Final = """
    SELECT work.organisation_id FROM {0} reminder JOIN {1} work ON work.id = reminder.subject_id
    WHERE reminder.subject_kind = '{2}' AND {3}"""


def _of_reminders(rows: str, condition: str) -> str:
    kinds = (("compliance_occurrence", "occurrence"), ("compliance_interimdate", "interim"))
    return " UNION ".join(_LEFT_OUT.format(rows, *kind, condition) for kind in kinds)


Changes = Mapping[tuple[str, str], str]
"""For a table and an event, a query of `organisation_id` over the rows as they `was` and `now`
are."""

CHANGES: Final[Changes] = {
    ("compliance_occurrence", "INSERT"): _OWN.format("now"),
    ("compliance_occurrence", "UPDATE"): f"{_OWN.format('was')} UNION {_OWN.format('now')}",
    ("compliance_occurrence", "DELETE"): _OWN.format("was"),
    ("compliance_interimdate", "INSERT"): _OWN.format("now"),
    ("compliance_interimdate", "UPDATE"): f"{_OWN.format('was')} UNION {_OWN.format('now')}",
    ("compliance_interimdate", "DELETE"): _OWN.format("was"),
    ("compliance_assignment", "UPDATE"): f"{_OWN.format('was')} UNION {_OWN.format('now')}",
    ("compliance_plan", "UPDATE"): """
    SELECT work.organisation_id
    FROM now JOIN was USING (id)
    JOIN compliance_measure measure ON measure.plan_id = now.id
    JOIN compliance_assignment work ON work.measure_id = measure.id
    WHERE now.state <> was.state""",
    # A draft that was dropped: nothing has been begun any more.
    ("compliance_executionreport", "DELETE"): """
    SELECT work.organisation_id
    FROM was JOIN compliance_occurrence work ON work.id = was.occurrence_id""",
    # Left out by what may be otherwise an hour later.
    ("notifications_reminder", "UPDATE"): _of_reminders(
        "now", f"reminder.state = 'skipped' AND reminder.reason IN ({_PASSING})"
    ),
    ("notifications_reminder", "DELETE"): _of_reminders("was", "TRUE"),
}
"""Whose work is worth another look after a statement of this kind on this table."""

_SEEN: Final = {
    "INSERT": "NEW TABLE AS now",
    "UPDATE": "OLD TABLE AS was NEW TABLE AS now",
    "DELETE": "OLD TABLE AS was",
}


def statements(changes: Changes = CHANGES, prefix: str = "note") -> Iterator[str]:
    """What makes PostgreSQL note changed work, in order; the app above has changes of its own.

    The functions keep the search path of now: data are restored with an empty one.
    """
    for (table, event), whose in changes.items():
        name = _name(prefix, table, event)
        yield f"""
            CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
            SET search_path FROM CURRENT AS $$ BEGIN
            INSERT INTO {ChangedWork._meta.db_table} (organisation_id)
            SELECT DISTINCT organisation_id FROM ({whose}) work WHERE organisation_id IS NOT NULL;
            RETURN NULL; END $$"""
        yield f"""
            CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {_SEEN[event]}
            FOR EACH STATEMENT EXECUTE FUNCTION {name}()"""


def backward(changes: Changes = CHANGES, prefix: str = "note") -> Iterator[str]:
    """The statements that take it away again."""
    for table, event in changes:
        yield f"DROP TRIGGER IF EXISTS {_name(prefix, table, event)} ON {table}"
        yield f"DROP FUNCTION IF EXISTS {_name(prefix, table, event)}()"


def _name(prefix: str, table: str, event: str) -> str:
    return f"{prefix}_{event.lower()}_{table}"
