"""The watchdog: every sweep leaves a record when it ends; what is late or never ran is said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from notifications.models import SweepRecord

ERROR_LENGTH = 300


@contextmanager
def watched(name: str, *, is_regular: bool = True) -> Iterator[dict[str, int]]:
    """A place for the sweep's counts; when the block is left, its record says how that went.

    Wrap it around the service, not into its transaction: a failure rolls that back. A run as of
    another moment, or over a part only, is not regular: it leaves no record.
    """
    counts: dict[str, int] = {}
    if not is_regular:
        yield counts
        return
    began = timezone.now()
    try:
        yield counts
    except Exception as error:
        # The database itself may be what failed; the error that matters is the first.
        with suppress(DatabaseError):
            SweepRecord.objects.update_or_create(
                name=name, defaults={"failed_at": timezone.now(), "error": _words(error)}
            )
        raise
    ended = timezone.now()
    SweepRecord.objects.update_or_create(
        name=name, defaults={"ended_at": ended, "took": ended - began, "counts": counts}
    )


def _words(error: Exception) -> str:
    """What failed, on one line: a database's further lines would name values of rows."""
    first = (str(error).splitlines() or [""])[0]
    return f"{type(error).__name__}: {first}"[:ERROR_LENGTH]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one sweep stands: its record, if it ever ran, and whether it is late."""

    name: str
    late_after: timedelta
    record: SweepRecord | None
    is_late: bool

    @property
    def ended_at(self) -> datetime | None:
        """When it last ended well; None when it never has."""
        return self.record.ended_at if self.record else None

    @property
    def has_failed(self) -> bool:
        """Whether its last run failed."""
        if self.record is None or self.record.failed_at is None:
            return False
        return self.ended_at is None or self.record.failed_at > self.ended_at


def standings(now: datetime) -> list[Standing]:
    """How every sweep of the schedule stands, one statement."""
    records = {record.name: record for record in SweepRecord.objects.all()}
    found = []
    for name, late_after in settings.SWEEPS_LATE_AFTER.items():
        record = records.get(name)
        ended_at = record.ended_at if record else None
        is_late = ended_at is None or ended_at < now - late_after
        found.append(Standing(name, late_after, record, is_late))
    return found
