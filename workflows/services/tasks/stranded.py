"""Work held by people who can no longer do it: deactivated, or without the role."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from compliance.models import Assignment, Membership, Occurrence, User
from compliance.models.plans import State
from compliance.models.roles import Role
from compliance.services.people.rights import works_cared_for
from workflows.models import Task, TaskQuerySet

PEOPLE = 50  # that a warning names


@dataclass(frozen=True)
class Stranded:
    """A person who holds work, and how much."""

    person: User
    tasks: int
    measures: int


def stranded_tasks(today: date) -> TaskQuerySet:
    """Open tasks whose owner could not complete them: the role has ended, or was never theirs."""
    return _unable("owner", today)


def stranded_givers(today: date) -> TaskQuerySet:
    """Open tasks that somebody prepares for a person who could no longer finish them."""
    return _unable("delegated_by", today)


def _unable(name: str, today: date) -> TaskQuerySet:
    """Open tasks whose person in this field has the role neither directly nor as a substitute."""
    holding = Membership.objects.holding_outer("role", "organisation__path", today)
    able = Exists(holding.filter(user=OuterRef(name))) | Exists(holding.lent_to_outer(name, today))
    rows = Task.objects.open().filter(**{f"{name}__isnull": False})
    return rows.filter(Q(**{f"{name}__is_active": False}) | ~able)


def stranded_assignments(today: date) -> QuerySet[Assignment]:
    """Assignments with open due dates whose executor is deactivated or now works elsewhere."""
    here = Membership.objects.current(today).filter(
        user=OuterRef("executor"), organisation=OuterRef("organisation")
    )
    owed = Occurrence.objects.open().filter(assignment=OuterRef("pk"))
    rows = Assignment.objects.current().filter(
        Exists(owed), executor__isnull=False, measure__plan__state=State.EXECUTING
    )
    return rows.filter(Q(executor__is_active=False) | ~Exists(here))


def left_behind(user: User, today: date) -> list[Stranded]:
    """Holders of stranded work that the person looks after, those with most of it first."""
    keepers = (Role.DIRECTOR, Role.COORDINATOR, Role.ADMINISTRATOR)
    tasks = Counter(
        stranded_tasks(today)
        .filter(works_cared_for(user))
        .order_by()
        .values_list("owner", flat=True)
    )
    measures = Counter(
        stranded_assignments(today)
        .filter(user.jurisdiction().covers("organisation__path", *keepers))
        .order_by()
        .values_list("executor", flat=True)
    )
    both = tasks + measures
    people = User.objects.in_bulk([pk for pk, _count in both.most_common(PEOPLE)])
    return [
        Stranded(people[pk], tasks[pk], measures[pk]) for pk, _count in both.most_common(PEOPLE)
    ]
