"""What a report's photos are compared with: earlier reports, and the plan's period."""

from __future__ import annotations

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


def photo_warnings(photos: list[Evidence], occurrence: Occurrence) -> list[tuple[Evidence, str]]:
    """Photos that deserve a second look: taken before the period, as their camera says."""
    start = occurrence.plan.period_start
    return [
        (photo, "before_period")
        for photo in photos
        if photo.camera_at and photo.camera_at.date() < start
    ]
