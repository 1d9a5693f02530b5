"""The bell of compliance: beat rings, a service does the work; it may ring twice."""

from celery import shared_task

from compliance.services import occurrences
from notifications.services.sweeps import watched


@shared_task
def materialise_occurrences() -> None:
    """Make the occurrences that executing plans are missing."""
    with watched("materialise-occurrences") as counts:
        counts["created"] = occurrences.materialise_occurrences()
