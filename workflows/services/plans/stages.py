"""Where a plan is: its state or, while a party has it, what is done with it there and by whom.

This is no state of its own: it is read from the stored state and the open task of the text. The
same rule tells where a change of a binding text is, from the change's own task.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.models import Plan, Revision
from compliance.models.plans import PlanQuerySet, State
from compliance.models.roles import held_by
from workflows.flows import ApprovalFlow, ReportFlow
from workflows.models import Task, TaskQuerySet


class Stage(models.TextChoices):
    """What a plan is at, in the order of its life."""

    DRAFT = "draft", _("Draft")
    REWORKING = "reworking", _("Being reworked")
    AGREEING = "agreeing", _("Being agreed")
    AGREED = "agreed", _("Agreed")
    APPROVING = "approving", _("Being approved")
    APPROVED = "approved", _("Approved")
    PUBLISHING = "publishing", _("Waits to be published")
    PUBLISHED = "published", _("Published")
    EXECUTING = "executing", _("Executing")
    REPORTING = "reporting", _("Report being accepted")
    COMPLETING = "completing", _("Report being reworked")
    REPORTED = "reported", _("Reported")


AT_STEP: dict[Any, Stage] = {
    ApprovalFlow.agree: Stage.AGREEING,
    ApprovalFlow.rework: Stage.REWORKING,
    ApprovalFlow.approve: Stage.APPROVING,
    ApprovalFlow.publish: Stage.PUBLISHING,
    ReportFlow.accept: Stage.REPORTING,
    ReportFlow.complete: Stage.COMPLETING,
}
"""The stage of a plan with an open task, by the step; one without a task is at its state."""

WITH_PARTIES = (Stage.REWORKING, Stage.AGREEING, Stage.APPROVING, Stage.PUBLISHING)
"""The stages at which a text is on its way to being in force."""

TOWARDS: dict[Stage, State] = {
    Stage.REWORKING: State.DRAFT,
    Stage.AGREEING: State.AGREED,
    Stage.APPROVING: State.APPROVED,
    Stage.PUBLISHING: State.PUBLISHED,
    Stage.REPORTING: State.REPORTED,
    Stage.COMPLETING: State.REPORTED,
}
"""The state in whose place the steps of a plan's life name a stage: what is done leads there."""


OF_PLAN = Q(process__revision__isnull=True) | Q(process__revision__number=1)
"""A condition: the task is about the plan or its first text, not about a later change of it."""


@dataclass(frozen=True)
class Standing:
    """The stage of a text, and the open task there if there is one."""

    stage: Stage
    task: Task | None = None

    @property
    def words(self) -> str:
        """The stage and in whose hands the text is: «На согласовании у куратора»."""
        if self.task is None:
            return str(self.stage.label)
        words = {"stage": self.stage.label, "holder": held_by(self.task.role)}
        return gettext("%(stage)s %(holder)s") % words

    @property
    def place(self) -> State:
        """The state in whose place the steps of a plan's life name the stage."""
        return TOWARDS.get(self.stage) or State(self.stage)


def standing_of(plan: Plan, task: Task | None) -> Standing:
    """Where the plan is; `task` is the open one of its first text or its report, if any."""
    return Standing(AT_STEP[task.flow_task], task) if task else Standing(Stage(plan.state))


def standing_of_text(task: Task | None) -> Standing:
    """Where a text is that does not bind yet; `task` is the open one that decides about it."""
    return Standing(AT_STEP[task.flow_task] if task else Stage.DRAFT, task)


def own_tasks() -> TaskQuerySet:
    """The open tasks of plans and their first texts; at most one a plan."""
    return Task.objects.open().of_plans().filter(OF_PLAN)


def at_stage(*stages: Stage) -> Q:
    """A condition: the plan is at one of the stages."""
    steps = [step for step, stage in AT_STEP.items() if stage in stages]
    found = Q(pk__in=own_tasks().filter(flow_task__in=steps).values("process__plan"))
    idle = [stage for stage in stages if stage in State.values]
    free = Q(state__in=idle) & ~Q(pk__in=own_tasks().values("process__plan"))
    return found | free


def in_drafting() -> Q:
    """A condition: a text of the plan is with those who draw it up, its first or a change of it.

    No task says so; a row of the list says the same of its plan (`PlanRow.turn`).
    """
    changes = Revision.objects.filter(status=Revision.Status.DRAFTING, number__gt=1)
    return at_stage(Stage.DRAFT) | Q(pk__in=changes.values("plan"))


def stage_counts(rows: PlanQuerySet) -> dict[Stage, int]:
    """How many of the plans are at each stage that has any. Two queries."""
    states = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    counts = {Stage(state): count for state, count in states.items()}
    tasks = own_tasks().filter(process__plan__in=rows.order_by().values("pk")).order_by()
    held = tasks.values_list("process__plan__state", "flow_task").annotate(Count("pk"))
    for state, step, count in held:
        counts[AT_STEP[step]] = counts.get(AT_STEP[step], 0) + count
        # A plan may have changed its state between the two queries.
        counts[Stage(state)] = max(counts.get(Stage(state), 0) - count, 0)
    return {stage: counts[stage] for stage in Stage if counts.get(stage)}
