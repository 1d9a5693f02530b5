"""The whole life of a plan, driven through HTTP with a separate login for each party."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.domain.periods import Period
from compliance.models import ExecutionReport, Occurrence, Plan
from compliance.services.audit import broken_chains
from tests import factories as make
from workflows.models import Task

pytestmark = pytest.mark.django_db


def signed_in(person) -> Client:
    """A browser in which the person has signed in through the login page."""
    client = Client()
    answer = client.post(
        reverse("account_login"), {"login": person.username, "password": make.PASSWORD}
    )
    assert answer.status_code == 302, answer.content.decode()
    return client


def answer(client: Client, plan: Plan, outcome: str, **data: object):
    """The open task of the plan answered on its page; the page it leads to."""
    task = Task.objects.open().get(process__plan=plan, process__report__isnull=True)
    url = reverse("task-complete", args=[task.pk])
    return client.post(url, {"outcome": outcome, **data}, follow=True)


def state(plan: Plan) -> str:
    return Plan.objects.get(pk=plan.pk).state


def test_a_plan_goes_its_whole_way():
    region = make.region()
    today = timezone.localdate()
    period = Period(date(today.year, 1, 1), date(today.year, 12, 31))
    plan = make.plan(
        region,
        make.measure(deadline_text=f"до {today + timedelta(days=5):%d.%m.%Y}"),
        period=period
        if (today + timedelta(days=5)).year == today.year
        else Period(date(today.year, 1, 1), date(today.year + 1, 12, 31)),
    )
    director, coordinator = signed_in(region.director), signed_in(region.coordinator)
    executor, inspector = signed_in(region.executor), signed_in(region.inspector)

    page = director.post(reverse("plan-send", args=[plan.pk]), follow=True)
    assert page.status_code == 200 and state(plan) == "draft"

    # Returned for rework with a comment; the state stays draft until somebody agrees.
    page = answer(coordinator, plan, "return", comment="Уточните, какой стенд")
    assert "Уточните, какой стенд" in page.content.decode() and state(plan) == "draft"
    page = answer(director, plan, "send")
    assert page.status_code == 422, "an open remark keeps the plan with its drafters"
    remark = Plan.objects.get(pk=plan.pk).revisions.get().remarks.get()
    director.post(reverse("remark-settle", args=[remark.pk]))
    answer(director, plan, "send")

    answer(coordinator, plan, "agree")
    assert state(plan) == "agreed"
    page = answer(director, plan, "approve", basis="order")
    assert page.status_code == 422 and state(plan) == "agreed", "an order has number and date"
    answer(director, plan, "approve", basis="order", basis_number="15-П", basis_date=today)
    assert state(plan) == "approved"
    answer(director, plan, "publish", published_on=today, published_url="https://example.org/plan")
    assert state(plan) == "published"
    assert Client().get(reverse("public-plan", args=[plan.pk])).status_code == 200
    coordinator.post(reverse("plan-start", args=[plan.pk]))
    assert state(plan) == "executing"

    occurrence = Occurrence.objects.get(plan=plan)
    url = reverse("occurrence", args=[occurrence.pk])
    page = executor.post(url, {"text": "Стенд обновлён", "submit": "1"}, follow=True)
    assert page.status_code == 422, "the agreed proof is a photo"
    page = executor.post(
        url, {"text": "Стенд обновлён", "submit": "1", "photos_after": make.photo()}, follow=True
    )
    assert page.status_code == 200
    occurrence.refresh_from_db()
    assert occurrence.status == "submitted"

    task = Task.objects.open().get(process__report__occurrence=occurrence)
    complete = reverse("task-complete", args=[task.pk])
    assert inspector.get(reverse("inspection", args=[task.process_id])).status_code == 200
    assert inspector.post(complete, {"outcome": "return", "comment": " "}).status_code == 422
    inspector.post(complete, {"outcome": "return", "comment": "Не видно даты"})
    page = executor.get(url)
    assert "Не видно даты" in page.content.decode(), "the remark stands where the work goes on"
    executor.post(url, {"text": "Стенд обновлён, дата видна", "submit": "1"})
    task = Task.objects.open().get(process__report__occurrence=occurrence)
    inspector.post(reverse("task-complete", args=[task.pk]), {"outcome": "accept"})
    occurrence.refresh_from_db()
    assert occurrence.status == "accepted" and occurrence.was_in_time

    director.post(reverse("plan-report", args=[plan.pk]))
    answer(coordinator, plan, "accept")
    assert state(plan) == "reported"
    assert not Task.objects.open().exists()
    assert ExecutionReport.objects.filter(occurrence=occurrence).count() == 2
    assert list(broken_chains()) == []
