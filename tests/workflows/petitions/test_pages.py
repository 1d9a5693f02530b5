"""The pages of petitions: asking on a phone, deciding on one screen, the list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compliance.models import Occurrence, Petition
from compliance.services.calendars import working_calendar
from compliance.services.petitions.steps import Wish
from tests.building import factories as make
from tests.building.due_dates import dated
from tests.building.petitioned import day_off, passed
from tests.building.scenes import Scene, due_in, executing
from workflows.models import Task
from workflows.services import petitions

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return executing()


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(answer) -> str:
    return answer.content.decode()


def worked(days: int) -> str:
    day = timezone.localdate() + timedelta(days=days)
    return working_calendar().next_working_day(day).isoformat()


def test_from_asking_to_the_decision_in_three_screens(scene):
    region, due = scene.region, scene.occurrence
    region.director.memberships.update(post="директор")
    executor, director = signed_in(region.executor), signed_in(region.director)
    coordinator = signed_in(region.coordinator)

    page = text(executor.get(due.get_absolute_url()))
    assert "Попросить о переносе срока" in page and "Попросить снять с контроля" in page
    given = {"kind": "extension", "reason": "Сорвана поставка", "new_due_on": worked(40)}
    page = text(executor.post(reverse("petition-ask", args=[due.pk]), given, follow=True))
    assert "Ходатайство отправлено руководителю учреждения." in page
    assert "Сорвана поставка" in page and "Отозвать" in page
    assert "Попросить о переносе срока" not in page

    petition = Petition.objects.get()
    url, task = petition.get_absolute_url(), Task.objects.open().get()
    assert reverse("petition", args=[petition.pk]) in text(director.get(reverse("inbox")))
    page = text(director.get(url))
    assert "Поддержать" in page and "Не поддержать" in page and "Удовлетворить" not in page
    assert "Поддержать" not in text(coordinator.get(url))
    answer = director.post(reverse("task-complete", args=[task.pk]), {"outcome": "endorse"})
    assert answer.status_code == 302

    task = Task.objects.open().get()
    page = text(coordinator.get(url))
    assert "Удовлетворить" in page and "поддержано: директор Денис Директоров" in page
    complete = reverse("task-complete", args=[task.pk])
    assert coordinator.post(complete, {"outcome": "refuse", "comment": " "}).status_code == 422
    given = {"outcome": "grant", "comment": "В последний раз", "new_due_on": worked(40)}
    assert coordinator.post(complete, given).status_code == 302
    assert coordinator.post(complete, given).status_code == 409
    page = text(executor.get(due.get_absolute_url()))
    assert "Удовлетворено" in page and "В последний раз" in page and "раз: 1" in page


def test_what_was_typed_stays_when_the_date_cannot_be(scene):
    executor = signed_in(scene.region.executor)
    url = reverse("petition-ask", args=[scene.occurrence.pk])
    for day, words in (
        ("2090-01-01", "План заканчивается"),
        (scene.occurrence.due_on.isoformat(), "Новый срок должен быть позже"),
        ("31.02.2026", "Введите правильную дату"),
    ):
        given = {"kind": "extension", "reason": "Длинное объяснение", "new_due_on": day}
        answer = executor.post(url, given)
        assert answer.status_code == 422
        assert words in text(answer) and "Длинное объяснение" in text(answer)
    assert not Petition.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"kind": "extension"},
        {"kind": "waiver"},
        {"kind": "waiver", "reason": "\0"},
        {"kind": "party", "reason": "Так", "new_due_on": "2026-01-01"},
        {"kind": "extension", "reason": "Так", "new_due_on": "0001-01-01"},
        {"kind": "extension", "reason": "Так", "new_due_on": "99999-01-01"},
        {"kind": "waiver", "reason": "Так" * 5000},
        {"kind": ["extension", "waiver"], "reason": ["", "x"]},
    ],
)
def test_no_input_breaks_the_page(scene, given):
    executor = signed_in(scene.region.executor)
    answer = executor.post(reverse("petition-ask", args=[scene.occurrence.pk]), given)
    assert answer.status_code in {302, 422}


@pytest.mark.parametrize(
    "query",
    ["show=nothing", "show=%00", "kind=x", "organisation=9" * 30, "page=-1", "organisation=abc"],
)
def test_no_address_breaks_the_list(scene, query):
    answer = signed_in(scene.region.coordinator).get(f"{reverse('petitions')}?{query}")
    assert answer.status_code == 200


def test_a_day_off_is_said_to_be_shifted(scene):
    given = {"kind": "extension", "reason": "Так", "new_due_on": day_off().isoformat()}
    url = reverse("petition-ask", args=[scene.occurrence.pk])
    page = text(signed_in(scene.region.executor).post(url, given, follow=True))
    assert f"{day_off():%d.%m.%Y} — нерабочий день, поэтому запрошен срок" in page


def test_where_the_plan_has_no_later_day_only_the_other_way_is_offered(scene):
    end = scene.plan.period_end
    dated(Occurrence.objects.all(), end)
    page = text(signed_in(scene.region.executor).get(scene.occurrence.get_absolute_url()))
    assert "Перенести срок уже нельзя" in page and "Попросить снять с контроля" in page
    assert 'name="new_due_on"' not in page


def test_the_decision_page_shows_what_was_before_and_how_late_it_is():
    scene = passed(5)
    region, pk = scene.region, scene.occurrence.pk
    act = make.act(region.director)
    first = petitions.ask(pk, Wish("waiver", "Снесут весной"), act=act)
    petitions.withdraw(first.pk, act=act)
    second = petitions.ask(pk, Wish("waiver", "Уже снесли"), act=act)
    answer = signed_in(region.coordinator).get(second.get_absolute_url())
    assert answer.context["days_late"] == (timezone.localdate() - scene.occurrence.due_on).days > 0
    assert "Снесут весной" in text(answer) and "Просрочено" in text(answer)


def test_the_next_petition_in_the_queue_is_one_step_away():
    rows = [make.measure(f"Дело {n}", number=str(n), deadline_text=due_in(5)) for n in (1, 2)]
    scene = executing(None, *rows)
    act = make.act(scene.region.director)
    made = [
        petitions.ask(row.pk, Wish("waiver", "Снесено"), act=act)
        for row in Occurrence.objects.filter(plan=scene.plan)
    ]
    coordinator = signed_in(scene.region.coordinator)
    page = coordinator.get(made[0].get_absolute_url())
    assert page.context["following"].get_absolute_url() == made[1].get_absolute_url()
    task = Task.objects.open().get(process__petition=made[0])
    complete = reverse("task-complete", args=[task.pk])
    answer = coordinator.post(complete, {"outcome": "grant"}, follow=True)
    assert answer.redirect_chain[-1][0] == made[0].get_absolute_url(), "one sees what one did"
    assert f'<a href="{made[1].get_absolute_url()}">' in text(answer)


def asked_about(count: int, part: str = "executor") -> Scene:
    rows = [make.measure(f"Дело {n}", number=str(n), deadline_text=due_in(5)) for n in range(count)]
    scene = executing(None, *rows)
    act = make.act(scene.region.people[part])
    for row in Occurrence.objects.filter(plan=scene.plan):
        petitions.ask(row.pk, Wish("waiver", "Снесено"), act=act)
    return scene


def test_the_list_filters_and_holds_what_may_be_seen():
    scene = asked_about(3)
    url, region = reverse("petitions"), scene.region
    assert len(signed_in(region.coordinator).get(url).context["page"].object_list) == 3
    director = signed_in(region.director)
    assert len(director.get(url, {"show": "director"}).context["page"].object_list) == 3
    empty = director.get(url, {"show": "ministry"})
    assert 'href="/petitions/">Снять фильтры</a>' in text(empty)
    assert not empty.context["page"].object_list and "Ходатайств не найдено" in text(empty)
    assert not director.get(url, {"kind": "extension"}).context["page"].object_list
    for part in (region.foreign_director, region.stranger, region.councillor):
        assert not signed_in(part).get(url, {"show": "all"}).context["page"].object_list
    assert reverse("petitions") in text(director.get(reverse("home"))), "it stands in the menu"


@pytest.mark.parametrize("count", [3, 30])
def test_the_list_takes_the_same_number_of_queries(count):
    scene = asked_about(count)
    client = signed_in(scene.region.coordinator)
    client.get(reverse("petitions"))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("petitions"))
    assert len(queries) == 10
    petition = Petition.objects.first()
    with CaptureQueriesContext(connection) as queries:
        client.get(petition.get_absolute_url())
    assert len(queries) <= 20
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("inbox"))
    assert len(queries) <= 14


def test_direct_waiver_stands_on_the_page_of_the_ministry_alone(scene):
    url = scene.occurrence.get_absolute_url()
    words = "Снять с контроля без исполнения"
    assert words in text(signed_in(scene.region.coordinator).get(url))
    assert words not in text(signed_in(scene.region.director).get(url))
    give = reverse("occurrence-waive", args=[scene.occurrence.pk])
    page = text(signed_in(scene.region.coordinator).post(give, {"reason": "Нет"}, follow=True))
    assert "Ходатайства и решения" in page
