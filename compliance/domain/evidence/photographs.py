"""Limits of photographs and what a camera wrote into them; no image is decoded here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

MAX_BYTES = 25 * 2**20
MAX_PIXELS = 60_000_000
MAX_IN_REPORT = 30
COPY_SIDE = 2000  # pixels of the longer side of what people look at
THUMBNAIL_SIDE = 400

_DATE_TIME, _DATE_TIME_ORIGINAL = 306, 36867
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class CameraData:
    """What the camera says of itself: naive local time and place, each None if absent or absurd."""

    taken_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None


def camera_data(
    basic: Mapping[int, object], details: Mapping[int, object], place: Mapping[int, object]
) -> CameraData:
    """The camera's time and place from the EXIF directories (Exif 2.32, 4.6.4 to 4.6.6)."""
    return CameraData(
        taken_at=_moment(details.get(_DATE_TIME_ORIGINAL) or basic.get(_DATE_TIME)),
        latitude=_degrees(place.get(_LATITUDE), place.get(_LATITUDE_REF), 90),
        longitude=_degrees(place.get(_LONGITUDE), place.get(_LONGITUDE_REF), 180),
    )


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.strptime(str(value).strip("\0 "), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    return moment if 1990 <= moment.year < 2200 else None  # before digital cameras: not set


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
