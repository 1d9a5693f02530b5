"""Home is a to-do list: what waits for this person, soonest first."""

from __future__ import annotations

from datetime import date, timedelta

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
from compliance.services.boards import overdue as board
from compliance.services.boards.regions import own_results
from compliance.views.requests import person
from notifications.models import Message
from workflows.models import Task
from workflows.services.tasks.attention import cares

ROWS = 10


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is due, and whose answers are awaited, by the person's roles."""
    user, now = person(request), timezone.now()
    today = user.today(now)
    roles = user.jurisdiction().roles
    tasks = Task.objects.waiting_for(user)
    reports_here = bool(roles & {Role.EXECUTOR, Role.DIRECTOR})
    due, dates = board.within(user, board.BoardSelection()), LocalDates.at(now)
    nearest = board.shown(due, board.BoardShow.NEAR, dates).order_by("due_on", "id")
    context = {
        "tasks": tasks.with_texts().soonest_first()[:ROWS],
        "task_count": tasks.count(),
        "reports_here": reports_here,
        "oversees": bool(roles & OVERSEEING),
        "watches": bool(roles & WATCHING),
        "own_results": own_results(user) if Role.DIRECTOR in roles else [],
        "occurrences": nearest.with_texts().with_returns()[:ROWS] if reports_here else [],
        "before": _before_photos(user) if Role.EXECUTOR in roles else [],
        "counts": board.near_counts(due, dates),
        "keeps": Role.ADMINISTRATOR in roles,
        "cares": cares(user, now) if Role.ADMINISTRATOR in roles else [],
        "undelivered": _undelivered(user, today),
        "standing_in": _standing_in(user, today),
        "plan_count": Plan.objects.visible_to(user).count(),
    }
    return render(request, "tasks/home.html", context)


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
