"""The whole life of a plan, driven through HTTP with a separate login for each party."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.domain.calendar.periods import Period
from compliance.models import ExecutionReport, MeasureVersion, Occurrence, Plan
from compliance.services.audit.trail import broken_chains
from tests.building import factories as make
from tests.building.executed import counts_as
from tests.building.smolensk import imported, smolensk_region
from workflows.models import Task
from workflows.services.plans.sending import start_due_plans

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
    task = Task.objects.open().of_plan_itself(plan).get()
    url = reverse("task-complete", args=[task.pk])
    return client.post(url, {"outcome": outcome, **data}, follow=True)


def state(plan: Plan) -> str:
    return Plan.objects.get(pk=plan.pk).state


def choose_proofs(client: Client, plan: Plan) -> None:
    """Accept what the table of the draft suggests; the rest is proved by documents."""
    page = client.get(reverse("revision-table", args=[plan.pk, 1])).content.decode()
    suggested = re.findall(r'name="(suggested-\d+)" value="(\w+)"', page)
    rows = MeasureVersion.objects.filter(revision__plan=plan)
    ticked = {"measure": list(rows.values_list("pk", flat=True))}
    url = reverse("revision-table-many", args=[plan.pk, 1])
    client.post(url, {**ticked, "column": "suggested", **dict(suggested)})
    assert list(rows.filter(proof="").values_list("number", flat=True)) == ["1.3", "1.4", "1.7"]
    ticked = {"measure": list(rows.filter(proof="").values_list("pk", flat=True))}
    client.post(url, {**ticked, "column": "proof", "proof": "document"})


def test_the_smolensk_plan_goes_its_whole_way():
    """The real document, in its own time: imported in December 2016, reported in January 2019."""
    with time_machine.travel(datetime(2016, 12, 20, 12, tzinfo=UTC), tick=True) as clock:
        region = smolensk_region()
        plan = imported(region)
        coordinator, head = signed_in(region.coordinator), signed_in(region.head)
        council, executor = signed_in(region.councillor), signed_in(region.executor)
        inspector = signed_in(region.inspector)

        page = coordinator.post(reverse("plan-send", args=[plan.pk]))
        said = page.content.decode().split('role="alert"')[1].split("</div>")[0]
        assert page.status_code == 422 and said.count("<li>") == 14, "no proof is assumed"
        choose_proofs(coordinator, plan)
        page = coordinator.post(reverse("plan-send", args=[plan.pk]))
        said = page.content.decode().split('role="alert"')[1].split("</div>")[0]
        assert page.status_code == 422 and said.count("<li>") == 2
        assert "1.5 «" in said and "1.6 «" in said
        page = coordinator.get(reverse("plan-deadlines", args=[plan.pk]))
        assert "В установленные сроки" in page.content.decode()
        for version in MeasureVersion.objects.unsettled():
            url = reverse("deadline-confirm", args=[version.pk])
            coordinator.post(url, {f"{version.pk}-dates": "01.06.2017; 01.06.2018"})
        coordinator.post(reverse("plan-send", args=[plan.pk]))

        assert head.get(plan.get_absolute_url()).status_code == 200
        answer(head, plan, "agree")
        minutes = {"basis": "minutes", "basis_number": "30-ОС", "basis_date": "2016-12-05"}
        answer(council, plan, "approve", **minutes)
        published = {"published_on": "2016-12-20", "published_url": "https://example.org/plan"}
        answer(coordinator, plan, "publish", **published)
        assert state(plan) == "published"
        assert start_due_plans(act=make.act(None)) == 0, "its first day has not come"
        clock.move_to(datetime(2017, 1, 9, 6, tzinfo=UTC))
        assert start_due_plans(act=make.act(None)) == 1
        assert state(plan) == "executing"

        # Fourteen measures; the class of institutions has become both of them, outside bodies none.
        assert plan.measures.count() == 14
        own = Occurrence.objects.filter(plan=plan, organisation=region.own)
        settled = own.get(version__number="1.5", due_on__year=2017)
        assert settled.due_on == date(2017, 6, 1)
        assert own.filter(version__number="2.1").count() == 8, "quarterly checkpoints of two years"
        assert own.filter(version__number="3.1").count() == 4, "twice a year"
        assert not own.filter(version__number="1.3").exists(), "that one is NGOs' by consent"
        assert own.filter(due_on__gt=date(2018, 12, 31)).count() == 0

        clock.move_to(datetime(2017, 5, 30, 9, tzinfo=UTC))
        executor, inspector = signed_in(region.executor), signed_in(region.inspector)
        url = reverse("occurrence", args=[settled.pk])
        report = {"text": "Мероприятия плана выполнены", "submit": "1"}
        executor.post(url, {**report, "photos_after": make.photo()})
        task = Task.objects.open().get(process__report__occurrence=settled)
        inspector.post(reverse("task-complete", args=[task.pk]), {"outcome": "accept"})
        settled.refresh_from_db()
        assert settled.status == "accepted" and settled.done_on == date(2017, 5, 30)

        clock.move_to(datetime(2019, 1, 14, 9, tzinfo=UTC))
        coordinator, head = signed_in(region.coordinator), signed_in(region.head)
        page = coordinator.post(reverse("plan-report", args=[plan.pk]))
        assert page.status_code == 422, "what is neither done nor explained holds the report back"
        for occurrence in Occurrence.objects.filter(plan=plan).open():
            occurrence.not_done_reason = "Перенесено в план 2019 года"
            occurrence.save()
        coordinator.post(reverse("plan-report", args=[plan.pk]))
        answer(head, plan, "accept")
        assert state(plan) == "reported"
        assert Occurrence.objects.filter(plan=plan).on_control().exists(), "not done is not closed"
        assert list(broken_chains()) == []


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
    assert inspector.get(reverse("verification", args=[task.process_id])).status_code == 200
    assert inspector.post(complete, {"outcome": "return", "comment": " "}).status_code == 422
    inspector.post(complete, {"outcome": "return", "comment": "Не видно даты"})
    page = executor.get(url)
    assert "Не видно даты" in page.content.decode(), "the remark stands where the work goes on"
    executor.post(url, {"text": "Стенд обновлён, дата видна", "submit": "1"})
    task = Task.objects.open().get(process__report__occurrence=occurrence)
    inspector.post(reverse("task-complete", args=[task.pk]), {"outcome": "accept"})
    occurrence.refresh_from_db()
    assert occurrence.status == "accepted" and counts_as(occurrence) == "in_time"

    director.post(reverse("plan-report", args=[plan.pk]))
    answer(coordinator, plan, "accept")
    assert state(plan) == "reported"
    assert not Task.objects.open().exists()
    assert ExecutionReport.objects.filter(occurrence=occurrence).count() == 2
    assert list(broken_chains()) == []
