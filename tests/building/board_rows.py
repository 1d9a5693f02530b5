"""What the boards' tests share: rows around today, and what a page lists of them."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from compliance.models import Occurrence, Plan
from tests.building.due_dates import due, executing_plan


def today(region):
    return region.own.today(timezone.now())


def near(region, *days: int, **given) -> list[Occurrence]:
    """Open due dates so many days from today, of one executing plan of the own institution."""
    plan = Plan.objects.filter(organisation=region.own).first() or executing_plan(region)
    given.setdefault("executor", region.executor)
    return due(plan, *(today(region) + timedelta(days=one) for one in days), **given)


def listed(client, person, **query):
    """The ids on the board that a person gets for a query."""
    client.force_login(person)
    page = client.get(reverse("overdue"), query)
    assert page.status_code == 200
    return [row.occurrence.pk for group in page.context["groups"] for row in group.rows]
