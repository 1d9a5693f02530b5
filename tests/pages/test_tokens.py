"""The token sheet is the one home of colours, sizes and spaces, and its colours can be read."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = Path(settings.BASE_DIR, "static")
TOKENS = FOLDER.joinpath("tokens.css").read_text("utf-8")
SHEETS = sorted(path for path in FOLDER.glob("*.css") if path.name != "tokens.css")
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch)\(|: *(?:white|black|red|grey)\b")
SIZE = re.compile(
    r"\b(?:font-size|(?:margin|padding|gap|border-radius)(?:-\w+)*): *"
    r"[^;{}]*?(?<![\w.-])(?:\d*\.)?[1-9]\d*(?:rem|px|pt)\b"
)
SURFACES = ("paper", "ground")
MEANINGS = ("accent", "good", "soon", "bad")
WORDS = ("ink", "ink-quiet", "accent", "accent-strong", "good", "soon", "bad")
# Words on a ground: 4.5 to 1. What only shows where something is: 3 to 1.
TEXT = [
    *product(WORDS, SURFACES),
    *((one, f"{one}-pale") for one in MEANINGS),
    *product(("ink", "ink-quiet", "accent-strong"), ("accent-pale",)),
    *(("ink", f"{one}-pale") for one in MEANINGS),
    *product(("on-fill",), ("fill", "fill-strong", "fill-bad")),
]
SIGNS = [*product(("edge", "accent", "good", "soon", "bad", "fill"), SURFACES)]
PANEL = ("black-on-white", "white-on-black", "blue-on-light")


def rules(start: str) -> dict[str, str]:
    """The tokens of the rule that begins so, as they are written."""
    body = TOKENS[TOKENS.index(start) :]
    block = body[body.index("{", len(start) - 1) + 1 : body.index("}")]
    return dict(re.findall(r"--([\w-]+): ([^;]+);", block))


def colours(mode: str) -> dict[str, str]:
    """Each token's colour in a mode: light, dark, or one of the panel for poor sight."""
    found = rules(":root {")
    if mode == "dark":
        found |= rules("@media screen and (prefers-color-scheme: dark) {\n  :root {")
    elif mode != "light":
        found |= rules("html:is([data-contrast") | rules(f'html[data-contrast="{mode}"] {{')
    while aliases := {name: found[of[6:-1]] for name, of in found.items() if of.startswith("var(")}:
        found |= aliases
    return found


def contrast(one: str, other: str) -> float:
    """How far two colours are apart, by WCAG 2: from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_contrast_is_counted_as_the_standard_does():
    assert contrast("#000", "#fff") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("mode", ["light", "dark", *PANEL])
def test_words_can_be_read_on_their_ground(mode):
    found = colours(mode)
    faint = [
        f"{words} on {ground}: {contrast(found[words], found[ground]):.2f}"
        for pairs, least in ((TEXT, 4.5), (SIGNS if mode in {"light", "dark"} else [], 3))
        for words, ground in pairs
        if contrast(found[words], found[ground]) < least
    ]
    assert faint == []


def test_no_other_sheet_has_a_colour_or_a_size_of_its_own():
    found = [
        f"{path.name}:{at} {match.group()}"
        for path in SHEETS
        for at, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        for match in (COLOUR.search(line), SIZE.search(line))
        if match
    ]
    assert found == []


def test_every_token_that_is_named_exists_and_every_one_that_exists_is_named():
    sheets = [TOKENS, *(path.read_text("utf-8") for path in SHEETS)]
    made = {name for text in sheets for name in re.findall(r"(?<![\w-])--([\w-]+):", text)}
    named = {name for text in sheets for name in re.findall(r"var\(--([\w-]+)", text)}
    ours = {name for name in made if not name.startswith("bs-")}
    assert {name for name in named if not name.startswith("bs-")} - made == set()
    assert ours - named == set()


def test_sheets_stay_short():
    assert [path.name for path in SHEETS if len(path.read_text("utf-8").splitlines()) > 400] == []
