"""A task changes hands: given to another for good, or to be prepared and returned.

A receiver's row is locked before the process, as a hand-over does it: nothing reaches somebody
who is leaving at that moment.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import Membership, User
from compliance.services.acts import Act
from compliance.services.people.rights import looks_after, works_cared_for
from workflows.models import Task, TaskQuerySet
from workflows.services.tasks import engine


def may_reassign(user: User | None, task: Task) -> bool:
    """Whether the person may give the task away: its owner, or who looks after such steps."""
    if user is None or task.organisation is None:
        return False
    is_own = task.owner_id == user.pk and engine.may_answer(user, task)
    return is_own or looks_after(user, task.role, task.organisation.path)


def may_return(user: User | None, task: Task) -> bool:
    """Whether the person may end a delegation: whoever prepares the task, or asked for that."""
    if user is None or task.delegated_by_id is None:
        return False
    return user.pk in {task.owner_id, task.delegated_by_id}


def tasks_in_care_of(user: User) -> TaskQuerySet:
    """Open tasks of the steps that the person looks after, whoever has them."""
    return Task.objects.open().filter(works_cared_for(user))


def possible_receivers(task: Task, at: datetime) -> QuerySet[User]:
    """People who hold the step's role for the task's organisation, its owner left out."""
    assert task.organisation is not None, "a human task has its organisation"
    day = task.organisation.today(at)
    rows = Membership.objects.holding(task.role, task.organisation, day)
    people = User.objects.filter(pk__in=rows.values("user"))
    return people.exclude(pk=task.owner_id).order_by("full_name", "pk")


@transaction.atomic
def reassign(task_id: int, *, to: User, seen: int | None, reason: str, act: Act) -> Task:
    """The task, now the other person's. `seen`: the id of the owner that the page showed.

    Raises Conflict when the task has another owner by now, so that of two people only one moves it.
    """
    receiver = _locked(to)
    act = act.through(task_id)
    with engine.locked_task(task_id) as task:
        _check_as_seen(task, seen)
        if not act.may(may_reassign, task):
            raise Forbidden("not_your_step")
        before = task.owner
        _move(task, receiver, act, delegated_by=None, note=reason)
        engine.record_holder(task, "task.reassign", before, act, reason)
        return task


@transaction.atomic
def delegate(task_id: int, *, to: User, seen: int | None, asked: str, act: Act) -> Task:
    """The task with the other person, who prepares it; the person who gave it finishes it."""
    if not asked.strip():
        raise Refusal("words_given")
    receiver = _locked(to)
    act = act.through(task_id)
    with engine.locked_task(task_id) as task:
        _check_as_seen(task, seen)
        if not act.may(engine.may_answer, task):
            raise Forbidden("not_your_step")
        giver = task.owner or act.on_behalf_of or act.person
        _move(task, receiver, act, delegated_by=giver, note=asked)
        engine.record_holder(task, "task.delegate", giver, act, asked)
        return task


@transaction.atomic
def return_delegated(task_id: int, *, answer: str, act: Act) -> Task:
    """The task back with the person who delegated it: returned with an answer, or called back.

    When that person has meanwhile left, it goes back into its queue: nobody else may finish it.
    """
    act = act.through(task_id)
    with engine.locked_task(task_id) as task:
        engine.check_open(task)
        if task.delegated_by is None:
            raise Conflict("task_moved")
        if not act.may(may_return, task):
            raise Forbidden("not_your_step")
        is_answer = task.owner_id in act.people
        if is_answer and not answer.strip():
            raise Refusal("words_given")
        before, giver = task.owner, task.delegated_by
        if engine.may_act(giver, task):
            task.delegated_by, task.note, task.note_by = None, answer.strip(), act.user
            engine.give(task, giver, act)
        else:
            engine.set_free(task)
        engine.record_holder(
            task, "task.return" if is_answer else "task.recall", before, act, answer
        )
        return task


def _locked(person: User) -> User:
    """The person's row, locked and read again, so that their rights are those of this moment."""
    return User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _check_as_seen(task: Task, seen: int | None) -> None:
    engine.check_open(task)
    if task.owner_id != seen:
        raise Conflict("task_moved")


def _move(task: Task, receiver: User, act: Act, *, delegated_by: User | None, note: str) -> None:
    """Give the task to somebody who may take the step by a right of their own."""
    assert task.organisation is not None, "a human task has its organisation"
    able = possible_receivers(task, act.at).filter(pk=receiver.pk)
    if not able.exists():
        raise Refusal("receiver_cannot", name=str(receiver))
    task.delegated_by, task.note, task.note_by = delegated_by, note.strip(), act.user
    engine.give(task, receiver, act)
