"""A plan on paper: what stands on each sheet, read from the PDF that Chromium prints."""

from __future__ import annotations

import re
import zlib

import pytest
from django.urls import reverse

from tests.browser.conftest import PICTURES
from tests.building import factories as make
from tests.building.scenes import executing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

# A sheet of A4 on its side without margins of 12 mm, at 96 dots an inch.
SHEET = {"width": 1032, "height": 703}
ON_ITS_SIDE = b"[0 0 841.91998 594.95996]"

# Words of the table that do not stand on one line; a hyphen and a slash may end a line.
TORN = r"""() => [...document.querySelectorAll(".table-frame :is(td, th)")].flatMap((cell) => {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), torn = [];
    for (let node; (node = walker.nextNode());)
        for (const word of node.data.matchAll(/[^\s\-–/]+/g)) {
            const range = document.createRange();
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            const tops = [...range.getClientRects()].map((one) => Math.round(one.top));
            if (new Set(tops).size > 1) torn.push(word[0]);
        }
    return torn;
})"""
STICKING = """() => [...document.querySelectorAll(".table-frame")].filter(
    (frame) => frame.scrollWidth > frame.clientWidth + 1).length"""
# How the steps look without colour: [words, ground, thickness of the frame].
STEPS = """() => [...document.querySelectorAll(".step")].map((one) => {
    const { backgroundColor, color, borderTopWidth } = getComputedStyle(one);
    const sign = getComputedStyle(one, "::before").content.replaceAll('"', "");
    return [sign + one.firstChild.textContent, color, backgroundColor, borderTopWidth];
})"""


def sheets(pdf: bytes) -> list[float]:
    """For each sheet, how far down its lowest words stand: 1 is its lower edge."""
    found = re.findall(rb"(?m)^(\d+) 0 obj\n(.*?)\nendobj", pdf, re.DOTALL)
    things = {int(number): body for number, body in found}
    depths = []
    for body in things.values():
        if re.search(rb"/Type /Page\b", body):
            assert ON_ITS_SIDE in body
            drawn = things[int(re.search(rb"/Contents (\d+) 0 R", body)[1])]
            start, end = drawn.index(b"stream\n") + 7, drawn.rindex(b"\nendstream")
            lines = re.findall(rb" ([\d.]+) Tm\n", zlib.decompress(drawn[start:end]))
            # Chromium counts on from sheet to sheet.
            depths.append(max(map(float, lines)) / SHEET["height"] - len(depths))
    return depths


@pytest.mark.parametrize("name", ["plan", "public-plan"])
def test_a_plan_fills_its_sheets_and_tears_no_word(sign_in, name) -> None:
    words = "Оборудовать входную группу пандусом и кнопкой вызова персонала " * 3
    numbers = range(1, 19)
    scene = executing(None, *(make.measure(f"{words}{one}", number=str(one)) for one in numbers))
    page = sign_in(scene.region.director, SHEET)
    page.emulate_media(color_scheme="dark")
    page.goto(reverse(name, args=[scene.plan.pk]))
    pdf = page.pdf(prefer_css_page_size=True, path=PICTURES / f"paper-{name}.pdf")
    depths = sheets(pdf)
    assert 2 <= len(depths) <= 4
    assert [one for one in depths[:-1] if one < 0.8] == [], depths
    page.emulate_media(media="print")
    assert page.evaluate(TORN) == []
    assert page.evaluate(STICKING) == 0


def test_the_steps_are_read_in_black_and_white(sign_in) -> None:
    scene = executing()
    page = sign_in(scene.region.director, SHEET)
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(scene.plan.get_absolute_url())
    ink, none = "rgb(0, 0, 0)", "rgba(0, 0, 0, 0)"
    assert page.evaluate(STEPS) == [
        ["✓ Черновик", ink, none, "0px"],
        ["✓ Согласован", ink, none, "0px"],
        ["✓ Утверждён", ink, none, "0px"],
        ["✓ Опубликован", ink, none, "0px"],
        ["counter(step) . Исполняется", ink, none, "2px"],
        ["counter(step) . Отчёт принят", ink, none, "0px"],
    ]
