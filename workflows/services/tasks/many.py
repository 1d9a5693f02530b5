"""One act on many tasks: each task has its own result, and none stops the others.

Every one goes through the engine's own door, in its own transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from compliance.domain.refusals import Conflict, Refusal
from compliance.models import Membership, User
from compliance.services.acts import Act
from compliance.services.people.rights import works_cared_for
from workflows.models import Task, TaskQuerySet
from workflows.services.tasks import engine, inboxes, reassigning

AT_ONCE = 200  # tasks of one press: about four seconds; a page shows fifty


@dataclass(frozen=True)
class Answer:
    """What came of the act on one of many tasks: nothing against it, or why not."""

    task: Task
    refusal: Refusal | None = None


def chosen(user: User, ids: Sequence[int]) -> list[Task]:
    """The tasks among these that the person works on or looks after, done ones too.

    Raises Refusal for none and for more than one press may move: before anything is done.
    """
    if not ids:
        raise Refusal("no_task_ticked")
    if len(set(ids)) > AT_ONCE:
        raise Refusal("too_many_ticked", count=len(set(ids)), limit=AT_ONCE)
    known: TaskQuerySet = Task.objects.visible_to(user) | Task.objects.filter(works_cared_for(user))
    return list(known.filter(pk__in=ids, flow_task_type="HUMAN").with_texts().soonest_first())


def take_many(tasks: Iterable[Task], *, act: Act) -> list[Answer]:
    """Each task is the person's own, or the answer says why not."""
    return _each(tasks, lambda task: engine.take(task.pk, act=_anew(act)))


def release_many(tasks: Iterable[Task], *, act: Act) -> list[Answer]:
    """Each of the person's own tasks is back in its queue, or the answer says why not."""
    return _each(tasks, lambda task: engine.release(task.pk, act=_anew(act)))


def pass_many(
    tasks: Iterable[Task], *, to: User, seen: Mapping[int, int | None], reason: str, act: Act
) -> list[Answer]:
    """Each task is the other person's, or the answer says why not.

    `seen` are the owners that the page showed, by task: what has changed hands since stays.
    """

    def passed(task: Task) -> Task:
        if task.owner_id == to.pk:
            raise Conflict("task_theirs", name=str(to))
        owner = seen.get(task.pk)
        return reassigning.reassign(task.pk, to=to, seen=owner, reason=reason, act=_anew(act))

    return _each(tasks, passed)


def _each(tasks: Iterable[Task], do: Callable[[Task], object]) -> list[Answer]:
    answers = []
    for task in tasks:
        try:
            do(task)
        except Refusal as refusal:
            answers.append(Answer(task, refusal))
        else:
            answers.append(Answer(task))
    return answers


def _anew(act: Act) -> Act:
    """The same act for the next task: in whose name it is done is settled for each."""
    return Act(user=act.user, at=act.at, address=act.address)


def receivers(tasks: Sequence[Task], day: date) -> QuerySet[User]:
    """Everybody who holds the role of one of the steps, for its organisation. One query."""
    places = {task.organisation for task in tasks if task.organisation}
    rows = Membership.objects.acting(day).over(*places).filter(role__in={t.role for t in tasks})
    return User.objects.filter(pk__in=rows.values("user")).order_by("full_name", "pk")


def offered(user: User, tasks: Iterable[Task]) -> frozenset[str]:
    """The acts that the person may do on at least one of the tasks: take, release, reassign."""
    names = ("take", "release", "reassign")
    rights = [inboxes.rights_on(user, task) for task in tasks]
    return frozenset(name for name in names if any(getattr(one, name) for one in rights))
