"""One act on many ticked tasks: a result for each, counted before the work, the same cost a row."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.models import AuditEvent, User
from tests.building import factories as make
from tests.building.scenes import sent
from workflows.models import Task
from workflows.services.tasks import engine, many

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> make.Region:
    return make.region()


@pytest.fixture
def colleague(region) -> User:
    return make.member(region.ministry, "coordinator", "colleague", full_name="Алла Коллегова")


def tasks(region: make.Region, *titles: str) -> list[Task]:
    """A waiting plan for each title, with the coordinators' task of agreeing it."""
    return [sent(region, title=title).task for title in titles]


def press(client, person: User, act: str, *ids: object, **given):
    client.force_login(person)
    return client.post(reverse("inbox-many"), {"act": act, "task": list(ids), **given})


def owners(*rows: Task) -> list[User | None]:
    return [Task.objects.get(pk=row.pk).owner for row in rows]


def test_taking_many_says_of_each_what_came_of_it(client, region, colleague):
    one, two = tasks(region, "Первый", "Второй")
    engine.take(two.pk, act=make.act(colleague))
    page = press(client, region.coordinator, "take", one.pk, two.pk, "x", "99999999999999")
    assert page.status_code == 200 and "Сделано: 1 из 2" in page.text
    assert (page.text.count(">взята<"), page.text.count(">не взята<")) == (1, 1)
    assert "Эту задачу уже взял другой" in page.text
    assert owners(one, two) == [region.coordinator, colleague]


def test_where_all_went_well_one_is_back_at_the_list_with_its_filter(client, region):
    one, two = tasks(region, "Первый", "Второй")
    back = reverse("inbox") + "?show=queue"
    page = press(client, region.coordinator, "take", one.pk, two.pk, next=back)
    assert page.url == back and owners(one, two) == [region.coordinator] * 2
    page = press(client, region.coordinator, "release", one.pk, two.pk, next=back)
    assert page.url == back and owners(one, two) == [None, None]
    actions = AuditEvent.objects.filter(action__startswith="task.").values_list("action", flat=True)
    assert sorted(actions) == ["task.release"] * 2 + ["task.take"] * 2


def test_nothing_of_another_queue_is_moved(client, region):
    (task,) = tasks(region, "Первый")
    for act in ("take", "release", "pass"):
        press(client, region.inspector, act, task.pk, receiver=region.coordinator.pk, words="-")
    assert owners(task) == [None]


def test_putting_back_leaves_what_is_not_ones_own(client, region, colleague):
    one, two, three = tasks(region, "Первый", "Второй", "Третий")
    engine.take(one.pk, act=make.act(region.coordinator))
    engine.take(two.pk, act=make.act(colleague))
    page = press(client, region.coordinator, "release", one.pk, two.pk, three.pk)
    assert "Сделано: 1 из 3" in page.text and page.text.count(">не возвращена<") == 2
    assert owners(one, two, three) == [None, colleague, None]


def test_giving_many_to_another_asks_first_and_keeps_what_has_moved_since(
    client, region, colleague
):
    one, two, three = tasks(region, "Первый", "Второй", "Третий")
    for task in (one, two):
        engine.take(task.pk, act=make.act(region.coordinator))
    engine.take(three.pk, act=make.act(colleague))
    ids = (one.pk, two.pk, three.pk)
    asked = press(client, region.coordinator, "pass", *ids)
    assert asked.status_code == 200 and owners(one) == [region.coordinator]
    assert f'name="seen-{one.pk}" value="{region.coordinator.pk}"' in asked.text
    seen = {f"seen-{pk}": region.coordinator.pk for pk in ids}
    without = press(client, region.coordinator, "pass", *ids, receiver=colleague.pk, **seen)
    assert without.status_code == 422 and owners(one) == [region.coordinator]
    engine.release(two.pk, act=make.act(region.coordinator))  # meanwhile
    given = {"receiver": colleague.pk, "words": "Отпуск", **seen}
    page = press(client, region.coordinator, "pass", *ids, **given)
    assert "Сделано: 1 из 3" in page.text
    assert "Задача только что перешла к другому" in page.text
    assert "Эту задачу уже ведёт Алла Коллегова. Выберите другого работника." in page.text
    assert owners(one, two, three) == [colleague, None, colleague]
    event = AuditEvent.objects.get(action="task.reassign")
    assert (event.reason, event.actor) == ("Отпуск", region.coordinator)


def test_too_many_and_none_are_refused_before_anything_is_done(client, region):
    (task,) = tasks(region, "Первый")
    for ids, words in (
        ([], "Отметьте сначала задачи"),
        ([task.pk, *range(10**6, 10**6 + 200)], "Отмечено 201"),
    ):
        page = press(client, region.coordinator, "take", *ids)
        assert page.status_code == 422 and words in page.text
    assert press(client, region.coordinator, "x", task.pk).status_code == 422
    assert owners(task) == [None]


def test_each_row_costs_the_same_however_many_there_are(region):
    rows = tasks(region, *(f"План {number}" for number in range(7)))

    def statements(some: list[Task], act) -> int:
        with CaptureQueriesContext(connection) as queries:
            answers = act(some, act=make.act(region.coordinator))
        assert [one.refusal for one in answers] == [None] * len(some)
        return len(queries)

    for act in (many.take_many, many.release_many):
        one, two, four = (statements(part, act) for part in (rows[:1], rows[1:3], rows[3:]))
        assert (four - two, two - one) == (2 * (two - one), two - one)
