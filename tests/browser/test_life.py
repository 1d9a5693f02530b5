"""The whole life of a plan in a real browser, a separate login for each party, with a photo."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from compliance.models import Occurrence, Plan
from tests import factories as make
from tests.browser.conftest import PHONE
from tests.scenes import around_today, due_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def press(page: Page, name: str) -> None:
    """A button by its words; the answer must not be an error page."""
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        page.get_by_role("button", name=name, exact=True).click()
    assert sent.value.status < 400, (name, sent.value.status)
    page.wait_for_load_state()


def no_sideways_scroll(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_plan_goes_its_whole_way_in_chromium(sign_in, picture):
    region = make.region()
    plan = make.plan(
        region, make.measure("Обновить стенд", deadline_text=due_in(5)), period=around_today()
    )
    url = plan.get_absolute_url()
    today = timezone.localdate().isoformat()

    director = sign_in(region.director)
    director.goto(url)
    press(director, "Отправить на согласование")

    coordinator = sign_in(region.coordinator)
    coordinator.goto("/inbox/")
    coordinator.get_by_role("link", name="Согласовать план").click()
    press(coordinator, "Согласовать")

    director.goto(url)
    director.get_by_label("Номер").fill("15-П")
    director.get_by_label("Дата", exact=False).first.fill(today)
    press(director, "Утвердить")
    director.goto(url)
    director.get_by_label("Дата публикации").fill(today)
    director.get_by_label("Адрес публикации").fill("https://example.org/plan")
    press(director, "Зафиксировать публикацию")

    coordinator.goto(url)
    press(coordinator, "Начать исполнение")

    phone = sign_in(region.executor, PHONE)
    assert no_sideways_scroll(phone)
    phone.get_by_role("link", name="Отчитаться").first.click()
    assert no_sideways_scroll(phone)
    phone.get_by_label("Что сделано").fill("Стенд обновлён, сведения проверены")
    with phone.expect_navigation():
        phone.set_input_files("input[name=photos_after]", str(picture))
    expect(phone.get_by_role("img", name=re.compile("стенд"))).to_be_visible()
    expect(phone.get_by_label("Что сделано")).to_have_value("Стенд обновлён, сведения проверены")
    press(phone, "Отправить на проверку")
    expect(phone.get_by_text("Отчёт отправлен на проверку").first).to_be_visible()

    inspector = sign_in(region.inspector)
    inspector.get_by_role("link", name="Проверить исполнение").first.click()
    image = inspector.locator(".photos-large img").first
    expect(image).to_be_visible()
    assert image.evaluate("node => node.naturalWidth") == 1600
    press(inspector, "Принять как исполненное")

    director.goto(url)
    press(director, "Направить отчёт по плану")
    coordinator.goto(url)
    press(coordinator, "Принять отчёт")
    assert Plan.objects.get(pk=plan.pk).state == "reported"
    assert Occurrence.objects.get(plan=plan).status == "accepted"
