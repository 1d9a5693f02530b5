"""The user guide of `docs/guide` as pages of the system: one source for both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from struct import unpack

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

FOLDER: Path = settings.BASE_DIR / "docs" / "guide"
START = "README"  # the page for everybody, as the folder names it
PICTURES = "pictures/"  # beside the pages; among the static files under `guide/`
WAY_BACK = f"[← Руководство]({START}.md)\n"  # in the system the page's breadcrumbs lead back


@dataclass(frozen=True)
class GuidePart:
    """A second heading of a page, and the anchor that leads to it."""

    anchor: str
    title: str


@dataclass(frozen=True)
class GuidePage:
    """A page of the guide: its title, its parts in order, and the HTML below the title."""

    title: str
    parts: list[GuidePart]
    body: SafeString


def guide_names() -> set[str]:
    """The names of the guide's pages as addresses have them: a role, `citizen`, or `start`."""
    return {"start" if path.stem == START else path.stem for path in FOLDER.glob("*.md")}


@cache
def guide_page(name: str) -> GuidePage | None:
    """The page of that name; None when the guide has none."""
    if name not in guide_names():
        return None
    text = (FOLDER / f"{START if name == 'start' else name}.md").read_text(encoding="utf-8")
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text.replace(WAY_BACK, ""))
    title, rest = tokens[1].content, tokens[3:]  # a page begins with its title
    parts = list(_anchored(rest))
    for token in _all(rest):
        _lead_here(token)
    # Our own file, with HTML switched off: anything that looks like a tag comes out as text.
    body = mark_safe(markdown.renderer.render(rest, markdown.options, {}))
    return GuidePage(title, parts, body)


def _anchored(tokens: list[Token]) -> Iterator[GuidePart]:
    """Give each second heading an anchor; yield them in order."""
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            anchor = f"part-{place}"
            token.attrSet("id", anchor)
            yield GuidePart(anchor, tokens[place + 1].content)


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])


def _lead_here(token: Token) -> None:
    """Make a link to a file of the folder lead to its page or picture here."""
    if token.type == "link_open":
        target = str(token.attrGet("href"))
        if target.endswith(".md"):
            name = target.removesuffix(".md")
            token.attrSet("href", reverse("guide", args=["start" if name == START else name]))
    elif token.type == "image":
        target = str(token.attrGet("src"))
        if target.startswith(PICTURES):
            token.attrSet("src", static(f"guide/{target.removeprefix(PICTURES)}"))
            token.attrSet("loading", "lazy")
            width, height = _size_of(FOLDER / target)
            token.attrs |= {"width": width, "height": height}  # the page keeps their place free
    elif token.type == "table_open":
        token.attrSet("class", "table")


def _size_of(picture: Path) -> tuple[int, int]:
    """Width and height of a PNG, as the first of its chunks says."""
    with picture.open("rb") as file:
        width, height = unpack(">16x2I", file.read(24))
    return width, height


__all__ = ["GuidePage", "GuidePart", "guide_names", "guide_page"]
