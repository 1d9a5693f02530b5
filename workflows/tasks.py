"""The bell of workflows: beat rings, a service does the work; it may ring twice."""

from celery import shared_task

from compliance.services.acts import Act
from workflows.services import matters


@shared_task
def start_due_plans() -> None:
    """Begin the execution of published plans whose first day has come."""
    matters.start_due_plans(act=Act.of_system())
