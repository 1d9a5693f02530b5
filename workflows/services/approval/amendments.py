"""Changing a plan that binds: what its flow has to say about opening and giving up a revision."""

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

WITH_DRAFTERS = "rework"  # the step of an approval at which its drafters hold the text


def check_may_revise(plan: Plan, act: Act) -> None:
    """Raise what stands against this person changing the plan now; pass if nothing does."""
    amendments.check_may_open(plan, act)
    if _is_reported(plan):
        raise Conflict("report_with_ministry")


def may_revise(user: User, plan: Plan) -> bool:
    """Whether the plan's page offers the person to change it: what the check says."""
    try:
        check_may_revise(plan, Act(user=user, at=timezone.now()))
    except Refusal:
        return False
    return True


def _is_reported(plan: Plan) -> bool:
    """Whether the plan's report is with the ministry, which decides about the text it knows."""
    tasks = Task.objects.open().of_plan_itself(plan).select_related("process")
    return any(
        task.flow_task.flow_class is ReportFlow and task.flow_task.name == "accept"
        for task in tasks
    )


@transaction.atomic
def revise_plan(plan_id: int, *, reason: str, act: Act) -> Revision:
    """The revision opened for drafting, unless the ministry is deciding about the plan's report."""
    check_may_revise(locked_plan(plan_id), act)
    return amendments.open_revision(plan_id, reason=reason, act=act)


def may_withdraw_revision(user: User, revision: Revision) -> bool:
    """Whether the revision's page offers the person to give it up."""
    return revision.is_amendment and revision.is_editable and may_draft(user, revision.plan)


@transaction.atomic
def withdraw_revision(revision: Revision, *, reason: str, act: Act) -> Revision:
    """The revision given up; the approval that had come back to its drafters ends with it."""
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
