"""The task that beat starts for sending: the service does the work."""

from celery import shared_task
from django.utils import timezone

from notifications.services.delivery import deliver_messages as deliver
from notifications.services.sweeps import watched


@shared_task
def deliver_messages() -> None:
    """Send the letters that are due now."""
    with watched("deliver-messages") as counts:
        counts.update(deliver(timezone.now(), beat=counts.beat))
