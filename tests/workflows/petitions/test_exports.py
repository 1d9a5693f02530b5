"""The workbook of petitions: each heading, its width, and what a petition says under it."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.utils import translation

from compliance.models import Petition
from compliance.services.petitions.exports import petition_columns
from compliance.services.petitions.steps import waive_occurrence
from tests.building import factories as make
from tests.building.petitioned import answer, asked
from tests.building.scenes import due_in, executing

pytestmark = pytest.mark.django_db


def told(petition: Petition) -> list[tuple[str, int, object]]:
    with translation.override("ru"):
        return [(one.title, one.width, one.value(petition)) for one in petition_columns()]


@time_machine.travel("2026-05-20 09:00+00:00", tick=False)
def test_a_granted_petition_under_each_heading():
    scene = executing()
    petition = asked(scene)
    answer(petition, scene.region, "director", "endorse")
    answer(petition, scene.region, "coordinator", "grant", "Согласны")
    petition = Petition.objects.get()
    assert told(petition) == [
        ("Учреждение", 40, "ГБУ «Примерный центр социального обслуживания»"),
        ("№", 8, "1.1"),
        ("Мероприятие", 60, "Обновить стенд"),
        ("Вид ходатайства", 24, "Перенос срока"),
        ("Причина", 50, "Подрядчик сорвал поставку"),
        ("Первоначальный срок", 12, date(2026, 5, 25)),
        ("Срок на день ходатайства", 12, date(2026, 5, 25)),
        ("Запрошенный срок", 12, date(2026, 6, 29)),
        ("Предоставленный срок", 12, date(2026, 6, 29)),
        ("Сколько раз перенесён", 12, 1),
        ("Кто ходатайствует", 28, "Ольга Исполнителева"),
        ("Подано", 12, date(2026, 5, 20)),
        ("Состояние", 22, "Удовлетворено"),
        ("Кто решил", 28, "Карина Кураторова"),
        ("Дата решения", 12, date(2026, 5, 20)),
        ("Решение", 50, "Согласны"),
    ]


@time_machine.travel("2026-05-20 09:00+00:00", tick=False)
def test_an_open_petition_and_an_unasked_waiver_leave_blank_what_is_not():
    scene = executing(
        None, make.measure(deadline_text=due_in(5)), make.measure("Купить кресла", number="1.2")
    )
    first = told(asked(scene))
    assert [value for _title, _width, value in first][8:10] == [None, None]
    assert [value for _title, _width, value in first][13:] == ["", None, ""]
    other = scene.plan.occurrences.latest("pk")
    waive_occurrence(other.pk, reason="Снесено", act=make.act(scene.region.coordinator))
    unasked = Petition.objects.latest("pk")
    assert told(unasked)[10][2] == "министерство, без ходатайства"
