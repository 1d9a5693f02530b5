"""Rounds of an approval: remarks while a party has the text, and what has changed since."""

from __future__ import annotations

from django.db import transaction
from viewflow.workflow.status import STATUS

from compliance.domain.plans.differences import Differences, PlanText, differences
from compliance.domain.refusals import Conflict
from compliance.models import MeasureVersion, Remark, Revision, User
from compliance.services.acts import Act
from compliance.services.plans import remarks
from compliance.services.plans.texts import text_of
from workflows.models import Task
from workflows.services.tasks import engine

# The parties that look at the measures one by one; the publisher takes the text as a whole.
REMARKING = frozenset({"agrees", "approves"})


def since_last_seen(task: Task) -> Differences | None:
    """What has changed since the task's party last answered; None: it has not seen the text yet.

    A text is read-only while a party has it, so the party saw what was sent to it last before it
    answered.
    """
    revision = task.process.revision
    if revision is None:
        return None
    earlier = Task.objects.filter(
        process__revision=revision,
        flow_task=task.flow_task,
        role=task.role,
        status=STATUS.DONE,
    )
    answered = earlier.order_by("-finished").first()
    if answered is None:
        return None
    seen = revision.sendings.filter(sent_at__lte=answered.finished).order_by("-sent_at", "-id")
    sending = seen.first()
    if sending is None:
        return None
    return differences(PlanText.from_json(sending.content), text_of(revision))


def may_remark(user: User, task: Task | None) -> bool:
    """Whether the person's party has the text and may put remarks on its measures."""
    return task is not None and task.step.party in REMARKING and user.may(engine.may_answer, task)


def open_task_of(revision: Revision) -> Task | None:
    """The task at which the revision's approval waits."""
    tasks = Task.objects.open().of_amendment(revision)
    return tasks.select_related("owner", "organisation", "process__revision").first()


def remarks_of(revision: Revision | None, *, is_inside: bool, holds: bool) -> list[Remark]:
    """The remarks for a page: sent ones for those inside the plan, drafts for their party only."""
    if revision is None or not is_inside:
        return []
    rows = revision.remarks.select_related("author", "made_for", "settled_by", "settled_for")
    return list(rows if holds else rows.filter(is_draft=False))


@transaction.atomic
def put_remark(version: MeasureVersion, text: str, *, act: Act) -> Remark:
    """The remark of the party that has the text; it is sent when the party returns the text."""
    with engine.opened(_task_for_remark(version).pk, act):
        return remarks.draft_remark(version, text, act=act)


@transaction.atomic
def drop_remark(version: MeasureVersion, *, act: Act) -> None:
    """Delete the party's remark on a measure before it is sent."""
    task = _task_for_remark(version)
    act = act.through(task.pk)
    with engine.opened(task.pk, act):
        remarks.drop_remark(version, act=act)


def _task_for_remark(version: MeasureVersion) -> Task:
    """The task of the party that has the text; Conflict when no party has it."""
    task = open_task_of(version.revision)
    if task is None or task.step.party not in REMARKING:
        raise Conflict("revision_settled")
    return task


__all__ = [
    "drop_remark",
    "may_remark",
    "open_task_of",
    "put_remark",
    "remarks_of",
    "since_last_seen",
]
