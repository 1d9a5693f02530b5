"""Uploaded files that nobody confirmed within their day."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from compliance.models import PeopleUpload, PlanUpload


@transaction.atomic
def forget_uploads(now: datetime) -> int:
    """How many uploaded files, of people and of plans, were deleted: their day is over."""
    people, _by_model = PeopleUpload.objects.over(now).delete()
    plans, _by_model = PlanUpload.objects.over(now).delete()
    return people + plans
