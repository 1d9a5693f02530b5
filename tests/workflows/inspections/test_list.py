"""The list of inspections: in both orders, and the same list as a workbook."""

from __future__ import annotations

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.building.inspected import accepted, closed, planned

pytestmark = pytest.mark.django_db


def test_it_is_sorted_both_ways_and_the_workbook_says_the_same(client, tmp_path):
    scene = accepted(count=2)
    first, second = scene.plan.occurrences.order_by("pk")
    one, two = planned(scene, occurrence=first), planned(scene, "desk", second)
    closed(scene, one, "confirm")
    client.force_login(scene.region.coordinator)
    for sort, expected in {"due": [one, two], "due-back": [two, one], "place": [one, two]}.items():
        page = client.get(reverse("inspections"), {"sort": sort}).context["page"]
        assert [row.process.pk for row in page] == [task.process_id for task in expected], sort
    answer = client.get(reverse("inspections-export"), {"state": "confirmed"})
    path = tmp_path / "inspections.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))
    head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert head == [
        "Учреждение", "Вид", "№", "Мероприятие", "Срок", "Состояние", "Дата проведения",
        "Проверяющий",
    ]  # fmt: skip
    assert len(rows) == 1 and rows[0][2:4] == ["1", "Мероприятие 1"]
    assert rows[0][7] == "Павел Проверяев"
    client.force_login(scene.region.foreign_director)
    answer = client.get(reverse("inspections-export"))
    path.write_bytes(b"".join(answer.streaming_content))
    assert len(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()) == 1
