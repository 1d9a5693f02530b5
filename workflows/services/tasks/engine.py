"""The one door to the engine: take, release and complete a task.

Lock order: the task's own process, then the plan or occurrence. The right is checked now, under
the lock. A lost race is a Conflict (409), a missing right Forbidden (403).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from viewflow.workflow.status import STATUS

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import User
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from workflows.models import Process, Task
from workflows.steps import Brought, Outcome


def may_act(user: User | None, task: Task) -> bool:
    """Whether the person has, today, the role that the task waits for."""
    return (
        user is not None
        and task.organisation is not None
        and user.jurisdiction().holds(task.role, task.organisation.path)
    )


def may_work(user: User | None, task: Task) -> bool:
    """Whether the person may work on the task now: their own, or free in their queue."""
    return user is not None and may_act(user, task) and task.owner_id in {None, user.pk}


def may_answer(user: User | None, task: Task) -> bool:
    """Whether the person may complete the task: not while they only prepare it for another."""
    return may_work(user, task) and task.delegated_by_id is None


@contextmanager
def opened(task_id: int, act: Act) -> Iterator[Task]:
    """The open task, its process locked, for a person who may work on it.

    From here on the act is in the name of the task's owner, if the person substitutes for them.
    """
    with locked_task(task_id) as task:
        if not act.may(may_act, task):
            raise Forbidden("not_your_step")
        check_open(task)
        if not act.may(may_work, task):
            if may_act(task.owner, task):
                raise Conflict("task_taken")
            # The owner has left or lost the role: the task is back in its queue.
            set_free(task)
        yield task


@contextmanager
def locked_task(task_id: int) -> Iterator[Task]:
    """The task as it is now, its process locked; no right has been checked."""
    seen = Task.objects.only("process_id", "flow_task").get(pk=task_id)
    with seen.flow_task.flow_class.lock(seen.process_id):
        yield Task.objects.select_related(
            "organisation",
            "process__plan__type",
            "process__plan__organisation",
            "owner",
            "delegated_by",
        ).get(pk=task_id)


def set_free(task: Task) -> None:
    """Put the task back into its queue."""
    task.delegated_by, task.note = None, ""
    task.flow_task.activation_class(task).unassign()


def give(task: Task, person: User, act: Act) -> None:
    """Make the open task the person's, whoever has it now."""
    activation = task.flow_task.activation_class(task)
    if task.status == STATUS.NEW:
        activation.assign(person)
    else:
        activation.reassign(person)
    Task.objects.filter(pk=task.pk).update(assigned=act.at)


def check_open(task: Task) -> None:
    """Raise Conflict for a task that somebody has completed or that is gone; pass otherwise."""
    if task.status == STATUS.CANCELED:
        raise Conflict("task_withdrawn")
    if not task.is_open:
        raise Conflict("task_done")


def _check_not_delegated(task: Task) -> None:
    """Raise Conflict when the person only prepares the task: whoever delegated it finishes it."""
    if task.delegated_by is not None:
        raise Conflict("task_delegated", name=str(task.delegated_by))


def record_holder(task: Task, action: str, before: User | None, act: Act, reason: str = "") -> None:
    """Record in the audit trail whose the task was and whose it is now."""
    process = task.process
    record_and_tell(
        act=act,
        organisation=process.organisation,
        action=action,
        subject=process.occurrence or process.plan,
        before={"owner": before and str(before), "owner_id": before and before.pk},
        after={"step": str(task.title), "owner": task.owner and str(task.owner)},
        reason=reason.strip(),
    )


@transaction.atomic
def take(task_id: int, *, act: Act) -> Task:
    """The task, now the person's own; taking one's own task again changes nothing."""
    act = act.afresh().through(task_id)
    with opened(task_id, act) as task:
        if task.owner_id is None:
            give(task, act.person, act)
            record_holder(task, "task.take", None, act)
        return task


def release(task_id: int, *, act: Act) -> Task:
    """The task back in its queue."""
    act = act.through(task_id)
    with opened(task_id, act) as task:
        if task.owner_id is None:
            raise Forbidden("task_not_yours")
        _check_not_delegated(task)
        before = task.owner
        set_free(task)
        record_holder(task, "task.release", before, act)
        return task


def complete(task_id: int, code: str, *, act: Act, grounds: Brought | None = None) -> Task:
    """The task completed with one of its step's answers; the next step is open when this returns.

    `grounds` are of the kind that the answer takes; None where nothing was asked for.

    An untaken task is taken by the act itself. Everything happens in one transaction: the effect,
    the change of state, the audit event, the next task.
    """
    act = act.through(task_id)
    with opened(task_id, act) as task:
        step = task.flow_task
        outcome: Outcome | None = step.outcomes.get(code)
        if outcome is None:
            raise Refusal("unknown_outcome")
        grounds = grounds or outcome.brings()
        assert isinstance(grounds, outcome.brings), "an answer is given what it takes"
        _check_not_delegated(task)
        activation = step.activation_class(task)
        activation.process.acted_at = act.at
        outcome.effect(activation.process, grounds, act)
        activation.process.last_outcome = code
        activation.process.save(update_fields=["last_outcome"])
        if task.owner_id is None:
            activation.assign(act.user)
        task.outcome, task.comment = code, grounds.comment.strip()
        activation.start(None)
        activation.execute()
        Task.objects.filter(pk=task.pk).update(finished=act.at)
        return task


@transaction.atomic
def open_task(process: Process) -> Task | None:
    """The human task a process waits at, if it waits."""
    return Task.objects.open().filter(process=process).first()
