"""What waits for the inspectors of a region: by person and by week, and what nobody has taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Case, Count, F, Q, When
from django.utils.translation import gettext_lazy as _

from compliance.models import Membership, User
from compliance.models.local_dates import LocalDates
from compliance.models.roles import Role
from workflows.models import Task, TaskQuerySet, is_free

LOOKING = (Role.COORDINATOR, Role.HEAD)  # who sees it, in their own region
QUEUE = "queue"  # in the address, in place of a person: nobody has taken it


class LoadDue(models.TextChoices):
    """By when, in weeks; each task is in exactly one of these lists."""

    OVERDUE = "overdue", _("Overdue")
    WEEK = "week", _("Until Sunday")
    NEXT = "next", _("Next week")
    LATER = "later", _("Later")


@dataclass(frozen=True)
class LoadSelection:
    """Which tasks a person asked to see, as the address says it."""

    holder: int | None = None
    is_free: bool = False  # only what nobody has taken
    due: str = ""


@dataclass(frozen=True)
class Load:
    """How much one person has, or, without a person, the queue; `counts` by LoadDue."""

    holder: int | None
    name: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.counts.values())


def may_look(user: User) -> bool:
    """Whether the person looks after a region's inspections."""
    return bool(user.jurisdiction().paths(*LOOKING))


def tasks_of_inspectors(user: User) -> TaskQuerySet:
    """The open tasks of inspectors in the regions that the person looks after."""
    mine = user.jurisdiction().covers("organisation__path", *LOOKING)
    return Task.objects.open().filter(mine, role=Role.INSPECTOR)


def selected(user: User, wanted: LoadSelection, now: datetime) -> TaskQuerySet:
    """Those that were asked for, soonest due first."""
    rows = tasks_of_inspectors(user)
    if wanted.is_free:
        rows = rows.filter(is_free())
    elif wanted.holder is not None:
        rows = rows.filter(owner=wanted.holder, owner__is_active=True)
    if wanted.due:
        rows = rows.filter(_due(wanted.due, LocalDates.at(now)))
    return rows.soonest_first()


def loads(user: User, now: datetime) -> list[Load]:
    """What each inspector of the region has, those without anything too; first the queue.

    Three queries.
    """
    dates = LocalDates.at(now)
    holder = Case(When(~is_free(), then=F("owner_id")))
    columns = {str(due): Count("pk", filter=_due(due, dates)) for due in LoadDue}
    rows = tasks_of_inspectors(user).order_by().values(holder=holder, name=F("owner__full_name"))
    queue = dict.fromkeys(LoadDue.values, 0)
    found: dict[int, Load] = {
        pk: Load(pk, name, dict.fromkeys(LoadDue.values, 0))
        for pk, name in _inspectors(user, user.today(now))
    }
    for row in rows.annotate(**columns):
        counts = {due: row[due] for due in LoadDue.values}
        if row["holder"] is None:  # several rows: of nobody, and of people who have left
            queue = {due: queue[due] + counts[due] for due in counts}
        else:
            found[row["holder"]] = Load(row["holder"], row["name"], counts)
    people = sorted(found.values(), key=lambda one: (-one.total, one.name, one.holder or 0))
    return [Load(None, "", queue), *people]


def _inspectors(user: User, today: date) -> list[tuple[int, str]]:
    """(id, name) of the people who work as inspectors in the person's regions."""
    here = user.jurisdiction().covers("organisation__path", *LOOKING)
    rows = Membership.objects.acting(today).filter(here, role=Role.INSPECTOR).order_by()
    return list(rows.values_list("user_id", "user__full_name").distinct())


def _due(due: str, dates: LocalDates) -> Q:
    """The condition of one of the lists, by the date where the task waits."""

    def until(day: date) -> date:
        return day + timedelta(days=6 - day.weekday())

    conditions: dict[str, Callable[[date], Q]] = {
        LoadDue.OVERDUE: lambda day: Q(due_on__lt=day),
        LoadDue.WEEK: lambda day: Q(due_on__range=(day, until(day))),
        LoadDue.NEXT: lambda day: Q(
            due_on__range=(until(day) + timedelta(days=1), until(day) + timedelta(days=7))
        ),
        LoadDue.LATER: lambda day: (
            Q(due_on__gt=until(day) + timedelta(days=7)) | Q(due_on__isnull=True)
        ),
    }
    return dates.where("organisation__time_zone", conditions[due])
