"""One executor for many ticked measures: a result for each, and nobody named meanwhile is lost."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.models import Assignment, AuditEvent
from compliance.services.boards import naming
from tests.building import factories
from tests.building.board_rows import today
from tests.building.due_dates import due, executing_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return factories.region()


def assigned(region, *titles: str, organisation=None) -> list[Assignment]:
    """The assignments of so many plans, nobody named, each with a due date today."""
    found = []
    for title in titles:
        plan = executing_plan(region, organisation=organisation, title=title)
        found.append(due(plan, today(region))[0].assignment)
    Assignment.objects.update(executor=None)
    return found


def press(client, person, rows, **given):
    client.force_login(person)
    ids = [row.pk for row in rows]
    return client.post(reverse("assignments-executor"), {"assignment": ids, **given})


def executors(rows) -> list:
    return [Assignment.objects.get(pk=row.pk).executor for row in rows]


def test_a_director_ticks_measures_names_one_person_and_is_back_at_the_list(region, client):
    rows = assigned(region, "Первый", "Второй")
    client.force_login(region.director)
    board = client.get(reverse("overdue")).text
    assert board.count('name="assignment"') == 2 and 'id="many"' in board
    asked = press(client, region.director, rows)
    assert asked.status_code == 200 and executors(rows) == [None, None]
    assert set(asked.context["form"].fields["executor"].queryset) == {
        region.executor, region.director,
    }  # fmt: skip
    back = reverse("overdue") + "?show=today"
    done = press(client, region.director, rows, executor=region.executor.pk, next=back)
    assert done.url == back and executors(rows) == [region.executor] * 2
    assert "ответственный исполнитель 2 мероприятий" in client.get(back).text
    assert AuditEvent.objects.filter(action="assignment.name").count() == 2


def test_each_row_says_what_came_of_it(region, client):
    """Of two institutions, and one measure that has been given to another meanwhile."""
    own, changed = assigned(region, "Первый", "Второй")
    (other,) = assigned(region, "Чужой", organisation=region.other)
    Assignment.objects.filter(pk=changed.pk).update(executor=region.director)
    given = {f"seen-{changed.pk}": "", "executor": region.executor.pk}
    page = press(client, region.coordinator, [own, changed, other], **given)
    assert page.status_code == 200
    assert page.text.count(">назначен<") == 1 and page.text.count(">не назначен<") == 2
    assert "Здесь только что назначен другой: Денис Директоров" in page.text
    assert executors([own, changed, other]) == [region.executor, region.director, None]


def test_what_one_may_not_name_is_left_out_and_limits_come_first(region, client):
    (other,) = assigned(region, "Чужой", organisation=region.other)
    for who in ("director", "inspector", "executor"):
        page = press(client, region.people[who], [other], executor=region.executor.pk)
        assert page.status_code == 422 and executors([other]) == [None]
    assert press(client, region.director, []).status_code == 422
    client.force_login(region.coordinator)
    ids = [other.pk, *range(10**6, 10**6 + 200)]
    page = client.post(reverse("assignments-executor"), {"assignment": ids})
    assert page.status_code == 422 and "Отмечено 201" in page.text


def test_each_row_costs_the_same_however_many_there_are(region):
    rows = assigned(region, *(f"План {number}" for number in range(7)))
    act, found = factories.act(region.director), []
    for some in (rows[:1], rows[1:3], rows[3:]):  # the first reads the person's duties, too
        with CaptureQueriesContext(connection) as queries:
            answers = naming.name_many(some, region.executor, seen={}, act=act)
        assert [one.refusal for one in answers] == [None] * len(some)
        found.append(len(queries))
    assert found[2] == 2 * found[1]
