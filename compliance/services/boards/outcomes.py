"""Counting all outcomes anew, and where the counts differ from the due dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from compliance.models import OutcomeCount
from compliance.models.outcomes import live

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


def miscounts() -> Iterator[Miscount]:
    """Every count that differs from the due dates, those of nothing left out. Two queries."""
    found: dict[Key, int] = {
        (organisation, month, outcome): count
        for organisation, month, outcome, count in OutcomeCount.objects.filter(
            count__gt=0
        ).values_list("organisation", "month", "outcome", "count")
    }
    for organisation, month, outcome, count in live():
        kept = found.pop((organisation, month, outcome), 0)
        if kept != count:
            yield Miscount(organisation, month, outcome, count, kept)
    for (organisation, month, outcome), kept in found.items():
        yield Miscount(organisation, month, outcome, 0, kept)
