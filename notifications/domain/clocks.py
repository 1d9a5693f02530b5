"""Whether a clock can be believed: a rule about readings, without a clock of its own.

By a clock that jumped ahead, reminders would be made for a time that has not come, and they cannot
be taken back. A long outage looks the same: the last record is far behind. A counter that nobody
sets, the machine's uptime, tells the two apart: when it has counted as much as the clock has moved,
the clock is right. A clock may always be behind the records: then it was set back, and records of
a later time are simply ignored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_STEP = timedelta(days=1)
"""A clock may be this far ahead of the last believed time without further proof."""


@dataclass(frozen=True)
class ClockReading:
    """A clock beside the machine's uptime; `boot` names the start that the uptime counts from."""

    at: datetime
    boot: str
    uptime: timedelta


class Doubt(StrEnum):
    """Why a clock is not believed."""

    JUMPED = "jumped"  # the uptime did not move as far: the clock was set ahead
    UNPROVEN = "unproven"  # the machine was restarted since: an outage, or a clock set ahead


def doubt(
    believed_until: datetime | None, last: ClockReading | None, now: ClockReading
) -> Doubt | None:
    """Why this reading is not to be believed; None when it is.

    `believed_until` is the latest time that was ever believed, `last` the last believed reading.
    """
    if believed_until is None or now.at <= believed_until + LONGEST_STEP:
        return None
    if last is None or not now.boot or last.boot != now.boot:
        return Doubt.UNPROVEN
    moved, counted = now.at - last.at, now.uptime - last.uptime
    return Doubt.JUMPED if abs(moved - counted) > LONGEST_STEP else None
