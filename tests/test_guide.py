"""The user guide says what the pages say, and shows the pictures it has."""

from __future__ import annotations

import re
from pathlib import Path

from tests.building.places import ROOT
from tests.test_translations import CATALOGUE

GUIDE = ROOT / "docs" / "guide"
PAGES = sorted(GUIDE.glob("*.md"))
ROLES = {
    "executor", "director", "coordinator", "inspector", "head",
    "council", "hr", "administrator", "citizen",
}  # fmt: skip
HEAVIEST = 2_500_000  # bytes of all pictures: a guide is read on slow lines too


def shown_words() -> set[str]:
    """Every Russian text of the pages in small letters, without its end."""
    strings = re.findall(
        r'^msgstr(?:\[\d\])? "(.+)"$', CATALOGUE.read_text(encoding="utf-8"), re.MULTILINE
    )
    return {bare(text.replace('\\"', '"')) for text in strings}


def bare(words: str) -> str:
    return words.casefold().rstrip(" .:…")


def bold(page: Path) -> list[str]:
    """The words that the page says stand on the screen."""
    return re.findall(r"\*\*(.+?)\*\*", page.read_text(encoding="utf-8"), re.DOTALL)


def links(page: Path) -> list[str]:
    """Where the page's links and pictures lead, without the place inside."""
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    return [target for target in targets if "://" not in target]


def test_each_role_has_a_page():
    assert {page.stem for page in PAGES} == ROLES | {"README"}


def test_what_is_bold_stands_on_a_page_of_the_system():
    known = shown_words()
    strange = [
        (page.name, words)
        for page in PAGES
        for words in bold(page)
        if bare(" ".join(words.split())) not in known and words != "Жирным"
    ]
    assert strange == []


def test_every_link_and_picture_of_the_guide_exists():
    dead = [
        (page.name, target)
        for page in PAGES
        for target in links(page)
        if not (page.parent / target).is_file()
    ]
    assert dead == []


def test_every_picture_is_shown_and_they_are_light():
    pictures = set((GUIDE / "pictures").glob("*.png"))
    shown = {(page.parent / target).resolve() for page in PAGES for target in links(page)}
    assert pictures - shown == set()
    assert sum(picture.stat().st_size for picture in pictures) < HEAVIEST


def test_every_role_page_has_pictures():
    bare_pages = [page.name for page in PAGES if "pictures/" not in "".join(links(page))]
    assert bare_pages == []
