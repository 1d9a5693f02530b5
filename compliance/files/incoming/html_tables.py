"""A page saved from a site as a source: its paragraphs and tables, without its tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes

from lxml import etree, html

from compliance.domain.documents.reading import OversizedDocument, SourceBuilder, UnreadableDocument
from compliance.domain.documents.reading.source import MOST_CELLS, Cell, Piece, Source, Withheld
from compliance.domain.documents.reading.text import TracedText
from compliance.files.incoming.parts import Element

UNSEEN = {
    "script", "style", "template", "noscript", "head", "title", "svg", "object", "iframe",
    "colgroup", "select", "textarea", "option", "datalist",
}  # fmt: skip
BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "div", "dl",
    "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "html", "legend", "li", "main", "nav", "ol", "p", "pre", "section", "ul",
}  # fmt: skip
ENDING = BLOCKS | {"br", "tr", "td", "th", "table"}
ROLES = {
    "table": "table", "grid": "table", "treegrid": "table", "row": "tr", "cell": "td",
    "gridcell": "td", "columnheader": "th", "rowheader": "th",
}  # fmt: skip
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all")
STRUCK = re.compile(r"text-decoration[\w-]{0,20}\s{0,20}:[^;]{0,200}line-through")
MOST_ELEMENTS = 500_000
DEEPEST = 300  # elements, one in another; a browser itself gives up at 512
WIDEST_SPAN = 100


def read_html(text: str) -> Source:
    """The paragraphs and tables of a web page; each paragraph and row takes one line number."""
    try:
        root = html.document_fromstring(text, parser=html.HTMLParser(huge_tree=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument("damaged_file", format="html") from error
    _check(root)
    builder = SourceBuilder()
    _PageReader(builder).read(root)
    return builder.build()


def page_of(content: bytes) -> bytes:
    """The page in a file that a browser saved as one (`.mht`); UnreadableDocument without one."""
    try:
        parts = list(message_from_bytes(content).walk())
    except RecursionError as error:
        raise UnreadableDocument("damaged_file", format="mht") from error
    for part in parts:
        if part.get_content_type() == "text/html":
            page = part.get_payload(decode=True)
            return page if isinstance(page, bytes) else b""
    raise UnreadableDocument("damaged_file", format="html")


def _check(root: Element) -> None:
    depth = count = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > DEEPEST or count > MOST_ELEMENTS:
            raise OversizedDocument("too_many_cells")


@dataclass
class _Lines:
    """Words as they come, cut into lines where a block or a break ends."""

    lines: list[list[Piece]] = field(default_factory=lambda: [[]])

    def add(self, words: str, code: str | None) -> None:
        words = " ".join(words.split()).join(
            (" " if words[:1].isspace() else "", " " if words[-1:].isspace() else "")
        )
        if words:
            self.lines[-1].append(Withheld(words, code) if code else words)

    def end(self) -> None:
        if any((one if isinstance(one, str) else one.text).strip() for one in self.lines[-1]):
            self.lines.append([])
        else:
            self.lines[-1] = []

    def take(self) -> list[list[Piece]]:
        self.end()
        taken, self.lines = self.lines[:-1], [[]]
        return taken


@dataclass
class _PageReader:
    """Walks through a page and writes what it shows."""

    builder: SourceBuilder

    def read(self, root: Element) -> None:
        words = _Lines()
        self._walk(root, words)
        self._flush(words)

    def _flush(self, words: _Lines) -> None:
        for line in words.take():
            self.builder.paragraph(line)

    def _walk(
        self,
        element: Element,
        words: _Lines,
        code: str | None = None,
        *,
        in_cell: bool = False,
        mark: str = "",
    ) -> None:
        """Write an element's paragraphs and tables; what is not yet ended stays in `words`.

        `mark`: what a browser draws before an entry of a list.
        """
        name, code = _name(element), _code(element) or code
        if name in UNSEEN:
            return
        if name == "table" and code is None and not in_cell and not _is_layout(element):
            self._flush(words)
            self._table(element)
            return
        ends = name in ENDING
        if ends:
            words.end()
        words.add(mark, code)
        words.add(element.text or "", code)
        entries = 0
        for one in element:
            if isinstance(one.tag, str):
                entries += one.tag == "li"
                sign = f"{entries}. " if name == "ol" else "– "
                self._walk(one, words, code, in_cell=in_cell, mark=sign if one.tag == "li" else "")
            words.add(one.tail or "", code)
        if ends:
            words.end()

    def _table(self, table: Element) -> None:
        rows = list(_within(table, "tr"))
        for caption in table.iterchildren("caption"):
            words = _Lines()
            self._walk(caption, words)
            self._flush(words)
        above: dict[int, tuple[int, TracedText]] = {}
        width = max((sum(_span(one, "colspan") for one in _cells(row)) for row in rows), default=0)
        for row in rows:
            above = self._row(row, above, width)

    def _row(
        self, row: Element, above: dict[int, tuple[int, TracedText]], width: int
    ) -> dict[int, tuple[int, TracedText]]:
        """Write a row; the cells that reach into the rows below, with how many rows are left."""
        cells: list[Cell] = []
        reach: dict[int, int] = {}
        code = "hidden_row" if _code(row) == "hidden_text" else _code(row)
        found = _cells(row)
        for one in found:
            while len(cells) in above:
                cells.append(above[len(cells)][1])
            reach[len(cells)] = _span(one, "rowspan", MOST_CELLS) - 1
            cells.append(self._cell(one, code))
            cells += [""] * (_span(one, "colspan") - 1)
            if len(cells) > MOST_CELLS:
                raise OversizedDocument("too_many_cells")
        while len(cells) in above:
            cells.append(above[len(cells)][1])
        spanning = len(found) == 1 and _span(found[0], "colspan") >= width > 1
        texts = self.builder.row(cells, spanning=spanning)
        below = {at: (left - 1, text) for at, (left, text) in above.items() if left > 1}
        return below | {at: (left, texts[at]) for at, left in reach.items() if left > 0}

    def _cell(self, cell: Element, code: str | None) -> list[Piece]:
        """The words of a cell, its blocks one a line."""
        words = _Lines()
        self._walk(cell, words, code, in_cell=True)
        pieces: list[Piece] = []
        for line in words.take():
            pieces += ["\n", *line] if pieces else line
        return pieces


def _name(element: Element) -> str:
    """What an element is: by its role if it has one for tables, else by its tag."""
    if not isinstance(element.tag, str):
        return ""
    return ROLES.get(element.get("role", ""), element.tag.rpartition(":")[2].lower())


def _code(element: Element) -> str | None:
    """Why the words of an element are not read; None when they are."""
    style = element.get("style", "").lower()
    if "hidden" in element.attrib or HIDDEN.search(style):
        return "hidden_text"
    if element.tag in {"s", "strike", "del"} or STRUCK.search(style):
        return "struck_text"
    return None


def _is_layout(table: Element) -> bool:
    """Whether a table only puts other tables side by side: then its cells are no cells."""
    return any(
        sum(1 for _row in _within(inner, "tr")) > 1 or _name(inner) == "table"
        for inner in table.iterdescendants()
        if isinstance(inner.tag, str) and _name(inner) == "table"
    )


def _within(table: Element, name: str) -> Iterator[Element]:
    """The table's own rows, or the row's own cells, through what only groups them."""
    for one in table.iterchildren():
        kind = _name(one)
        if kind == name:
            yield one
        elif kind in {"thead", "tbody", "tfoot", "form", "div", "span"}:
            yield from _within(one, name)


def _cells(row: Element) -> list[Element]:
    return [one for one in row.iterchildren() if _name(one) in {"td", "th"}]


def _span(cell: Element, name: str, most: int = WIDEST_SPAN) -> int:
    value = (cell.get(name) or cell.get(f"aria-{name}") or "1").strip()
    return max(1, min(int(value), most)) if value.isascii() and value.isdecimal() else 1
