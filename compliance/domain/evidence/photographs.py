"""Limits of photographs and what a camera wrote into them; no image is decoded here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

MAX_BYTES = 25 * 2**20
MAX_PIXELS = 60_000_000
MAX_IN_REPORT = 30
COPY_SIDE = 2000  # pixels of the longer side of the copy that people see
THUMBNAIL_SIDE = 400

_DATE_TIME, _DATE_TIME_ORIGINAL = 306, 36867
_OFFSET_TIME, _OFFSET_TIME_ORIGINAL = 36880, 36881
_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})", re.ASCII)
MOST_AHEAD = timedelta(hours=14)
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class CameraData:
    """What the camera recorded; each is None if absent or absurd.

    The time is naive, as the camera's clock showed it, unless the camera names its own zone.
    """

    taken_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None


def camera_data(
    basic: Mapping[int, object], details: Mapping[int, object], place: Mapping[int, object]
) -> CameraData:
    """The camera's time and place from the EXIF directories (Exif 2.32, 4.6.4 to 4.6.6)."""
    original = _moment(details.get(_DATE_TIME_ORIGINAL), details.get(_OFFSET_TIME_ORIGINAL))
    return CameraData(
        taken_at=original or _moment(basic.get(_DATE_TIME), details.get(_OFFSET_TIME)),
        latitude=_degrees(place.get(_LATITUDE), place.get(_LATITUDE_REF), 90),
        longitude=_degrees(place.get(_LONGITUDE), place.get(_LONGITUDE_REF), 180),
    )


def _moment(value: object, offset: object) -> datetime | None:
    try:
        moment = datetime.strptime(str(value).strip("\0 "), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    if not 1990 <= moment.year < 2200:  # before digital cameras: not set
        return None
    return moment.replace(tzinfo=_zone(offset))


def _zone(offset: object) -> timezone | None:
    """The zone of `+07:00`; None for anything else."""
    found = _OFFSET.fullmatch(str(offset).strip("\0 "))
    if found is None:
        return None
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-ahead if found[1] == "-" else ahead) if ahead <= MOST_AHEAD else None


def _degrees(value: object, side: object, limit: int) -> float | None:
    if not isinstance(value, Sequence) or len(value) != 3:
        return None
    try:
        whole, minutes, seconds = (float(part) for part in value)
        degrees = whole + minutes / 60 + seconds / 3600
    except (TypeError, ValueError, ZeroDivisionError, ArithmeticError):
        return None
    if not 0 <= degrees <= limit:  # also refuses NaN
        return None
    return -degrees if str(side).upper() in {"S", "W"} else degrees
