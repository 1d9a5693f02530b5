"""The bells of compliance: beat rings, a service does the work; each may ring twice."""

from celery import shared_task
from django.utils import timezone

from compliance.services import occurrences, reminders


@shared_task
def plan_reminders() -> None:
    """Plan the reminders that are due by now."""
    reminders.plan_reminders(timezone.now())


@shared_task
def materialise_occurrences() -> None:
    """Make the occurrences that executing plans are missing."""
    occurrences.materialise_occurrences()
