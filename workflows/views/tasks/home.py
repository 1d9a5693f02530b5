"""Home is a to-do list: what waits for this person, soonest first."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from compliance.models import Occurrence, Plan, Substitution, User
from compliance.models.jurisdictions import OVERSEEING
from compliance.models.occurrences import OccurrenceQuerySet
from compliance.models.roles import Role
from compliance.views.requests import person
from notifications.models import Message
from workflows.models import Task
from workflows.services.tasks.attention import cares

SOON = timedelta(days=14)
ROWS = 10


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is due and whose answer is awaited, by the person's roles."""
    user, now = person(request), timezone.now()
    today = user.today(now)
    roles = user.jurisdiction().roles
    tasks = Task.objects.waiting_for(user)
    reports_here = bool(roles & {Role.EXECUTOR, Role.DIRECTOR})
    due = Occurrence.objects.visible_to(user).open()
    counts = due.aggregate(
        overdue=Count("pk", filter=Q(due_on__lt=today)),
        today=Count("pk", filter=Q(due_on=today)),
        soon=Count("pk", filter=Q(due_on__gt=today, due_on__lte=today + SOON)),
    )
    nearest = due.filter(due_on__lte=today + SOON).order_by("due_on", "id")
    context = {
        "tasks": tasks.with_texts().soonest_first()[:ROWS],
        "task_count": tasks.count(),
        "reports_here": reports_here,
        "oversees": bool(roles & OVERSEEING),
        "occurrences": nearest.with_texts().with_returns()[:ROWS] if reports_here else [],
        "before": _before_photos(user) if Role.EXECUTOR in roles else [],
        "counts": counts,
        "keeps": Role.ADMINISTRATOR in roles,
        "cares": cares(user, now) if Role.ADMINISTRATOR in roles else [],
        "undelivered": Message.objects.addressed_to(user).undelivered(today - SOON)[:ROWS],
        "standing_in": _standing_in(user, today),
        "plan_count": Plan.objects.visible_to(user).count(),
        "today": today,
    }
    return render(request, "tasks/home.html", context)


def _before_photos(user: User) -> OccurrenceQuerySet:
    """What the person has to photograph before the work begins, soonest due first."""
    rows = Occurrence.objects.visible_to(user).lacking_before_photo()
    return rows.with_texts().order_by("due_on", "id")[:ROWS]


def _standing_in(user: User, today: date) -> QuerySet[Substitution]:
    """In whose name the person acts today."""
    rows = Substitution.objects.current(today).filter(substitute=user)
    return rows.select_related("absent").order_by("ends_on", "pk")
