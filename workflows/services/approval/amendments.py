"""Changing a binding plan: what the running flows add to opening and withdrawing a revision."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from compliance.domain.refusals import Conflict, Refusal
from compliance.models import Plan, Revision, User
from compliance.services.acts import Act
from compliance.services.approval import amendments
from compliance.services.plans.drafts import may_draft
from compliance.services.plans.transitions import locked_plan
from workflows.flows import ReportFlow
from workflows.models import Task
from workflows.services.tasks import engine

WITH_DRAFTERS = "rework"  # the step of an approval at which its drafters have the text


def check_may_revise(plan: Plan, act: Act) -> None:
    """Raise the reason why this person cannot change the plan now; pass if there is none."""
    amendments.check_may_open(plan, act)
    if _is_reported(plan):
        raise Conflict("report_with_ministry")


def may_revise(user: User, plan: Plan) -> bool:
    """Whether the plan's page lets the person change it: what the check says."""
    try:
        check_may_revise(plan, Act(user=user, at=timezone.now()))
    except Refusal:
        return False
    return True


def _is_reported(plan: Plan) -> bool:
    """Whether the plan's report is with the ministry, which then decides about that text."""
    tasks = Task.objects.open().of_plan_itself(plan).select_related("process")
    return any(
        task.flow_task.flow_class is ReportFlow and task.flow_task.name == "accept"
        for task in tasks
    )


@transaction.atomic
def revise_plan(plan_id: int, *, reason: str, act: Act) -> Revision:
    """The revision opened for drafting; refused while the ministry decides about the report."""
    check_may_revise(locked_plan(plan_id), act)
    return amendments.open_revision(plan_id, reason=reason, act=act)


def may_withdraw_revision(user: User, revision: Revision) -> bool:
    """Whether the revision's page lets the person withdraw it."""
    return revision.is_amendment and revision.is_editable and may_draft(user, revision.plan)


@transaction.atomic
def withdraw_revision(revision: Revision, *, reason: str, act: Act) -> Revision:
    """The revision withdrawn; an approval that had come back to its drafters ends with it."""
    task = Task.objects.open().of_amendment(revision).first()
    if task is not None:
        if task.flow_task.name != WITH_DRAFTERS:
            raise Conflict("revision_with_parties")
        engine.complete(task.pk, "withdraw", act=act)
    return amendments.withdraw_revision(revision, reason=reason, act=act)


__all__ = [
    "check_may_revise",
    "may_revise",
    "may_withdraw_revision",
    "revise_plan",
    "withdraw_revision",
]
