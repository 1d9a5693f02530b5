"""A document as every format gives it: rows of cells that know their lines."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from compliance.domain.documents.reading.errors import OversizedDocument
from compliance.domain.documents.reading.text import TracedText
from compliance.domain.folding import visible

MOST_CELLS = 200_000
LONGEST_TEXT = 500_000  # characters; the rating of a large region has some 150,000


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A paragraph (one cell, not in a table) or a row of a table.

    `spanning`: one merged cell takes the whole width. `inherited`: columns whose text
    belongs to a cell that began in a row above (vertically merged).
    """

    first_line: int
    last_line: int
    cells: tuple[TracedText, ...]
    in_table: bool
    spanning: bool = False
    inherited: frozenset[int] = frozenset()

    @property
    def filled(self) -> tuple[int, ...]:
        """The columns that are not empty."""
        return tuple(index for index, cell in enumerate(self.cells) if cell)

    def own(self, column: int) -> TracedText | None:
        """The cell's text when it began in this very row and is not blank."""
        if column in self.inherited or column >= len(self.cells):
            return None
        return self.cells[column] or None

    def whole(self) -> TracedText:
        """All cells as one text."""
        return TracedText.join(self.cells)


@dataclass(frozen=True, slots=True)
class Source:
    """Everything a document says, in order.

    `text` has each character of it; `line_starts` the offset at which each line begins (in Word and
    Excel: each paragraph or row); `frame` the signs that the format itself uses to draw a table and
    that are therefore in no cell.
    """

    text: str
    rows: tuple[SourceRow, ...]
    line_starts: tuple[int, ...]
    frame: str = ""

    def line_of(self, spot: int) -> int:
        """The number (from 1) of the line on which a character stands."""
        return max(1, bisect_right(self.line_starts, spot))


def line_starts_of(text: str) -> tuple[int, ...]:
    """The offset at which each line of a plain text begins."""
    return (0, *(match.end() for match in re.finditer("\n", text)))


@dataclass
class SourceBuilder:
    """Collects the paragraphs and rows of a document that has no plain text of its own."""

    pieces: list[str] = field(default_factory=list)
    rows: list[SourceRow] = field(default_factory=list)
    line_starts: list[int] = field(default_factory=list)
    length: int = 0
    cells: int = 0

    def paragraph(self, value: str) -> None:
        """Adds a paragraph; it takes one line number."""
        self.row([value], in_table=False)

    def row(
        self,
        cells: Sequence[str | TracedText],
        *,
        in_table: bool = True,
        spanning: bool = False,
    ) -> tuple[TracedText, ...]:
        """Add a row and return its texts; a `TracedText` in `cells` is one merged from above."""
        self.line_starts.append(self.length)
        self.cells += len(cells)
        coming = sum(len(cell) for cell in cells if isinstance(cell, str))
        if self.cells > MOST_CELLS or self.length + coming > LONGEST_TEXT:
            raise OversizedDocument("too_much_text", characters=LONGEST_TEXT)
        inherited = frozenset(i for i, cell in enumerate(cells) if isinstance(cell, TracedText))
        texts = tuple(cell if isinstance(cell, TracedText) else self._write(cell) for cell in cells)
        line = len(self.line_starts)
        self.rows.append(SourceRow(line, line, texts, in_table, spanning, inherited))
        self._write("\n")
        return texts

    def _write(self, value: str) -> TracedText:
        value = visible(value)
        text = TracedText.at(value, self.length)
        self.pieces.append(value + "\t")
        self.length += len(value) + 1
        return text

    def build(self) -> Source:
        """The finished source."""
        return Source("".join(self.pieces), tuple(self.rows), tuple(self.line_starts))
