"""Before a sweep the clock must be believed; after it the clock is believed until that moment.

docs/decisions/0023-which-clock-is-believed.md says why.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from notifications.domain.clocks import ClockReading, Doubt, doubt
from notifications.models import ClockRecord, ClockStatement

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

logger = logging.getLogger("vekha.notifications")


class ClockDoubtedError(Exception):
    """A sweep does not begin: by this clock it might do what cannot be undone."""


@dataclass(frozen=True)
class ClockState:
    """Whether the clock is believed; if not, why, and what the clock and the record show."""

    now: datetime
    doubt: Doubt | None
    believed_until: datetime | None
    database_at: datetime | None = None

    @property
    def sentence(self) -> str:
        """What is wrong, in one line for operators; empty when nothing is."""
        if self.doubt is None or self.believed_until is None:
            return ""
        ahead = (self.now - self.believed_until).days
        found = (
            f"this machine's clock shows {self.now:%Y-%m-%d %H:%M} UTC, {ahead} days after the "
            f"last work on record ({self.believed_until:%Y-%m-%d %H:%M} UTC)"
        )
        if self.database_at and abs(self.database_at - self.now) > timedelta(hours=1):
            found += f", and the database's clock shows {self.database_at:%Y-%m-%d %H:%M} UTC"
        elif self.doubt is Doubt.JUMPED:
            found += ", though the machine has not been running for so long: the clock was set"
        return f"{found}. If the clock is right, say so: manage.py confirm_clock"


def reading() -> ClockReading:
    """The clock and the uptime now; on a machine without an uptime the reading proves nothing."""
    try:
        boot = BOOT_ID.read_text().strip()
        uptime = timedelta(seconds=time.clock_gettime(time.CLOCK_BOOTTIME))
    except (OSError, AttributeError):
        boot, uptime = "", timedelta(0)
    return ClockReading(timezone.now(), boot, uptime)


def clock_state() -> ClockState:
    """Whether the clock is believed now. In the demonstration it always is: nothing is at stake."""
    now = reading()
    record = ClockRecord.objects.filter(pk=ClockRecord.ONLY).first()
    if record is None or settings.DEMO:
        return ClockState(now.at, None, None)
    last = ClockReading(record.read_at, record.boot, record.uptime)
    why = doubt(record.believed_until, last, now)
    database_at = _database_clock() if why else None
    return ClockState(now.at, why, record.believed_until, database_at)


def _database_clock() -> datetime | None:
    """What the database's own clock shows; SQLite has none."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


def believe_or_stop() -> None:
    """Return when the clock is believed, else raise ClockDoubtedError with the sentence."""
    state = clock_state()
    if state.doubt is not None:
        logger.error("No sweep runs: %s", state.sentence)
        raise ClockDoubtedError(state.sentence)


def note_reading() -> None:
    """A sweep ended well by this clock: it is believed until now, if that is further than before.

    A clock that goes back does not move the belief back: when it is right again, nothing changed.
    """
    now = reading()
    said = {"read_at": now.at, "boot": now.boot, "uptime": now.uptime}
    moved = ClockRecord.objects.filter(pk=ClockRecord.ONLY).update(
        believed_until=Greatest(F("believed_until"), now.at), **said
    )
    if not moved:
        ClockRecord.objects.get_or_create(
            pk=ClockRecord.ONLY, defaults={"believed_until": now.at, **said}
        )


@transaction.atomic
def confirm_clock(by: AbstractBaseUser | None) -> ClockState:
    """The state before; from now on the clock is believed because somebody has checked it."""
    before = clock_state()
    if before.doubt is not None and before.believed_until is not None:
        ClockStatement.objects.create(
            said_at=before.now,
            said_by_id=by.pk if by else None,
            believed_until=before.believed_until,
        )
        note_reading()
    return before
