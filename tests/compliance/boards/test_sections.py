"""The heat map by section: shares with their numbers, each opens as many due dates as it says."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.models import Section
from tests.building import factories
from tests.building.board_rows import near, today
from tests.building.due_dates import accepted, due, executing_plan, submitted, waived

pytestmark = pytest.mark.django_db
CELL = re.compile(
    r'<a href="(/overdue/\?[^"]+)" class="cell heat-(\w+)"[^>]*>(\d+)&nbsp;% <small>(\d+) из (\d+)<'
)


@pytest.fixture
def region():
    return factories.region()


def shown(client, region, part="coordinator", **query):
    client.force_login(region.people[part])
    return client.get(reverse("region"), {"view": "sections", **query})


def second_section(region):
    """A plan of the other institution whose section is headed otherwise; one due date late."""
    plan = executing_plan(region, organisation=region.other, title="Второй план")
    Section.objects.filter(revision__plan=plan).update(title="Доступность", position=2)
    return due(plan, today(region) - timedelta(days=3))


def test_each_share_opens_as_many_due_dates_as_it_says(region, client):
    day = today(region)
    rows = near(region, -40, -39, -38, -37, -36, 5)
    accepted(region, rows[0], day - timedelta(days=40))
    accepted(region, rows[1], day - timedelta(days=30))
    submitted(region, rows[3], day)
    waived(region, rows[4], day)
    same = executing_plan(region, organisation=region.other)
    due(same, day - timedelta(days=2))
    second_section(region)
    page = shown(client, region)
    heat = page.context["by_section"]
    assert [one.title for one in heat.columns] == ["Открытость информации", "Доступность"]
    assert heat.left_out == 0
    text = page.content.decode()
    found = [(level, int(share), int(a), int(b)) for _url, level, share, a, b in CELL.findall(text)]
    assert sorted(found) == [("few", 0, 0, 1), ("few", 0, 0, 1), ("few", 33, 1, 3)]
    for url, _level, _share, _in_time, settled in CELL.findall(text):
        listed = client.get(unescape(url))
        assert listed.context["page"].total.count == int(settled), url
        assert "Показан только раздел" in listed.content.decode()


def test_a_section_of_the_address_narrows_the_board_and_its_workbook(region, client):
    (row,) = second_section(region)
    near(region, -3)
    section = Section.objects.get(title="Доступность")
    client.force_login(region.coordinator)
    page = client.get(reverse("overdue"), {"show": "overdue", "section": section.pk})
    assert [one.occurrence for group in page.context["groups"] for one in group.rows] == [row]
    assert page.context["counts"]["overdue"] == 1
    nothing = client.get(reverse("overdue"), {"show": "overdue", "section": 10**9})
    assert nothing.context["page"].object_list == []


def test_a_council_and_a_period_without_anything(region, client):
    near(region, -9)
    text = shown(client, region, "councillor").content.decode()
    assert "heat-few" in text and "/overdue/" not in text[text.index("<main") :]
    empty = shown(client, region, year=today(region).year - 2)
    assert empty.context["by_section"].columns == []


def test_six_columns_and_the_rest_is_said(region, client):
    for number in range(8):
        plan = executing_plan(region, title=f"План {number}")
        Section.objects.filter(revision__plan=plan).update(title=f"Раздел {number}")
        due(plan, *(today(region) - timedelta(days=one) for one in range(1, number + 2)))
    page = shown(client, region)
    assert [one.title for one in page.context["by_section"].columns] == [
        "Раздел 2", "Раздел 3", "Раздел 4", "Раздел 5", "Раздел 6", "Раздел 7",
    ]  # fmt: skip
    assert "Не показано 2 раздела, где сроков меньше." in page.content.decode()


def test_the_statements_do_not_grow_with_institutions_and_sections(region, client):
    near(region, -9)

    def statements() -> int:
        client.force_login(region.coordinator)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("region"), {"view": "sections"}).status_code == 200
        return len(queries)

    few = statements()
    for number in range(12):
        place = factories.institution(region.ministry, name=f"Центр {number}")
        plan = executing_plan(region, organisation=place)
        Section.objects.filter(revision__plan=plan).update(title=f"Раздел {number % 4}")
        due(plan, today(region) - timedelta(days=number + 1))
    assert statements() == few
