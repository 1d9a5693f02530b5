"""What a report's photos are compared with: earlier reports, and the plan's period."""

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
        .select_related("occurrence", "decided_by", "decided_for")
        .prefetch_related("evidence")
        .order_by("-pk")[:3]
    )


@dataclass(frozen=True)
class PhotoWarning:
    """Why a photo deserves a second look: its camera says it was taken before the period."""

    photo: Evidence
    taken_on: date  # unconfirmed


def photo_warnings(photos: list[Evidence], occurrence: Occurrence) -> list[PhotoWarning]:
    """Photos that, according to their camera, were taken before the plan's period.

    A camera's clock shows local time, so its date is the institution's own date.
    """
    start = occurrence.plan.period_start
    taken = [
        (photo, occurrence.organisation.today(photo.camera_at))
        for photo in photos
        if photo.camera_at
    ]
    return [PhotoWarning(photo, day) for photo, day in taken if day < start]
