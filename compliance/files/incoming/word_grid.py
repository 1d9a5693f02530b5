"""Which columns the cells of a Word table take.

A row may begin later and end earlier than the table, and Word adds a column to the grid wherever
two borders differ by a hair: such columns are none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compliance.domain.documents.reading import OversizedDocument
from compliance.domain.documents.reading.source import MOST_CELLS
from compliance.files.incoming.parts import Element
from compliance.files.incoming.word_names import child, number, value, word

CELL, ROW = word("tc"), word("tr")
# Elements that only wrap others: content controls, tracked insertions, tags.
WRAPPERS = {word(name) for name in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml")}
HAIR = 142  # twentieths of a point, 2.5 mm: nothing is written in so narrow a column
WIDEST_SPAN = 100


@dataclass(frozen=True, slots=True)
class WordCell:
    """A cell of a row: how many columns it takes, and whether another one covers it."""

    element: Element
    span: int
    is_lower: bool
    is_right: bool

    @property
    def continues(self) -> bool:
        """Whether it is no cell of its own but more of the one above or beside it."""
        return self.is_lower or self.is_right


def cells_of(row: Element) -> list[WordCell]:
    """The cells of a row."""
    found = []
    for cell in children(row, CELL):
        properties = child(cell, "tcPr")
        merged = child(properties, "vMerge")
        beside = child(properties, "hMerge")
        span = number(child(properties, "gridSpan")) or 1
        found.append(
            WordCell(
                cell,
                max(1, min(span, WIDEST_SPAN)),
                merged is not None and value(merged) != "restart",
                beside is not None and value(beside) != "restart",
            )
        )
        if len(found) > MOST_CELLS:
            raise OversizedDocument("too_many_cells")
    return found


@dataclass(frozen=True, slots=True)
class Grid:
    """The columns of a table: for each border of its grid, the column that begins there."""

    columns: tuple[int, ...]

    @property
    def width(self) -> int:
        """How many columns there are."""
        return self.columns[-1] if self.columns else 0

    @classmethod
    def of(cls, table: Element) -> Grid:
        """The grid of a table without columns as wide as a hair."""
        listed = child(table, "tblGrid")
        widths = [
            number(one, "w") if number(one, "w") is not None else HAIR
            for one in (() if listed is None else listed.iterchildren(word("gridCol")))
        ]
        plain = cls(tuple(range(len(widths) + 1)))
        borders = [0]
        for width in widths:
            borders.append(borders[-1] + ((width or 0) >= HAIR))
        joined = cls(tuple(borders))
        return joined if joined != plain and joined._keeps_cells(table) else plain

    def _keeps_cells(self, table: Element) -> bool:
        """Whether each cell still has a column, and no two of a row have the same."""
        for row in children(table, ROW):
            taken = [column for column, _width, _cell in self.placed(row)]
            if len(set(taken)) < len(taken):
                return False
        return True

    def placed(self, row: Element) -> list[tuple[int, int, WordCell]]:
        """Each cell of a row with its first column and how many it takes."""
        start = _before(row)
        found = []
        for cell in cells_of(row):
            first, after = self._column(start), self._column(start + cell.span)
            found.append((first, max(1, after - first), cell))
            start += cell.span
        return found

    def _column(self, border: int) -> int:
        """The column at a border of the grid; past its end they go on one by one."""
        if border < len(self.columns):
            return self.columns[border]
        return self.width + border - max(len(self.columns) - 1, 0)


def _before(row: Element) -> int:
    """How many columns of the grid are left out before the first cell."""
    return min(number(child(row, "trPr", "gridBefore")) or 0, WIDEST_SPAN)


def children(parent: Element, tag: str) -> Iterator[Element]:
    """The children of one kind, also those in wrappers."""
    for one in parent.iterchildren():
        if one.tag == tag:
            yield one
        elif one.tag in WRAPPERS:
            yield from children(one, tag)
