"""What is said after an answer, and a report that is offered only when it can be sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.domain.calendar.periods import Period
from compliance.models import Occurrence
from tests.building import factories as make
from tests.building.scenes import Scene, due_in, executing, sent
from workflows.services.reconciliation import STATES
from workflows.wording import DONE

SEND_REPORT = "Отправить отчёт по плану"


def page_of(scene: Scene, part: str = "director") -> str:
    client = Client()
    client.force_login(scene.region.people[part])
    return client.get(scene.plan.get_absolute_url()).content.decode()


def ending_in(days: int) -> Scene:
    today = timezone.localdate()
    period = Period(today - timedelta(days=180), today + timedelta(days=days))
    return executing(None, make.measure(deadline_text=due_in(5)), period=period)


def test_every_answer_to_every_step_has_its_sentence():
    answers = {
        (name, code) for flow_class, name in STATES for code in getattr(flow_class, name).outcomes
    }
    assert set(DONE) == answers


@pytest.mark.django_db
def test_the_page_says_what_happened_and_whose_turn_it_is_now():
    scene = sent()
    client = Client()
    client.force_login(scene.region.coordinator)
    url = reverse("task-complete", args=[scene.task.pk])
    page = client.post(url, {"outcome": "agree"}, follow=True).content.decode()
    assert "Вы согласовали план. Дальше: Утвердить план — Руководитель учреждения." in page


@pytest.mark.django_db
def test_far_from_the_periods_end_an_unsettled_plan_is_not_asked_to_report():
    page = page_of(ending_in(180))
    assert SEND_REPORT not in page and "show=unsettled" not in page


@pytest.mark.django_db
def test_near_the_periods_end_the_plan_says_what_the_report_still_lacks():
    scene = ending_in(20)
    page = page_of(scene)
    assert SEND_REPORT not in page
    assert "будет закрыт или объяснён 1 срок" in page
    client = Client()
    client.force_login(scene.region.director)
    url = reverse("overdue") + f"?plan={scene.plan.pk}&show=unsettled"
    assert url.replace("&", "&amp;") in page
    assert scene.occurrence.get_absolute_url() in client.get(url).content.decode()
    assert "show=unsettled" not in page_of(scene, "executor"), "it is not theirs to send"


@pytest.mark.django_db
def test_the_report_is_offered_when_everything_is_closed_or_explained():
    scene = ending_in(180)
    Occurrence.objects.filter(plan=scene.plan).update(not_done_reason="Нет средств")
    assert SEND_REPORT in page_of(scene)
    assert SEND_REPORT not in page_of(scene, "executor")


@pytest.mark.django_db
def test_a_wrong_address_is_said_once_and_in_words():
    scene = ending_in(180)
    client = Client()
    client.force_login(scene.region.executor)
    given = {"text": "Готово", "link": "стенд в холле", "submit": "1"}
    page = client.post(scene.occurrence.get_absolute_url(), given).content.decode()
    assert page.count("Укажите адрес страницы полностью: https://…") == 2  # above, and beside it
    assert "стенд в холле" in page
