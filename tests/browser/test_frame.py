"""The frame of every page in a real browser: on paper, under its menus, and by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from tests.browser.conftest import DESK, PHONE
from tests.building import factories as make
from tests.building.scenes import executing, sent

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

# A sheet of A4 on its side without margins of 12 mm, at 96 dots an inch.
SHEET = {"width": 1032, "height": 703}

# The tab stops of the frames on the page: [scrolls, is a stop] each.
# A table in a closed fold is none: it gets its mark when it is opened.
STOPS = """() => [...document.querySelectorAll(".table-frame")].filter(
    (frame) => frame.checkVisibility()).map(
    (frame) => [frame.scrollWidth > frame.clientWidth, frame.tabIndex === 0])"""


def rows() -> tuple[Any, ...]:
    words = "Оборудовать входную группу пандусом и кнопкой вызова персонала " * 3
    return tuple(make.measure(f"{words}{number}", number=str(number)) for number in range(1, 13))


def test_a_plan_on_paper_begins_with_its_text_and_has_nothing_to_press(sign_in) -> None:
    scene = sent(None, *rows())
    page = sign_in(scene.region.coordinator, SHEET)
    page.goto(scene.plan.get_absolute_url())
    page.emulate_media(media="print")
    for what in (
        "header",
        "footer",
        "nav",
        "button",
        ".btn",
        "input",
        "select",
        "textarea",
        "#task",
    ):
        assert page.locator(what).locator("visible=true").count() == 0, what
    assert page.locator(".page-aside .facts").is_visible()
    facts, table, first = (
        page.locator(one).first.bounding_box()
        for one in (".page-aside .facts", ".table-frame", ".table-frame tbody tr")
    )
    assert facts["y"] + facts["height"] <= table["y"], "what the plan is stands above its measures"
    assert first["y"] + first["height"] < SHEET["height"], "the first sheet holds a measure"
    thead = "getComputedStyle(document.querySelector('.table-frame thead')).display"
    assert page.evaluate(thead) == "table-header-group", "the head is repeated on every sheet"
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


@pytest.mark.parametrize("contrast", ["", "white-on-black"])
def test_nothing_of_the_menu_shows_through_the_panel_for_poor_sight(sign_in, contrast) -> None:
    page = sign_in(make.region().administrator, DESK)
    if contrast:
        page.goto(reverse("home"))
        page.click(".menu-sight summary")
        page.click(f"button[value='{contrast}'] >> visible=true")
    page.goto(reverse("home"))
    page.click(".menu-sight summary")
    hidden = """() => {
        const panel = document.querySelector(".menu-sight .menu-panel");
        const box = panel.getBoundingClientRect();
        let strange = [];
        for (let x = box.left + 2; x < box.right - 2; x += 6)
            for (let y = box.top + 2; y < box.bottom - 2; y += 6) {
                const top = document.elementFromPoint(x, y);
                if (!panel.contains(top)) strange.push(top.textContent.trim().slice(0, 30));
            }
        return [...new Set(strange)];
    }"""
    assert page.evaluate(hidden) == []


def test_a_table_is_a_tab_stop_only_while_it_scrolls(sign_in) -> None:
    scene = executing(None, *rows())
    seen = set()
    for size in (DESK, PHONE, {"width": 760, "height": 900}):
        page = sign_in(scene.region.coordinator, size)
        for url in (reverse("region"), scene.plan.get_absolute_url(), reverse("plans")):
            page.goto(url)
            until(page, f"({STOPS})().every(([scrolls, stop]) => scrolls === stop)")
            seen |= {tuple(one) for one in page.evaluate(STOPS)}
    assert (False, False) in seen


def test_a_table_that_begins_to_scroll_becomes_a_stop(sign_in) -> None:
    page = sign_in(executing(None, *rows()).region.coordinator, DESK)
    page.goto(reverse("plans"))
    until(page, f"({STOPS})().every(([scrolls, stop]) => !scrolls && !stop)")
    page.evaluate("document.querySelector('.table-frame > table').style.width = '3000px'")
    until(page, f"({STOPS})().every(([scrolls, stop]) => scrolls && stop)")


def until(page, expression: str) -> None:
    """Waits until it holds; asked from outside: the site lets no page evaluate words."""
    for _time in range(50):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(expression)


def test_without_a_script_every_table_can_be_reached(chromium: Browser, live_server) -> None:
    region = executing().region
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", region.coordinator.username)
    page.fill("input[name=password]", make.PASSWORD)
    page.click("form:has(input[name=password]) button")
    page.goto(reverse("plans"))
    assert (
        page.locator(".table-frame[tabindex='0']").count() == page.locator(".table-frame").count()
    )
    context.close()
