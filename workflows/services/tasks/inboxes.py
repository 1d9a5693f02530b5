"""What waits for a person: the lists of the inbox, their filters and their counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, F, Min, Q
from django.utils.translation import gettext_lazy as _

from compliance.models import Evidence, Organisation, User
from compliance.models.local_dates import LocalDates
from compliance.models.organisations import names_apart
from compliance.services.people.rights import works_cared_for
from workflows.models import Task, TaskQuerySet, in_role_of, is_free
from workflows.services.tasks import engine
from workflows.services.tasks.reassigning import may_reassign, may_return

WEEK = timedelta(days=7)
INSTITUTIONS = 300  # that a filter offers; a larger region is searched by words


class InboxShow(models.TextChoices):
    """The lists of the inbox."""

    ALL = "all", _("All that I may do")
    MINE = "mine", _("Mine")
    QUEUE = "queue", _("In my queues")
    INSTEAD = "instead", _("Of those I substitute for")
    GIVEN = "given", _("Given to others to prepare")
    CARE = "care", _("Taken by people I look after")


class Due(models.TextChoices):
    """By when."""

    OVERDUE = "overdue", _("Overdue")
    TODAY = "today", _("Today")
    WEEK = "week", _("In the next seven days")


class InboxSort(models.TextChoices):
    """In what order."""

    DUE = "due", _("Soonest due first")
    NEW = "new", _("Newest first")
    PLACE = "place", _("By organisation")


@dataclass(frozen=True)
class InboxSelection:
    """What a person asked to see, as the address says it."""

    show: str = InboxShow.ALL
    step: Any = None  # a node of a flow
    organisation: int | None = None
    due: str = ""
    words: str = ""
    sort: str = InboxSort.DUE


def lists_of(user: User) -> dict[str, Q]:
    """The condition of each list, by its name; open human tasks only."""
    duties = user.jurisdiction()
    holders = dict(duties.of_each_holder())
    away = [holder for holder in holders if holder != user.pk]
    role, free = in_role_of(duties), is_free()
    own = in_role_of(holders[user.pk]) if user.pk in holders else Q(pk__in=[])
    mine = role & Q(owner=user)
    queue = own & free
    instead = Q(pk__in=[])
    if away:
        lent = in_role_of(duties) & free & ~own
        instead = role & Q(owner__in=away) | lent
    return {
        InboxShow.ALL: mine | queue | instead,
        InboxShow.MINE: mine,
        InboxShow.QUEUE: queue,
        InboxShow.INSTEAD: instead,
        InboxShow.GIVEN: role & Q(delegated_by=user),
        InboxShow.CARE: works_cared_for(user)
        & Q(owner__isnull=False)
        & ~Q(owner__in=[user.pk, *away]),
    }


def tallies(lists: dict[str, Q]) -> dict[str, list[tuple[Any, int]]]:
    """Of each list: (step, how many) for the kinds of steps in it, most frequent first.

    One statement, from which `counts` has its numbers, too.
    """
    any_list = Q(pk__in=[])
    for condition in lists.values():
        any_list |= condition
    steps = Task.objects.open().filter(any_list).order_by().values("flow_task")
    found = list(
        steps.annotate(**{f"in_{name}": Count("pk", filter=rows) for name, rows in lists.items()})
    )
    return {
        name: sorted(
            ((row["flow_task"], row[f"in_{name}"]) for row in found if row[f"in_{name}"]),
            key=lambda step: -step[1],
        )
        for name in lists
    }


def counts(tallies: dict[str, list[tuple[Any, int]]]) -> dict[str, int]:
    """How many tasks each list holds."""
    return {name: sum(count for _step, count in steps) for name, steps in tallies.items()}


def selected(lists: dict[str, Q], wanted: InboxSelection, now: datetime) -> TaskQuerySet:
    """The tasks of a list that were asked for, in the order asked for."""
    rows = Task.objects.open().filter(lists[wanted.show])
    if wanted.step is not None:
        rows = rows.filter(flow_task=wanted.step)
    if wanted.organisation is not None:
        rows = rows.filter(organisation=wanted.organisation)
    if wanted.due:
        dates = LocalDates.at(now)
        rows = rows.filter(dates.where("organisation__time_zone", _due(wanted.due)))
    if wanted.words:
        rows = rows.naming(wanted.words)
    return _sorted(rows, wanted.sort)


def _due(due: str) -> Callable[[date], Q]:
    """The condition of a filter on the due date, by the date where the task waits."""
    conditions: dict[str, Callable[[date], Q]] = {
        Due.OVERDUE: lambda today: Q(due_on__lt=today),
        Due.TODAY: lambda today: Q(due_on=today),
        Due.WEEK: lambda today: Q(due_on__range=(today, today + WEEK)),
    }
    return conditions[due]


def _sorted(rows: TaskQuerySet, sort: str) -> TaskQuerySet:
    if sort == InboxSort.NEW:
        return rows.order_by("-created", "-id")
    if sort == InboxSort.PLACE:
        return rows.order_by("organisation__name", F("due_on").asc(nulls_last=True), "id")
    return rows.soonest_first()


def places(lists: dict[str, Q], show: str) -> list[tuple[int, str]]:
    """(id, name) of the organisations that tasks of a list are about."""
    rows = Task.objects.open().filter(lists[show]).order_by()
    found = Organisation.objects.filter(pk__in=rows.values("organisation"))
    few = found.only("name", "short_name", "municipality")[:INSTITUTIONS]
    return list(names_apart(few).items())


def following(user: User, task: Task) -> Task | None:
    """The next task of the same kind that waits for the person, soonest due first."""
    waiting = Task.objects.waiting_for(user).filter(
        flow_task=task.flow_task, delegated_by__isnull=True
    )
    return waiting.exclude(pk=task.pk).soonest_first().first()


def with_photos(tasks: list[Task]) -> list[Task]:
    """The tasks, each with `photo`: the first one of the report that it is about, or None.

    One query; pages show its small copy.
    """
    reports = [task.process.report_id for task in tasks if task.process.report_id]
    photos = Evidence.objects.filter(report__in=reports).exclude(thumbnail="").order_by()
    first = photos.values("report").annotate(first=Min("pk")).values("first")
    found = {photo.report_id: photo for photo in Evidence.objects.filter(pk__in=first)}
    for task in tasks:
        task.photo = found.get(task.process.report_id)
    return tasks


@dataclass(frozen=True)
class TaskRights:
    """The acts on a task that a row offers; the services check the same predicates again."""

    take: bool
    release: bool
    delegate: bool
    reassign: bool
    give_back: bool  # end a delegation
    prepares: bool  # … by returning what was prepared
    lent: User | None  # in whose name the person acts, if not in their own

    @property
    def many(self) -> bool:
        """Whether the row can be ticked, to be moved together with others."""
        return self.take or self.release or self.reassign

    @property
    def some(self) -> bool:
        """Whether there is anything to do but take it."""
        return self.release or self.delegate or self.reassign or self.give_back


def rights_on(user: User, task: Task) -> TaskRights:
    """The person's rights on a task of a list; `owner` and `organisation` must be loaded."""
    is_theirs = task.owner_id is not None and user.may(engine.may_work, task)
    may_answer = is_theirs and user.may(engine.may_answer, task)
    is_free = task.owner is None or not task.owner.is_active
    names = [name for name in user.names_to_act_in() if engine.may_act(name, task)]
    holder = next((name for name in names if name.pk == task.owner_id), names[0] if names else None)
    return TaskRights(
        take=task.is_open and is_free and holder is not None,
        release=is_theirs and task.delegated_by_id is None,
        delegate=may_answer,
        reassign=user.may(may_reassign, task),
        give_back=user.may(may_return, task),
        prepares=task.owner_id in user.stands_for(),
        lent=holder if holder is not None and holder != user else None,
    )
