"""The load of inspectors: each number opens the list that it counts; only of the own region."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compliance.models import Occurrence
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import Account, save_report
from tests.building import factories as make
from tests.building.scenes import due_in, executing
from workflows.models import Task
from workflows.services.plans.sending import submit_execution
from workflows.services.tasks import load

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a href="(/inspectors/\?[^"]+)">(?:<span[^>]*>[^<]*</span>)?(\d+)</a>')


def reported(region: make.Region, count: int) -> list[Task]:
    """So many reports of the own institution, each with the inspectors' task."""
    rows = [
        make.measure(f"Мероприятие {n}", number=str(n), deadline_text=due_in(5))
        for n in range(count)
    ]
    scene = executing(region, *rows)
    act = make.act(region.executor)
    for occurrence in Occurrence.objects.filter(plan=scene.plan).order_by("pk"):
        attach_photo(save_report(occurrence.pk, Account("Готово"), act=act), make.photo(), act=act)
        submit_execution(occurrence.pk, act=act)
    return list(Task.objects.open().filter(role="inspector").order_by("pk"))


def put(task: Task, owner, due_on) -> None:
    status = "ASSIGNED" if owner else "NEW"
    Task.objects.filter(pk=task.pk).update(owner=owner, status=status, due_on=due_on)


@pytest.fixture
def region() -> make.Region:
    """Two inspectors, one of them with nothing; a third has left; seven tasks over the weeks."""
    region = make.region()
    make.member(region.ministry, "inspector", "idle", full_name="Вера Свободная")
    left = make.member(region.ministry, "inspector", "left", full_name="Олег Ушедший")
    today = region.own.today(timezone.now())
    sunday = today + timedelta(days=6 - today.weekday())
    days = (-7, 0, 7, 8, None, 1, 0)
    rows = reported(region, len(days))
    for task, after in zip(rows, days, strict=True):
        put(task, region.inspector, None if after is None else sunday + timedelta(days=after))
    put(rows[6], region.inspector, today)
    put(rows[4], None, None)
    put(rows[5], left, sunday + timedelta(days=1))
    left.is_active = False
    left.save()
    return region


def test_each_number_opens_the_list_that_it_counts(region, client):
    client.force_login(region.coordinator)
    page = client.get(reverse("inspectors"))
    found = [(one.name, dict(one.counts)) for one in page.context["loads"]]
    assert found == [
        ("", {"overdue": 0, "week": 0, "next": 1, "later": 1}),
        ("Павел Проверяев", {"overdue": 1, "week": 2, "next": 1, "later": 1}),
        ("Вера Свободная", {"overdue": 0, "week": 0, "next": 0, "later": 0}),
    ]
    assert page.context["page"].total.count == 7
    for address in (reverse("inspectors"), reverse("home"), reverse("inspectors") + "?due=x"):
        numbers = LINK.findall(client.get(address).text)
        assert len(numbers) >= 8
        for url, count in numbers:
            listed = client.get(unescape(url)).context["page"]
            assert listed.total.count == int(count), url


def test_only_who_looks_after_a_region_sees_its_inspectors(region, client):
    elsewhere = make.region("b_", "Соседней области")
    client.force_login(elsewhere.coordinator)
    page = client.get(reverse("inspectors"))
    assert [(one.name, one.total) for one in page.context["loads"]] == [
        ("", 0),
        ("Павел Проверяев", 0),
    ]
    assert page.context["page"].object_list == [] and "inspectors/?holder" not in page.text
    stranger = client.get(reverse("inspectors"), {"holder": region.inspector.pk})
    assert stranger.context["page"].object_list == []
    client.force_login(region.head)
    page = client.get(reverse("inspectors"))
    assert len(page.context["page"].object_list) == 7
    assert page.context["many"] == frozenset(), "a head looks, a coordinator moves work"
    client.force_login(region.inspector)
    assert client.get(reverse("inspectors")).status_code == 403


def test_a_coordinator_moves_ticked_tasks_from_one_inspector_to_another(region, client):
    client.force_login(region.coordinator)
    mine = list(Task.objects.open().filter(owner=region.inspector))
    idle = make.User.objects.get(username="idle")
    page = client.get(reverse("inspectors"), {"holder": region.inspector.pk})
    assert page.context["many"] == frozenset({"reassign"})
    given = {
        "act": "pass", "task": [one.pk for one in mine], "receiver": idle.pk, "words": "Поровну",
        **{f"seen-{one.pk}": region.inspector.pk for one in mine},
        "next": reverse("inspectors") + "?holder=queue",
    }  # fmt: skip
    assert client.post(reverse("inbox-many"), given).url == given["next"]
    assert Task.objects.open().filter(owner=idle).count() == len(mine) == 5


def test_the_picture_takes_three_statements_however_many_work(region):
    person = make.act(region.coordinator).user
    person.jurisdiction()
    with CaptureQueriesContext(connection) as queries:
        assert len(load.loads(person, timezone.now())) == 3
    assert len(queries) == 3
