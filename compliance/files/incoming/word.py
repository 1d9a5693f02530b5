"""Word documents as a source: what a person sees is read, the rest is withheld with a warning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from compliance.domain.documents.reading import OversizedDocument, SourceBuilder, UnreadableDocument
from compliance.domain.documents.reading.source import MOST_CELLS, Cell, Piece, Source, Withheld
from compliance.domain.documents.reading.text import TracedText
from compliance.domain.refusals import Refusal
from compliance.files.incoming.parts import RELATION, Element, Parts
from compliance.files.incoming.sprawl import check_parts
from compliance.files.incoming.word_grid import WRAPPERS, Grid, cells_of, children
from compliance.files.incoming.word_names import MAIN, child, switch, value, word
from compliance.files.incoming.word_numbers import Numbering
from compliance.files.incoming.word_styles import Styles
from compliance.files.incoming.word_words import PARAGRAPH, SKIPPED, TABLE, Words, has_ground

TEXT_BOX, ROW, SECTION = word("txbxContent"), word("tr"), word("sectPr")
SEPARATORS = {"separator", "continuationSeparator", "continuationNotice"}


def read_word(content: bytes) -> Source:
    """Paragraphs and table rows in order; each takes one line number."""
    check_parts(content)
    try:
        return _WordReader(Parts(content, "docx")).read()
    except Refusal:
        raise
    except Exception as error:  # whatever a damaged part makes zipfile, lxml or int() raise
        raise UnreadableDocument("damaged_file", format="docx") from error


class _WordReader:
    """Writes the blocks of one document into a source."""

    def __init__(self, parts: Parts) -> None:
        self.parts, self.main = parts, parts.main()
        root = parts.xml(self.main)
        body = child(root, "body")
        if root is None or body is None:
            raise UnreadableDocument("damaged_file", format="docx")
        self.body = body
        styles = Styles(parts.xml(parts.related(self.main, "styles")))
        lists = Numbering.read(parts.xml(parts.related(self.main, "numbering")), styles)
        self.words = Words(styles, lists, has_background=_has_background(root))
        self.builder = SourceBuilder()

    def read(self) -> Source:
        """What is above each page, the text, what is below; then the notes."""
        for part in self._running("headerReference"):
            self._blocks(part)
        self._blocks(self.body)
        for part in self._running("footerReference"):
            self._blocks(part)
        self._notes("footnotes", "footnote")
        self._notes("endnotes", "endnote")
        if self.words.inserted:
            self.builder.warn("inserted_text", " ".join(self.words.inserted), 1)
        self._comments()
        return self.builder.build()

    # --- Parts beside the text --------------------------------------------------------------------

    def _running(self, kind: str) -> list[Element]:
        """The headers or footers that are printed, each once."""
        relations = self.parts.relations(self.main)
        settings = self.parts.xml(self.parts.related(self.main, "settings"))
        names: dict[str, None] = {}
        for section in self.body.iter(SECTION):
            shown = {"default"}
            shown |= {"first"} if switch(section, "titlePg") else set()
            shown |= {"even"} if switch(settings, "evenAndOddHeaders") else set()
            for one in section.iterchildren(MAIN + kind):
                if (value(one, "type") or "default") in shown:
                    names.setdefault(relations.get(one.get(RELATION, ""), ("", ""))[1])
        found = [self.parts.xml(name) for name in names]
        return [part for part in found if part is not None]

    def _notes(self, kind: str, name: str) -> None:
        root = self.parts.xml(self.parts.related(self.main, kind))
        for note in () if root is None else root.iterchildren(MAIN + name):
            if value(note, "type") not in SEPARATORS:
                self._blocks(note)

    def _comments(self) -> None:
        """Remarks beside the text are no part of it; a person is told of them."""
        root = self.parts.xml(self.parts.related(self.main, "comments"))
        for comment in () if root is None else root.iterchildren(word("comment")):
            words = " ".join("".join(one.itertext()) for one in comment.iter(PARAGRAPH))
            if words.strip():
                self.builder.warn("comment", words)

    # --- Blocks -----------------------------------------------------------------------------------

    def _blocks(self, parent: Element, *, shaded: bool = False) -> None:
        for block, in_box in blocks_of(parent):
            if block.tag == PARAGRAPH:
                self.builder.paragraph(self.words.paragraph(block, shaded=shaded or in_box))
            else:
                self._table(block)

    def _table(self, table: Element) -> None:
        grid = Grid.of(table)
        shaded = has_ground(child(table, "tblPr")) or self.words.styles.is_shaded(table)
        above: dict[int, TracedText] = {}
        for row in children(table, ROW):
            cells = cells_of(row)
            if len(cells) == 1 and child(cells[0].element, "tbl") is not None:
                self._blocks(cells[0].element, shaded=shaded)
                continue
            above = self._row(row, grid, above, shaded=shaded)

    def _row(
        self, row: Element, grid: Grid, above: dict[int, TracedText], *, shaded: bool
    ) -> dict[int, TracedText]:
        """Write a row; its texts by column, for cells below that are merged with it."""
        state = _RowState.of(row)
        cells: list[Cell] = []
        placed = grid.placed(row)
        for column, width, cell in placed:
            cells += [""] * (column - len(cells))
            lines = self._cell(cell.element, state, is_seen=not cell.continues, shaded=shaded)
            if cell.is_lower and column in above:
                self._withhold_under(lines, cells, above[column])
            elif cell.is_right:
                cells.append(_withheld(lines, "hidden_text"))
            else:
                cells.append(lines)
            cells += [""] * (width - 1)
            if len(cells) > MOST_CELLS:
                raise OversizedDocument("too_many_cells")
        cells += [""] * (grid.width - len(cells))
        if state.is_hidden:
            cells = [[one for cell in cells for one in _withheld(cell, "hidden_row")]]
        seen = [one for one in placed if not one[2].is_right]
        spanning = len(seen) == 1 and sum(one[1] for one in placed) >= grid.width > 1
        return dict(enumerate(self.builder.row(cells, spanning=spanning)))

    def _withhold_under(self, lines: Sequence[Piece], cells: list[Cell], above: TracedText) -> None:
        """The cell above it covers a lower one: what the lower one holds isn't seen."""
        hidden = _withheld(lines, "hidden_text")
        if any(one.text.strip() for one in hidden):
            cells.append(hidden)
        else:
            cells.append(above)

    def _cell(self, cell: Element, state: _RowState, *, is_seen: bool, shaded: bool) -> list[Piece]:
        """The paragraphs of a cell, and of tables inside it, one a line."""
        shaded = shaded or has_ground(child(cell, "tcPr"))
        pieces: list[Piece] = []
        for block, in_box in blocks_of(cell):
            if pieces:
                pieces.append("\n")
            if block.tag == PARAGRAPH:
                pieces += self.words.paragraph(
                    block,
                    shaded=shaded or in_box,
                    deleted=state.is_deleted,
                    counts=is_seen and not state.is_unseen,
                )
                continue
            for row in children(block, ROW):
                inner = _RowState.of(row)
                for one in cells_of(row):
                    pieces += self._cell(one.element, inner, is_seen=is_seen, shaded=shaded)
                    pieces.append("\n")
        return pieces


@dataclass(frozen=True, slots=True)
class _RowState:
    """Whether a row is hidden, or deleted by a tracked change."""

    is_hidden: bool
    is_deleted: bool

    @classmethod
    def of(cls, row: Element) -> _RowState:
        properties = child(row, "trPr")
        return cls(bool(switch(properties, "hidden")), child(properties, "del") is not None)

    @property
    def is_unseen(self) -> bool:
        return self.is_hidden or self.is_deleted


def _withheld(cell: Cell, code: str) -> list[Withheld]:
    """All words of a cell as withheld for one reason."""
    if isinstance(cell, TracedText):
        return []
    if isinstance(cell, str):
        return [Withheld(cell, code)] if cell else []
    return [Withheld(one if isinstance(one, str) else one.text, code) for one in cell]


def _has_background(root: Element) -> bool:
    color = value(child(root, "background"), "color")
    return color is not None and color.upper() not in {"AUTO", "FFFFFF"}


def blocks_of(parent: Element) -> Iterator[tuple[Element, bool]]:
    """The paragraphs and tables under an element, freed from wrappers and text boxes.

    With each, whether it stands in a box, which may have a ground of its own.
    """
    for one in parent.iterchildren():
        if one.tag in (PARAGRAPH, TABLE):
            yield one, parent.tag == TEXT_BOX
        elif one.tag in WRAPPERS:
            yield from blocks_of(one)
        if one.tag == PARAGRAPH:
            for box in _boxes(one):
                yield from blocks_of(box)


def _boxes(parent: Element) -> Iterator[Element]:
    for one in parent.iterchildren():
        if one.tag == TEXT_BOX:
            yield one
        elif one.tag not in SKIPPED:
            yield from _boxes(one)
