"""The scheduled tasks of workflows: a service does the work; each may run twice."""

from celery import shared_task
from django.utils import timezone

from compliance.services.acts import Act
from notifications.services.sweeps import watched
from workflows.services import inspections
from workflows.services.notices import reminders
from workflows.services.plans import sending


@shared_task
def start_due_plans() -> None:
    """Begin the execution of published plans whose first day has come."""
    with watched("start-due-plans") as counts:
        counts["started"] = sending.start_due_plans(act=Act.of_system())


@shared_task
def plan_reminders() -> None:
    """Plan the reminders that are due by now."""
    with watched("plan-reminders") as counts:
        counts.update(reminders.plan_reminders(timezone.now()))


@shared_task
def plan_inspections() -> None:
    """Plan the inspections that the active policies ask for."""
    with watched("plan-inspections") as counts:
        counts["inspections"] = inspections.plan_by_policy(act=Act.of_system())
