"""Whether a clock can be believed: a rule about readings, without a clock of its own.

A clock that jumped ahead makes reminders of a time that has not come, and cannot take them back.
A long outage looks alike: the last thing on record is far behind. What tells the two apart is a
counter that nobody sets, the machine's uptime: when it has counted as much as the clock has moved,
the clock is right. Behind what is on record a clock may always be: that is a jump back, and what
bears a later time is simply not looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_STEP = timedelta(days=1)
"""So far ahead of what was last believed a clock goes on by itself."""


@dataclass(frozen=True)
class ClockReading:
    """A clock beside the machine's uptime; `boot` names the start that the uptime counts from."""

    at: datetime
    boot: str
    uptime: timedelta


class Doubt(StrEnum):
    """Why a clock is not believed."""

    JUMPED = "jumped"  # the uptime did not go along: it was set ahead
    UNPROVEN = "unproven"  # the machine was started since: an outage or a clock set ahead


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
