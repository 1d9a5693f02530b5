"""When letters may be sent: in the daytime of the addressee's organisation."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


def sending_moment(at: datetime, zone: str, hours: tuple[int, int]) -> datetime:
    """The instant itself when it lies within the local hours, else when they next begin.

    `hours` is (first, last): (8, 20) sends from 08:00 until 19:59, (0, 24) always.
    """
    first, last = hours
    local = at.astimezone(ZoneInfo(zone))
    if first <= local.hour < last:
        return at
    day = local.date() + timedelta(days=0 if local.hour < first else 1)
    return datetime.combine(day, time(first), tzinfo=local.tzinfo)


def local_midnight(at: datetime, zone: str) -> datetime:
    """The beginning of the instant's local day."""
    local = at.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date(), time(0), tzinfo=local.tzinfo)
