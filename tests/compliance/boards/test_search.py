"""The search over everything: what it counts, where it leads, what it says of nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from compliance.models import Organisation, Petition
from compliance.services.boards.search import Sought
from compliance.services.petitions.steps import Wish
from tests.building import factories as make
from tests.building.scenes import due_in, executing
from workflows.services.petitions import ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> make.Region:
    return make.region()


def page(person: Any, words: str, **query: str) -> Any:
    client = Client()
    client.force_login(person)
    return client.get("/search/", {"q": words, **query})


def counts(person: Any, words: str) -> dict[str, int]:
    results = page(person, words).context["results"]
    return {one.kind.value: one.page.total.count for one in results}


def text(answer: Any) -> str:
    return answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "words", "too_short"),
    [
        ("Тёплый  ДОМ", "теплый дом", ""),
        ("дом № 5", "дом", "№ 5"),
        ("в а-я", "", "в а-я"),
        ("", "", ""),
        ("«Заря»", '"заря"', ""),
    ],
)
def test_words_are_folded_and_short_ones_set_aside(typed, words, too_short):
    assert Sought.of(typed) == Sought(words, too_short)


@pytest.mark.parametrize("words", ["стёклами", "СТЕКЛАМИ", "стеклами пандус", "пандус стёклами"])
def test_every_kind_is_found_whatever_the_letters_and_the_order(region, words):
    scene = executing(region, make.measure("Пандус со стёклами", deadline_text=due_in(60)))
    ask(scene.occurrence.pk, Wish("waiver", "Снесено"), act=make.act(region.director))
    assert counts(region.coordinator, words) == {"measures": 1, "petitions": 1}


def test_petitions_are_found_by_their_reason_and_institution(region):
    scene = executing(region, make.measure(deadline_text=due_in(60)))
    Organisation.objects.filter(pk=region.own.pk).update(name="Дом «Берёзка»", short_name="")
    ask(scene.occurrence.pk, Wish("waiver", "Снесено весной"), act=make.act(region.director))
    assert counts(region.coordinator, "березка снесено") == {"petitions": 1}
    assert counts(region.coordinator, "березка") == {
        "plans": 1,
        "organisations": 1,
        "petitions": 1,
        "people": 2,
    }


def test_ten_of_a_kind_are_shown_with_the_number_and_the_list_of_all(region):
    for number in range(12):
        make.plan(region, make.measure(f"Пандус {number}"), title=f"Доступность {number}")
    found = page(region.coordinator, "доступность")
    (plans,) = found.context["results"]
    assert (len(plans.page.object_list), plans.page.total.count) == (10, 12)
    assert "Планы: 12" in text(found)
    client = Client()
    client.force_login(region.coordinator)
    assert len(client.get(plans.all_url).context["page"].object_list) == 12

    (measures,) = page(region.coordinator, "пандус").context["results"]
    assert (len(measures.page.object_list), measures.page.total.count) == (10, 12)
    whole = client.get(measures.all_url)
    assert len(whole.context["results"][0].page.object_list) == 12
    assert "Мероприятия: 12" in text(whole)


def test_the_list_of_all_people_holds_those_who_were_counted(region):
    for number in range(11):
        make.member(
            region.own,
            "executor",
            f"p{number}",
            full_name=f"Семёнова {number}",
            is_active=number > 0,
        )
    (people,) = page(region.administrator, "семенова").context["results"]
    assert people.page.total.count == 11
    client = Client()
    client.force_login(region.administrator)
    assert len(client.get(people.all_url).context["page"].object_list) == 11


def test_a_measure_names_its_plan_and_institution(region):
    make.plan(region, make.measure("Пандус"), title="Доступность")
    shown = text(page(region.coordinator, "пандус"))
    for words in ("Доступность", str(region.own), "1.1 Пандус", "Ежеквартально"):
        assert words in shown


def test_what_is_said_when_there_is_nothing_to_show(region):
    for words, said in (
        ("", "Что найти?"),
        ("в 5", "Слова слишком короткие"),
        ("небывальщина", "Ничего не найдено"),
    ):
        answer = page(region.coordinator, words)
        assert said in text(answer) and answer.context["results"] == [], words
    make.plan(region, title="Доступность")
    shown = text(page(region.coordinator, "№5 доступность"))
    assert "Слова короче 3 букв не учтены: №5" in shown and "Планы: 1" in shown


@pytest.mark.parametrize(
    "query", [{"kind": "petition"}, {"kind": "plans", "page": "x"}, {"page": "9"}]
)
def test_an_odd_address_still_answers(region, query):
    make.plan(region, title="Доступность")
    (plans,) = page(region.coordinator, "доступность", **query).context["results"]
    assert plans.page.total.count == 1


def test_signs_of_patterns_and_endless_words_find_nothing(region):
    make.plan(region, title="Доступность")
    for words in ("дост%", "д_ступность", "ж" * 70_000, "а\0бв", "'; drop"):
        assert page(region.coordinator, words).context["results"] == [], words[:20]


def test_the_statements_do_not_grow_with_what_is_found(region):
    def statements(person: Any) -> int:
        client = Client()
        client.force_login(person)
        client.get("/search/", {"q": "доступность"})
        with CaptureQueriesContext(connection) as taken:
            client.get("/search/", {"q": "доступность"})
        return len(taken)

    def add(number: int) -> None:
        scene = executing(
            region,
            make.measure(f"Доступность {number}", deadline_text=due_in(60)),
            title=f"Доступность {number}",
        )
        ask(scene.occurrence.pk, Wish("waiver", "Снесено"), act=make.act(region.director))
        make.institution(region.ministry, name=f"Доступность {number}")
        make.member(region.own, "executor", f"p{number}", full_name=f"Доступность {number}")

    for number in range(2):
        add(number)
    few = statements(region.coordinator)
    for number in range(2, 9):
        add(number)
    assert Petition.objects.count() == 9
    assert statements(region.coordinator) == few
    assert few <= 16


def test_the_field_is_on_every_page_of_whoever_has_a_role_and_keeps_its_words(region, client):
    client.force_login(region.executor)
    assert text(client.get("/inbox/")).count('action="/search/"') == 2
    assert 'id="search" name="q" type="search" value="пандус"' in text(
        client.get("/search/", {"q": "пандус"})
    )
    client.force_login(region.stranger)
    assert 'action="/search/"' not in text(client.get("/inbox/"))
    client.logout()
    assert 'action="/search/"' not in text(client.get("/public/"))
    assert client.get("/search/").status_code == 302
