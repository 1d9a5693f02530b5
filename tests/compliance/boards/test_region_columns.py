"""The region's columns sort it both ways, page after page, and its workbook says what it shows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from compliance.models import Organisation
from compliance.services.boards.regions import RegionSort
from tests.building import factories
from tests.building.board_rows import today
from tests.building.due_dates import accepted, due, executing_plan, submitted
from tests.building.paged import walked

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    """Two institutions: the own one has done one and reports one, the other is overdue."""
    region = factories.region()
    day = today(region)
    own = due(executing_plan(region), *(day + timedelta(days=n) for n in (-3, -2, 4, 5)))
    accepted(region, own[0], day)
    submitted(region, own[1], day)
    other = executing_plan(region, organisation=region.other, title="Второй план")
    due(other, day - timedelta(days=9), day + timedelta(days=8))
    return region


def names(client, **query) -> list[str]:
    page = client.get(reverse("region"), query).context["page"]
    return [str(one) for one in page.object_list]


OWN, OTHER = "ГБУ «Примерный центр социального обслуживания»", "МБУ «Другой центр»"
ORDERS = {
    "worst": [OTHER, OWN],
    "name": [OWN, OTHER],
    "open": [OWN, OTHER],
    "waiting": [OWN, OTHER],
    "done": [OWN, OTHER],
    "place": [OWN, OTHER],
    "score": [OWN, OTHER],
}


@pytest.mark.parametrize("sort", ORDERS)
def test_a_column_sorts_both_ways(region, client, sort):
    client.force_login(region.coordinator)
    assert names(client, sort=sort) == ORDERS[sort]
    assert names(client, sort=f"{sort}-back") == ORDERS[sort][::-1]


def test_each_order_goes_on_page_after_page(region, client):
    for number in range(50):
        group = "" if number % 3 else "Центры"
        factories.institution(region.ministry, name=f"Центр {number:02}", rating_group=group)
    client.force_login(region.coordinator)
    everybody = set(Organisation.objects.institutions().values_list("pk", flat=True))
    for sort in RegionSort.values:
        pages = walked(client, reverse("region"), sort=sort)
        assert [len(page) for page in pages] == [25, 25, 2], sort
        assert {one.pk for page in pages for one in page} == everybody, sort


def test_a_heading_says_how_the_list_is_sorted_and_leads_to_the_other_way(region, client):
    client.force_login(region.coordinator)
    page = client.get(reverse("region"), {"sort": "done"}).text
    assert page.count('aria-sort="descending"') == 1 and "sort=done-back" in page


def test_the_workbook_holds_what_the_page_shows(region, client, tmp_path):
    client.force_login(region.coordinator)
    answer = client.get(reverse("region-export"), {"sort": "name", "q": "примерный"})
    path = tmp_path / "region.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))
    head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert head[:2] == ["Учреждение", "Группа рейтинга"] and len(rows) == 1
    assert rows[0][0] == OWN
    assert rows[0][3:8] == [0, 2, 1, 1, 1]
    assert rows[0][10] == "Исполняется: 1"


def test_the_workbooks_statements_do_not_grow_with_its_rows(region, client):
    client.force_login(region.coordinator)

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            b"".join(client.get(reverse("region-export")).streaming_content)
        return len(queries)

    few = statements()
    for number in range(20):
        factories.institution(region.ministry, name=f"Центр {number}")
    assert statements() == few
