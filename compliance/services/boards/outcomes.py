"""Counting all outcomes anew, and where the counts differ from the due dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from compliance.models import OutcomeCount
from compliance.models.outcomes import live
from compliance.services.audit.trail import one_moment

BATCH = 2_000  # rows in one statement

Key = tuple[int, date, str]
"""An organisation, the first day of a month, an outcome."""


@dataclass(frozen=True)
class Miscount:
    """A count that differs from the due dates."""

    organisation_id: int
    month: date
    outcome: str
    expected: int
    found: int


@transaction.atomic
def count_outcomes() -> int:
    """How many counts there are now that all of them have been made anew.

    Acts go on meanwhile: one that has noted its outcome is waited for, and one that notes it later
    waits and adds to the new count.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {OutcomeCount._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    OutcomeCount.objects.all().delete()
    counts = [
        OutcomeCount(organisation_id=organisation, month=month, outcome=outcome, count=count)
        for organisation, month, outcome, count in live()
    ]
    OutcomeCount.objects.bulk_create(counts, BATCH)
    return len(counts)


def miscounts() -> list[Miscount]:
    """Every count that differs from the due dates, as of one moment. Two queries."""
    with one_moment():
        counts = OutcomeCount.objects.filter(count__gt=0)
        rows = counts.values_list("organisation", "month", "outcome", "count")
        found: dict[Key, int] = {(place, month, end): count for place, month, end, count in rows}
        expected: dict[Key, int] = {
            (place, month, end): count for place, month, end, count in live()
        }
    return [
        Miscount(*key, expected.get(key, 0), found.get(key, 0))
        for key in sorted(found.keys() | expected.keys())
        if expected.get(key, 0) != found.get(key, 0)
    ]
