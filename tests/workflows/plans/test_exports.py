"""The workbook of plans: exactly what the page shows, row by row."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from python_calamine import CalamineWorkbook

from compliance.domain.calendar.periods import Period
from compliance.models import Plan
from compliance.models.local_dates import LocalDates
from tests.building import factories as make
from tests.building.scenes import executing, sent
from workflows.services.approval.amendments import revise_plan
from workflows.services.plans.exports import plan_columns
from workflows.services.plans.lists import plan_rows

pytestmark = pytest.mark.django_db

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


def told(plan: Any, person: Any) -> list[tuple[str, int, object]]:
    with translation.override("ru"):
        (row,) = plan_rows([Plan.objects.get(pk=plan.pk)], person, LocalDates.at(timezone.now()))
        return [(one.title, one.width, one.value(row)) for one in plan_columns()]


@time_machine.travel("2026-05-20 09:00+00:00", tick=False)
def test_a_plan_with_a_party_under_each_heading() -> None:
    scene = sent(period=YEAR)
    assert told(scene.plan, scene.region.coordinator) == [
        ("Учреждение", 40, "ГБУ «Примерный центр социального обслуживания»"),
        ("План", 60, "План мероприятий на 2026 год"),
        ("Период с", 12, date(2026, 1, 1)),
        ("Период по", 12, date(2026, 12, 31)),
        ("Состояние", 26, "На согласовании"),
        ("Изменение плана", 30, ""),
        ("Чья очередь", 28, "Куратор"),
        ("Взял", 28, ""),
        ("Ждёт с", 12, date(2026, 5, 20)),
        ("Просрочено", 12, 0),
        ("Исполнено", 12, 0),
        ("Контрольные сроки", 12, 0),
        ("Исполнено, %", 12, None),
    ]


@time_machine.travel("2026-05-20 09:00+00:00", tick=False)
def test_a_plan_that_is_carried_out_and_changed() -> None:
    scene = executing(period=YEAR)
    assert [value for *_, value in told(scene.plan, scene.region.coordinator)][4:] == [
        "Исполняется", "", "", "", None, 0, 0, 1, 0,
    ]  # fmt: skip
    revise_plan(scene.plan.pk, reason="Так", act=make.act(scene.region.director))
    values = [value for *_, value in told(scene.plan, scene.region.coordinator)]
    assert values[5:8] == ["редакция № 2: черновик", "Руководитель учреждения", ""]


def test_the_file_has_the_rows_of_all_pages_in_the_order_of_the_page() -> None:
    region = make.region()
    for name in ("Б", "А", "В"):
        make.plan(region, make.measure(), organisation=make.institution(region.ministry, name=name))
    sent(region)
    query = {"stage": "draft", "sort": "place-back", "page": "last"}
    rows = exported(region.coordinator, **query)
    assert [row[0] for row in rows] == ["Учреждение", "В", "Б", "А"]
    assert len(exported(region.foreign_director)) == 1, "no plan of others"


def exported(person: Any, **query: str) -> list[list[Any]]:
    client = Client()
    client.force_login(person)
    answer = client.get(reverse("plans-export"), query)
    content = BytesIO(b"".join(answer.streaming_content))
    return CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()
