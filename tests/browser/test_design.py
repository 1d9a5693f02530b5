"""The parts of the pages as a browser draws them, at /design/: what they measure, not how each
dot is coloured, for Chromium and fonts differ. A picture of each is kept to be looked at.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESK, PHONE, keep
from tests.building.places import ROOT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

# A desk's window at 200 %: half as many points, each drawn twice as large.
TWICE = {"width": DESK["width"] // 2, "height": DESK["height"] // 2}
LOOKS = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "contrast": {"color_scheme": "dark", "contrast": "more"},
}
PANEL = ("black-on-white", "white-on-black", "blue-on-light")

# Words and their ground as they are drawn: [what, contrast] of every sample of colours.
CONTRASTS = """() => {
    const light = (colour) => {
        const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
            const share = part / 255;
            return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    };
    return [...document.querySelectorAll(".sample")].map((one) => {
        const { color, backgroundColor } = getComputedStyle(one);
        const [low, high] = [light(color), light(backgroundColor)].sort((a, b) => a - b);
        return [one.textContent, (high + 0.05) / (low + 0.05)];
    });
}"""
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
# Parts whose content sticks out of them; a table's frame scrolls by itself.
OUTSIDE = """() => [...document.querySelectorAll("[data-part]")]
    .filter((part) => part.scrollWidth > part.clientWidth + 1)
    .map((part) => part.dataset.part)"""
# Badges and deadlines that break although there is room for them.
BROKEN = """() => [...document.querySelectorAll(".page-content .tag, .deadline time")]
    .filter((one) => one.getClientRects().length > 1
        || one.offsetHeight > 2.5 * parseFloat(getComputedStyle(one).fontSize))
    .map((one) => one.textContent)"""
# Numbers: [alignment, figures] of each cell.
NUMBERS = """() => [...document.querySelectorAll("td.number")].map((one) => {
    const { textAlign, fontVariantNumeric } = getComputedStyle(one);
    return [textAlign, fontVariantNumeric];
})"""
STYLE = "(one, name) => getComputedStyle(one)[name]"


@pytest.fixture
def look_at(chromium: Browser, live_server, settings):
    """Opens /design/ in a window of its own."""
    settings.DEMO = True
    contexts = []

    def open_page(size: dict[str, int], **wishes: Any) -> Page:
        context = chromium.new_context(viewport=size, base_url=live_server.url, **wishes)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        assert page.goto(reverse("design")).status == 200
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_parts_fit_their_page_at_every_width(look_at) -> None:
    for name, size, wishes in (
        ("phone", PHONE, {"has_touch": True, "is_mobile": True}),
        ("desk", DESK, {}),
        ("twice", TWICE, {"device_scale_factor": 2}),
    ):
        for look, wish in LOOKS.items():
            page = look_at(size, **wishes, **wish)
            keep(page, f"design-{name}-{look}")
            assert page.evaluate(SIDEWAYS) <= 0, (name, look)
            assert page.evaluate(OUTSIDE) == [], (name, look)


@pytest.mark.parametrize("look", LOOKS)
def test_words_can_be_read_as_they_are_drawn(look_at, look) -> None:
    found = look_at(DESK, **LOOKS[look]).evaluate(CONTRASTS)
    assert len(found) == 27
    assert [one for one in found if one[1] < 4.5] == []


@pytest.mark.parametrize("choice", PANEL)
def test_the_panel_for_poor_sight_wins_over_the_dark(look_at, choice) -> None:
    page = look_at(DESK, color_scheme="dark")
    for name, value in (("contrast", choice), ("size", "200")):
        page.goto(reverse("design"))
        page.click(".menu-sight summary")
        page.click(f"button[name='{name}'][value='{value}'] >> visible=true")
    page.goto(reverse("design"))
    keep(page, f"design-panel-{choice}")
    assert {round(one[1], 1) for one in page.evaluate(CONTRASTS)} == {
        {"blue-on-light": 7.8}.get(choice, 21.0)
    }
    assert page.evaluate(SIDEWAYS) <= 0


def test_parts_are_drawn_by_the_tokens(look_at) -> None:
    page = look_at(DESK)
    assert page.evaluate(BROKEN) == []
    assert {tuple(one) for one in page.evaluate(NUMBERS)} == {("right", "tabular-nums")}
    for part, name, value in (
        ("[data-part='sizes'] > .size-small", "fontSize", "14.4px"),
        ("[data-part='sizes'] > .size-title", "fontSize", "25.6px"),
        ("[data-part='buttons'] > .btn-primary", "backgroundColor", "rgb(23, 82, 122)"),
        ("[data-part='table'] tbody td", "paddingTop", "8px"),
        ("[data-part='table'] tbody .main a", "color", "rgb(23, 82, 122)"),
        ("[data-part='table'] tbody .number a", "color", "rgb(28, 37, 48)"),
        ("[data-part='steps'] .step[aria-current]", "color", "rgb(255, 255, 255)"),
        ("[data-part='list'] > li", "backgroundColor", "rgb(255, 255, 255)"),
    ):
        assert page.locator(part).first.evaluate(STYLE, name) == value, (part, name)
    steps = page.locator("[data-part='steps'] .steps").nth(2).locator("li")
    assert len({steps.nth(at).bounding_box()["height"] for at in range(6)}) == 1


def test_the_system_chooses_the_dark_and_paper_stays_light(look_at) -> None:
    page = look_at(DESK, color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(18, 23, 29)"
    page.emulate_media(media="print")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"


def test_a_finger_gets_room_and_a_mouse_gets_rows(look_at) -> None:
    low = """() => [...document.querySelectorAll(
        "[data-part] :is(.btn, summary, .form-control, .form-select), [data-part='tiles'] a")]
        .map((one) => [one.textContent.trim(), one.getBoundingClientRect().height])
        .filter(([, height]) => height && height < 43.5)"""
    assert look_at(PHONE, has_touch=True, is_mobile=True).evaluate(low) == []
    page = look_at({"width": 1600, "height": 900})
    dense, airy = (
        page.locator(f"[data-part='{part}'] tbody tr").first.bounding_box()["height"]
        for part in ("dense", "table")
    )
    assert dense < 50 < airy


def test_the_pictures_lie_where_git_does_not_look() -> None:
    assert "var/" in ROOT.joinpath(".gitignore").read_text("utf-8").split()


def test_elsewhere_there_is_no_such_page(client, settings) -> None:
    settings.DEMO = settings.DEBUG = False
    assert client.get(reverse("design")).status_code == 404
