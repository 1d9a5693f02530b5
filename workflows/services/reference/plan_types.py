"""Changing a plan type while work may be waiting for the parties that change."""

from __future__ import annotations

from django.db import transaction

from compliance.domain.refusals import Refusal
from compliance.models import PlanType
from compliance.services.acts import Act
from compliance.services.execution.renewals import renew_interims
from compliance.services.reference import plan_types
from compliance.services.reference.plan_types import TypeDraft
from workflows.flows import ApprovalFlow, ReportFlow
from workflows.models import Task

# Steps whose party is looked up in the type each time, and the column that names it.
ASKED_ANEW = {
    "drafted_by": ApprovalFlow.rework,
    "reported_by": ReportFlow.complete,
    "accepted_by": ReportFlow.accept,
}


@transaction.atomic
def change_type(type_id: int, draft: TypeDraft, *, seen_before: str, act: Act) -> PlanType:
    """The plan type with other parties; refused while a task waits at a step that would move."""
    kind = PlanType.objects.select_for_update().get(pk=type_id)
    moved = [
        step for name, step in ASKED_ANEW.items() if getattr(kind, name) != getattr(draft, name)
    ]
    interims = kind.interim_checkpoints
    changed = plan_types.change_type(type_id, draft, seen_before=seen_before, act=act)
    if changed.interim_checkpoints != interims:
        renew_interims(changed, act=act)
    waiting = Task.objects.open().filter(process__plan__type=kind, flow_task__in=moved).count()
    if waiting:
        raise Refusal("type_in_use", count=waiting)
    return changed
