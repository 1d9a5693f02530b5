"""What a document says of a measure beside its text is kept with the measure, and shown inside."""

from __future__ import annotations

import pytest
from django.test import Client

from compliance.models import Measure, Membership, Plan, User
from compliance.services.documents.imports import Request, import_document
from compliance.wording.documents import found_words
from tests.building import factories as make

pytestmark = pytest.mark.django_db

HEADER = (
    "№ п/п\tПоказатель\tЗначение: факт\tЗначение: максимум\tМероприятие\tСрок исполнения"
    "\tОтветственный\tХод исполнения\tРезультат"
)
TEXT = f"""План мероприятий на 2026 год

{HEADER}
1\tПолнота\t0,5\t1\tОбновить стенд\tежеквартально\tДиректор\tСтенд заказан\tДоступность
2\tУдобство\t\t\tОбновить сайт\tежеквартально\tДиректор\t\t
"""


def page(person: User, plan: Plan) -> str:
    client = Client()
    client.force_login(person)
    return client.get(plan.get_absolute_url()).content.decode()


@pytest.fixture
def plan(db: None) -> Plan:
    region = make.region()
    act, asked = make.act(region.director), Request(owner=region.own)
    return Plan.objects.get(pk=import_document(TEXT.encode(), "п.txt", asked, act=act)["plan"])


def test_points_course_and_result_are_kept(plan: Plan) -> None:
    first, second = Measure.objects.filter(plan=plan).order_by("pk")
    assert first.found == {
        "fact": 0.5, "maximum": 1, "execution": "Стенд заказан", "result": "Доступность",
    }  # fmt: skip
    assert second.found == {}


def test_the_page_shows_it_to_those_who_see_the_plan_inside(plan: Plan) -> None:
    words = page(plan.created_by, plan)
    assert words.count("Что ещё сказано в документе") == 1
    for said in ("Баллов фактически", "0,5", "Стенд заказан", "Доступность"):
        assert said in words
    Plan.objects.filter(pk=plan.pk).update(published_on="2026-01-15")
    assert "Стенд заказан" not in page(Membership.objects.get(role="council").user, plan)
    assert "Стенд заказан" not in Client().get(f"/public/plans/{plan.pk}/").content.decode()


def test_numbers_are_worded_as_people_write_them() -> None:
    found = {
        "indicators": ["Открытость", "Полнота"],
        "facts": [
            {"name": "публикации", "value": 19.0, "of": None, "unit": None},
            {"name": "опрошенные", "value": 716.0, "of": 719.0, "unit": "чел."},
            {"name": "доля", "value": 99.5, "of": None, "unit": "%"},
        ],
    }
    assert [text for _label, text in found_words(found)] == [
        "Открытость\nПолнота", "публикации: 19\nопрошенные: 716 из 719 чел.\nдоля: 99,5 %",
    ]  # fmt: skip
