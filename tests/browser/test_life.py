"""The whole life of the Smolensk plan in a real browser, a separate login for each party."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from compliance.models import Occurrence, Plan
from tests.browser.conftest import PHONE
from tests.building.executed import counts_as
from tests.building.smolensk import imported, smolensk_region

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def press(page: Page, name: str) -> None:
    """A button by its words; the answer must not be an error page."""
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        page.get_by_role("button", name=name, exact=True).first.click()
    assert sent.value.status < 400, (name, sent.value.status)
    page.wait_for_load_state()


def no_sideways_scroll(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_smolensk_plan_goes_its_whole_way_in_chromium(sign_in, picture):
    region = smolensk_region()
    today = timezone.localdate()
    plan = imported(region, year=today.year)
    url = plan.get_absolute_url()
    soon = today + timedelta(days=5)

    coordinator = sign_in(region.coordinator)
    coordinator.goto(url)
    coordinator.get_by_role("link", name="уточнить сроки").click()
    for _ in range(2):
        coordinator.get_by_label("Контрольные сроки").first.fill(f"{soon:%d.%m.%Y}")
        press(coordinator, "Подтвердить")
    expect(coordinator.get_by_text("Все сроки подтверждены")).to_be_visible()
    coordinator.goto(url)
    coordinator.get_by_role("link", name="Заполнить таблицей").click()
    coordinator.get_by_role("button", name=re.compile("^Принять 1.5")).click()
    expect(coordinator.locator("[data-column=proof][data-saved]")).to_have_count(1)
    coordinator.get_by_label("Выбрать все").check()
    press(coordinator, "Принять предложенные")
    expect(coordinator.get_by_text("1.5").first).to_be_visible()
    for number in ("1.3", "1.4", "1.7"):
        coordinator.get_by_label(re.compile(f"^Подтверждение: {number}")).select_option("document")
    expect(coordinator.locator("[data-column=proof][data-saved]")).to_have_count(3)
    coordinator.goto(url)
    press(coordinator, "Отправить на согласование")

    head = sign_in(region.head)
    head.get_by_role("link", name="Согласовать план").click()
    press(head, "Согласовать")

    council = sign_in(region.councillor)
    council.get_by_role("link", name="Утвердить план").click()
    council.get_by_label("Основание").select_option(label="Протокол")
    council.get_by_label(re.compile("^Номер")).fill("30-ОС")
    council.get_by_label(re.compile("^Дата")).fill(today.isoformat())
    press(council, "Утвердить")

    coordinator.goto(url)
    coordinator.get_by_label("Дата публикации").fill(today.isoformat())
    coordinator.get_by_label("Адрес публикации").fill("https://example.org/plan")
    press(coordinator, "Зафиксировать публикацию")
    press(coordinator, "Начать исполнение")

    phone = sign_in(region.executor, PHONE)
    assert no_sideways_scroll(phone)
    phone.get_by_role("link", name="Отчитаться").first.click()
    assert no_sideways_scroll(phone)
    reported = Occurrence.objects.get(pk=int(phone.url.rstrip("/").rsplit("/", 1)[1]))
    phone.get_by_label("Что сделано").fill("Планы разработаны, стенд обновлён")
    phone.set_input_files("input[name=photos_after]", str(picture))
    expect(phone.get_by_role("img", name=re.compile("стенд"))).to_be_visible()
    expect(phone.get_by_label("Что сделано")).to_have_value("Планы разработаны, стенд обновлён")
    press(phone, "Отправить на проверку")
    expect(phone.get_by_text("Отчёт отправлен на проверку").first).to_be_visible()

    inspector = sign_in(region.inspector)
    inspector.get_by_role("link", name="Проверить исполнение").first.click()
    image = inspector.locator(".photos-large img").first
    image.evaluate("node => node.decode()")  # which waits until it is there
    assert image.evaluate("node => node.naturalWidth") == 1600
    press(inspector, "Принять как исполненное")
    reported.refresh_from_db()
    assert reported.status == "accepted" and counts_as(reported) == "in_time"

    # Two years in one step: everything else is explained as not done.
    Occurrence.objects.filter(plan=plan).open().update(not_done_reason="Перенесено")
    coordinator.goto(url)
    press(coordinator, "Отправить отчёт по плану")
    head.goto(url)
    press(head, "Принять отчёт")
    assert Plan.objects.get(pk=plan.pk).state == "reported"
    assert no_sideways_scroll(head)
