"""The watchdog: every sweep leaves a record when it ends; late and missing ones are reported.

A long run shows by its pulse that it goes on. A sweep that has never run is late only when its time
has passed since the last migration of the database: a fresh installation may wait that long.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max
from django.utils import timezone

from notifications.models import SweepRecord
from notifications.services.clock import believe_or_stop, note_reading

ERROR_LENGTH = 300
PULSE = timedelta(minutes=1)  # between two signs of life
CLOCK_SLACK = timedelta(minutes=5)  # the clocks of two machines may differ by this much


class Counts(dict[str, int]):
    """What a run has counted so far, and its pulse."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self._last = timezone.now()

    def beat(self) -> None:
        """Show, at most once a minute, that the run gets on; call it outside of transactions."""
        now = timezone.now()
        if self.name and abs(now - self._last) >= PULSE:  # the clock may go back
            self._last = now
            SweepRecord.objects.update_or_create(name=self.name, defaults={"alive_at": now})


@contextmanager
def watched(name: str, *, is_regular: bool = True) -> Iterator[Counts]:
    """A place for the sweep's counts; when the block is left, its record says how it went.

    Wrap it around the service, not into its transaction, which a failure rolls back. A run as of
    another moment, or over a part only, is not regular: it leaves no record.
    """
    counts = Counts(name if is_regular else "")
    if not is_regular:
        yield counts
        return
    believe_or_stop()
    began = timezone.now()
    try:
        yield counts
    except Exception as error:
        # The database itself may be what failed; the first error is the one that matters.
        with suppress(DatabaseError):
            SweepRecord.objects.update_or_create(
                name=name, defaults={"failed_at": timezone.now(), "error": _words(error)}
            )
        raise
    ended = timezone.now()
    SweepRecord.objects.update_or_create(
        name=name, defaults={"ended_at": ended, "took": ended - began, "counts": counts}
    )
    # A time that has not come was recorded before the clock went back.
    later = SweepRecord.objects.filter(name=name)
    later.filter(failed_at__gt=ended).update(failed_at=None, error="")
    later.filter(alive_at__gt=ended).update(alive_at=None)
    note_reading()


def _words(error: Exception) -> str:
    """What failed, in one line: a database's further lines would show values of rows."""
    first = (str(error).splitlines() or [""])[0]
    return f"{type(error).__name__}: {first}"[:ERROR_LENGTH]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one sweep stands: its record, if it ever ran, and whether it is late.

    A waiting one has never run and is not late yet.
    """

    name: str
    late_after: timedelta
    record: SweepRecord | None
    is_late: bool
    is_waiting: bool

    @property
    def ended_at(self) -> datetime | None:
        """When it last ended well; None when it never has."""
        return self.record.ended_at if self.record else None

    @property
    def is_running(self) -> bool:
        """Whether a long run gave a sign of life after the last one that ended, and is not late."""
        alive_at = self.record.alive_at if self.record else None
        if alive_at is None or self.is_late or self.has_failed:
            return False
        return self.ended_at is None or alive_at > self.ended_at

    @property
    def has_failed(self) -> bool:
        """Whether its last run failed."""
        if self.record is None or self.record.failed_at is None:
            return False
        return self.ended_at is None or self.record.failed_at > self.ended_at


def standings(now: datetime) -> list[Standing]:
    """How every sweep of the schedule stands, in two statements."""
    migrations = MigrationRecorder(connection).migration_qs
    installed_at = migrations.aggregate(last=Max("applied"))["last"]
    records = {record.name: record for record in SweepRecord.objects.all()}
    found = []
    for name, late_after in settings.SWEEPS_LATE_AFTER.items():
        record = records.get(name)
        seen = _last_sign(record, now) if record else None
        has_ended = record is not None and record.ended_at is not None
        since = max(filter(None, (seen, None if has_ended else installed_at)), default=None)
        is_late = since is None or since < now - late_after
        found.append(Standing(name, late_after, record, is_late, not (is_late or has_ended)))
    return found


def _last_sign(record: SweepRecord, now: datetime) -> datetime | None:
    """When the sweep last ended well, or gave a sign of life in a run not known to have failed.

    A time still to come is no sign: the clock went back, and nothing has run since.
    """
    signs = [record.ended_at]
    if record.alive_at and not (record.failed_at and record.failed_at >= record.alive_at):
        signs.append(record.alive_at)
    return max((sign for sign in signs if sign and sign <= now + CLOCK_SLACK), default=None)
