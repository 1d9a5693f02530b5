"""Where a plan or a change of it is: its badge, the steps of its life."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString

from compliance.models import Plan, Revision
from compliance.models.plans import State
from compliance.templatetags.badges import STATE_TONES, badge
from workflows.models import Task
from workflows.services.plans.stages import Standing, standing_of, standing_of_text

register = template.Library()

TEXT_TONES = {
    Revision.Status.IN_FORCE: "good",
    Revision.Status.SUPERSEDED: "quiet",
    Revision.Status.WITHDRAWN: "quiet",
}


def badge_of(standing: Standing, words: str = "") -> SafeString:
    """The badge of where a text is; by default with the words that say in whose hands."""
    tone = "work" if standing.task else STATE_TONES[State(standing.stage)]
    return badge(tone, words or standing.words)


@register.simple_tag
def stage_badge(plan: Plan, task: Task | None) -> SafeString:
    """The badge of a plan: its state or, while a party has it, what it is there for."""
    return badge_of(standing_of(plan, task))


@register.simple_tag
def stage_tag(standing: Standing) -> SafeString:
    """The badge of where a text is, in a list whose next column says in whose hands."""
    return badge_of(standing, str(standing.stage.label))


@register.simple_tag
def revision_badge(revision: Revision, tasks: Iterable[Task]) -> SafeString:
    """The badge of a revision; `tasks` are the open ones of its plan."""
    if not revision.is_open:
        status = Revision.Status(revision.status)
        return badge(TEXT_TONES[status], str(status.label))
    task = next((one for one in tasks if one.process.revision_id == revision.pk), None)
    return badge_of(standing_of_text(task))


@register.inclusion_tag("partials/plan_steps.html")
def plan_steps(plan: Plan, task: Task | None) -> dict[str, Any]:
    """The six steps of a plan's life with the present one marked; `task` is the plan's open one."""
    order, standing = list(State), standing_of(plan, task)
    present = order.index(standing.place)
    steps = [
        {
            "label": standing.words if place == present else step.label,
            "is_done": place < present,
            "is_present": place == present,
        }
        for place, step in enumerate(order)
    ]
    return {"steps": steps, "number": present + 1, "total": len(order)}
