"""The search in the header, by keyboard and on a phone."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.browser.conftest import PHONE
from tests.building import factories as make
from tests.building.scenes import executing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

FOCUSED = "document.activeElement.id"


def test_a_key_leads_to_the_field_and_enter_to_what_is_found(sign_in):
    scene = executing(None, make.measure("Установить пандус у входа"), title="Доступность")
    page = sign_in(scene.region.coordinator)
    page.goto(reverse("plans"))
    page.keyboard.press("/")
    assert page.evaluate(FOCUSED) == "search"
    page.keyboard.type("ПАНДУС вход")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Установить пандус у входа").click()
    assert page.locator("tr:target").is_visible()

    page.focus("#search")
    page.fill("#search", "")
    page.keyboard.type("1/2")
    assert page.input_value("#search") == "1/2", "in a field the key is a sign"


def test_the_same_key_on_a_russian_keyboard(sign_in):
    page = sign_in(make.region().executor)
    page.goto(reverse("plans"))
    press = """() => document.body.dispatchEvent(
        new KeyboardEvent("keydown", {key: ".", code: "Slash", bubbles: true}))"""
    page.evaluate(press)
    assert page.evaluate(FOCUSED) == "search"


def test_on_a_phone_the_field_is_in_the_menu(sign_in):
    page = sign_in(make.region().executor, PHONE)
    page.goto(reverse("plans"))
    assert not page.locator("#search").is_visible()
    page.keyboard.press("/")
    assert page.evaluate(FOCUSED) == "search-folded"
    page.keyboard.type("небывальщина")
    page.keyboard.press("Enter")
    page.get_by_text("Ничего не найдено").wait_for()
