"""Home shows first what this person came for, then how things stand; each part once, by the roles.

Every number opens the list that it counts. What is closed is read as counts only (decision 26).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from compliance.domain.deadlines.lateness import SOON
from compliance.models import Occurrence, Plan, Substitution, User
from compliance.models.jurisdictions import OVERSEEING, WATCHING
from compliance.models.local_dates import LocalDates
from compliance.models.occurrences import OccurrenceQuerySet
from compliance.models.roles import Role
from compliance.services.boards import directors, regions
from compliance.services.boards import overdue as board
from compliance.services.boards.months import months_around, months_of
from compliance.services.incentives.lists import sheets_at_a_glance
from compliance.views.requests import person
from notifications.models import Message
from workflows.models import Task
from workflows.services.plans.lists import turn_counts
from workflows.services.plans.stages import stage_counts
from workflows.services.tasks import load
from workflows.services.tasks.attention import cares
from workflows.services.tasks.inboxes import with_photos

ROWS = 10
NOW = 50  # of what is due today or overdue
REPORTING = {Role.EXECUTOR, Role.DIRECTOR}
PICTURED = {Role.COORDINATOR, Role.HEAD, Role.COUNCIL}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is due, whose answers are awaited and how things stand, by the person's roles."""
    user, now = person(request), timezone.now()
    today, dates = user.today(now), LocalDates.at(now)
    roles = user.jurisdiction().roles
    tasks = Task.objects.waiting_for(user)
    shown = list(tasks.with_texts().soonest_first()[:ROWS])
    due = board.within(user, board.BoardSelection())
    context = {
        "tasks": with_photos(shown) if Role.INSPECTOR in roles else shown,
        "task_count": tasks.count(),
        "oversees": bool(roles & OVERSEEING),
        "watches": bool(roles & WATCHING),
        "counts": board.near_counts(due, dates),
        "own_results": regions.own_results(user) if Role.DIRECTOR in roles else [],
        "before": _before_photos(user) if Role.EXECUTOR in roles else [],
        "keeps": Role.ADMINISTRATOR in roles,
        "cares": cares(user, now) if Role.ADMINISTRATOR in roles else [],
        "undelivered": _undelivered(user, today),
        "standing_in": _standing_in(user, today),
        "plan_count": Plan.objects.visible_to(user).count(),
    }
    if roles & REPORTING:
        context |= _deadlines(due, dates)
    if Role.DIRECTOR in roles:
        context |= {"directed": directors.directed(user, today, dates)}
    if Role.HR in roles:
        context |= {"has_sheets": True, "sheets": sheets_at_a_glance(user)}
    if Role.COORDINATOR in roles:
        context |= {
            "stages": stage_counts(Plan.objects.visible_to(user)),
            "turns": turn_counts(user),
        }
    if roles & PICTURED:
        context |= _region(user, today, dates)
    if load.may_look(user):
        context |= {"loads": load.loads(user, now)}
    return render(request, "tasks/home.html", context)


def _deadlines(due: OccurrenceQuerySet, dates: LocalDates) -> dict[str, Any]:
    """What is due today and what is overdue, never one cut by the other, then what comes soon."""
    soon = board.shown(due, board.BoardShow.SOON, dates).order_by("due_on", "id")
    return {
        "reports_here": True,
        "due_now": board.today_first(due, dates).with_texts().with_returns()[:NOW],
        "due_soon": soon.with_texts().with_returns()[:ROWS],
    }


def _region(user: User, today: date, dates: LocalDates) -> dict[str, Any]:
    """The pictures with which the region's page begins."""
    places = regions.overseen(user)
    return {
        "ages": regions.ages(places, dates),
        "months": months_of(places, months_around(today), dates),
        "opens_region": regions.opens_all_lists(user),
    }


def _undelivered(user: User, today: date) -> QuerySet[Message]:
    """The person's recent letters that did not reach them, to be read here."""
    since = today - timedelta(days=SOON)
    return Message.objects.addressed_to(user).undelivered(since)[:ROWS]


def _before_photos(user: User) -> OccurrenceQuerySet:
    """What the person has to photograph before the work begins, soonest due first."""
    rows = Occurrence.objects.visible_to(user).lacking_before_photo()
    return rows.with_texts().order_by("due_on", "id")[:ROWS]


def _standing_in(user: User, today: date) -> QuerySet[Substitution]:
    """The people in whose name the person may act today."""
    rows = Substitution.objects.current(today).filter(substitute=user)
    return rows.select_related("absent").order_by("ends_on", "pk")
