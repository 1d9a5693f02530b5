"""What a report's photos are compared with: earlier reports, the same bytes, the period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from compliance.models import Evidence, ExecutionReport, Occurrence


def earlier_reports(occurrence: Occurrence, report: ExecutionReport) -> Any:
    """Earlier reports of the same assignment, latest first, with their photos: to compare."""
    return (
        ExecutionReport.objects.filter(occurrence__assignment=occurrence.assignment_id)
        .exclude(status=ExecutionReport.Status.DRAFT)
        .exclude(pk=report.pk)
        .filter(pk__lt=report.pk)
        .select_related("occurrence")
        .prefetch_related("evidence")
        .order_by("-pk")[:3]
    )


@dataclass(frozen=True)
class PhotoWarning:
    """Why a photo deserves a second look."""

    photo: Evidence
    kind: str  # "repeat": the same bytes for another due date; "before_period"
    taken_on: date | None = None  # by the camera, unconfirmed


def photo_warnings(photos: list[Evidence], occurrence: Occurrence) -> list[PhotoWarning]:
    """Photos that deserve a second look: the same bytes elsewhere, or taken before the period.

    A camera's clock shows the time of the place, so its date is the one that the institution had.
    """
    repeated = set(
        Evidence.objects.filter(sha256__in={photo.sha256 for photo in photos})
        .exclude(report__occurrence=occurrence)
        .values_list("sha256", flat=True)
    )
    found = [PhotoWarning(photo, "repeat") for photo in photos if photo.sha256 in repeated]
    start = occurrence.plan.period_start
    taken = [
        (photo, occurrence.organisation.today(photo.camera_at))
        for photo in photos
        if photo.camera_at
    ]
    return found + [
        PhotoWarning(photo, "before_period", day) for photo, day in taken if day < start
    ]
