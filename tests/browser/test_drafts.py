"""What is typed into a form outlives a closed tab and goes when the server has taken the form."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from compliance.models import ExecutionReport, MeasureVersion, Petition
from compliance.services.evidence.reports import Account, save_report
from tests.browser.conftest import PHONE
from tests.building import factories as make
from tests.building.scenes import executing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
WORDS = "Подрядчик сорвал поставку, новая — через месяц"


@pytest.fixture
def scene():
    return executing()


def again(page: Page, url: str) -> Page:
    """The page closed and opened anew in the same browser."""
    context = page.context
    page.close()
    fresh = context.new_page()
    fresh.goto(url)
    return fresh


def reason(page: Page):
    return page.locator('form[action$="/petition/"]:has(input[value=waiver]) textarea')


def test_a_petition_half_written_comes_back_until_it_is_sent_or_thrown_away(sign_in, scene):
    url = scene.occurrence.get_absolute_url()
    page = sign_in(scene.region.executor, PHONE)
    page.goto(url)
    page.get_by_text("Попросить снять с контроля").click()
    reason(page).fill(WORDS)
    page = again(page, url)
    expect(reason(page)).to_have_value(WORDS)
    expect(reason(page)).to_be_visible()
    expect(
        page.get_by_text(re.compile(r"Восстановлен черновик от \d\d\.\d\d\.\d{4}"))
    ).to_be_visible()
    page.get_by_role("button", name="Удалить черновик").click()
    expect(reason(page)).to_have_value("")
    page = again(page, url)
    expect(reason(page)).to_have_value("")

    page.get_by_text("Попросить снять с контроля").click()
    reason(page).fill(WORDS)
    page.get_by_role("button", name="Отправить ходатайство").last.click()
    expect(page.get_by_text("Ходатайство отправлено").first).to_be_visible()
    assert Petition.objects.get().reason == WORDS
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft'))") == []


def test_text_beside_a_field_that_has_changed_since_is_offered_and_not_forced(sign_in, scene):
    url = scene.occurrence.get_absolute_url()
    page = sign_in(scene.region.executor, PHONE)
    page.goto(url)
    page.get_by_label("Что сделано").fill(WORDS)
    save_report(scene.occurrence.pk, Account(text="Директор"), act=make.act(scene.region.director))
    page = again(page, url)
    expect(page.get_by_label("Что сделано")).to_have_value("Директор")
    page.get_by_role("button", name="Вставить мой текст").click()
    expect(page.get_by_label("Что сделано")).to_have_value(WORDS)
    page.get_by_role("button", name="Сохранить черновик").click()
    expect(page.get_by_text("Черновик сохранён").first).to_be_visible()
    assert ExecutionReport.objects.get().text == WORDS


def test_on_a_phone_the_text_and_the_camera_are_on_the_first_screen(sign_in, scene):
    """What need not be filled in is folded, and opens where something has been typed into it."""
    words = "Разработать и разместить на сайте учреждения версию для слабовидящих и незрячих людей"
    MeasureVersion.objects.filter(pk=scene.occurrence.version_id).update(text=words)
    url = scene.occurrence.get_absolute_url()
    page = sign_in(scene.region.executor, PHONE)
    page.goto(url)
    for field in ("#id_text", "#photos_after"):
        box = page.locator(field).bounding_box()
        assert box is not None and box["y"] + box["height"] <= 844, field
    link = page.get_by_label("Ссылка на публикацию")
    expect(link).to_be_hidden()
    page.get_by_text("Ещё: документ, число, ссылка").click()
    link.fill("https://centr.example/novosti/5")
    page = again(page, url)
    expect(page.get_by_label("Ссылка на публикацию")).to_be_visible()
