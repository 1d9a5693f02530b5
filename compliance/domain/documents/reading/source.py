"""A document as every format gives it: rows of cells that know their lines."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

from compliance.domain.documents.reading.document import Warning
from compliance.domain.documents.reading.errors import OversizedDocument
from compliance.domain.documents.reading.text import EMPTY, TracedText
from compliance.domain.folding import visible

MOST_CELLS = 200_000
MOST_REPEATED = 2_000_000  # characters of merged cells, counted again in each row that they cover
LONGEST_TEXT = 500_000  # characters; the rating of a large region has some 150,000
MOST_WARNINGS = 200  # of one kind; what is past them is only counted
LONGEST_WARNING = 300  # characters
LONE_NUMBER = re.compile(r"\d[\d.]*+\)?+")
WITHDRAWN = {"struck_text", "deleted_text", "hidden_text"}


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A paragraph (one cell, not in a table) or a row of a table.

    `spanning`: one merged cell takes the whole width. `inherited`: columns whose text
    belongs to a cell that began in a row above (vertically merged). `filled`: columns with text.
    """

    first_line: int
    last_line: int
    cells: tuple[TracedText, ...]
    in_table: bool
    spanning: bool = False
    inherited: frozenset[int] = frozenset()
    filled: tuple[int, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Notes the columns that are not empty."""
        filled = tuple(index for index, cell in enumerate(self.cells) if cell)
        object.__setattr__(self, "filled", filled)

    def own(self, column: int) -> TracedText | None:
        """The cell's text when it began in this very row and is not blank."""
        if column in self.inherited or column >= len(self.cells):
            return None
        return self.cells[column] or None

    def whole(self) -> TracedText:
        """All cells as one text."""
        return TracedText.join(self.cells)


@dataclass(frozen=True, slots=True)
class Withheld:
    """Words that a file holds and that are not the document: hidden, struck out, an error's sign.

    They stay in the source's text, so they are counted, but in no cell. `code` is the warning's;
    without one, whoever withholds them warns of them together.
    """

    text: str
    code: str | None = None
    place: str = ""


Piece = str | Withheld
Cell = str | TracedText | Sequence[Piece]
"""What a reader gives for a cell: its words; those merged from above; or words and what was
withheld between them."""


@dataclass(frozen=True, slots=True)
class Source:
    """Everything a document says, in order.

    `text` has each character of it; `line_starts` the offset at which each line begins (in Word and
    Excel: each paragraph or row); `frame` the signs that the format itself uses to draw a table and
    that are therefore in no cell; `warnings` what a person should know of the reading itself;
    `withheld` the words of each line that are in no cell because of that.
    """

    text: str
    rows: tuple[SourceRow, ...]
    line_starts: tuple[int, ...]
    frame: str = ""
    warnings: tuple[Warning, ...] = ()
    withheld: Mapping[int, str] = field(default_factory=dict)

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
    warnings: list[Warning] = field(default_factory=list)
    warned: Counter[str] = field(default_factory=Counter)
    withheld: dict[int, str] = field(default_factory=dict)
    length: int = 0
    cells: int = 0
    repeated: int = 0

    def paragraph(self, value: Cell) -> None:
        """Adds a paragraph; it takes one line number."""
        self.row([value], in_table=False)

    def row(
        self,
        cells: Sequence[Cell],
        *,
        in_table: bool = True,
        spanning: bool = False,
    ) -> tuple[TracedText, ...]:
        """Add a row and return its texts; a `TracedText` in `cells` is one merged from above."""
        self.line_starts.append(self.length)
        self.cells += len(cells)
        if self.cells > MOST_CELLS or self.length + sum(map(_length, cells)) > LONGEST_TEXT:
            raise OversizedDocument("too_much_text", characters=LONGEST_TEXT)
        self.repeated += sum(len(cell.value) for cell in cells if isinstance(cell, TracedText))
        if self.repeated > MOST_REPEATED:
            raise OversizedDocument("too_much_text", characters=LONGEST_TEXT)
        withholds = any(not isinstance(cell, str | TracedText) for cell in cells)
        if in_table and withholds:
            cells = _without_lone_number(cells)
        inherited = frozenset(i for i, cell in enumerate(cells) if isinstance(cell, TracedText))
        texts = tuple(self._written(cell) for cell in cells)
        line = len(self.line_starts)
        self.rows.append(SourceRow(line, line, texts, in_table, spanning, inherited))
        self._write("\n")
        if withholds:
            self._warn_of([one for cell in cells for one in _withheld(cell) if one.text.strip()])
        return texts

    def _warn_of(self, withheld: Sequence[Withheld]) -> None:
        """One warning of each kind a row, and one a place where the places are known."""
        said: dict[tuple[str, str], list[str]] = {}
        for one in withheld:
            if one.code:
                said.setdefault((one.code, one.place), []).append(" ".join(one.text.split()))
        for (code, place), words in said.items():
            self.warn(code, visible(" ".join([f"{place}:"] * bool(place) + words)))

    def warn(self, code: str, text: str, line: int | None = None) -> None:
        """Add a warning about a line, by default the last one; of one kind only so many."""
        self.warned[code] += 1
        if self.warned[code] <= MOST_WARNINGS:
            line = len(self.line_starts) if line is None else line
            self.warnings.append(Warning(code, max(line, 1), _cut(text)))

    def _written(self, cell: Cell) -> TracedText:
        if isinstance(cell, TracedText):
            return cell
        if isinstance(cell, str):
            return self._write(cell)
        shown = [self._write(one) for one in cell if self._is_shown(one)]
        return TracedText.concatenate(shown) if shown else EMPTY

    def _is_shown(self, piece: Piece) -> TypeGuard[str]:
        """Whether it is words of the cell; what is withheld is written beside them."""
        if isinstance(piece, str):
            return True
        line = len(self.line_starts)
        self.withheld[line] = self.withheld.get(line, "") + self._write(piece.text).value
        return False

    def _write(self, value: str) -> TracedText:
        value = visible(value)
        text = TracedText.at(value, self.length)
        self.pieces.append(value + "\t")
        self.length += len(value) + 1
        return text

    def build(self) -> Source:
        """The finished source; the last warning of a kind says how many more there were."""
        for code, count in self.warned.items():
            if count > MOST_WARNINGS:
                self.warnings.append(Warning(code, 1, f"+ {count - MOST_WARNINGS}"))
        text = "".join(self.pieces)
        return Source(
            text,
            tuple(self.rows),
            tuple(self.line_starts),
            warnings=tuple(self.warnings),
            withheld=self.withheld,
        )


def _without_lone_number(cells: Sequence[Cell]) -> Sequence[Cell]:
    """A row of which only the number was left standing is withdrawn with it."""
    codes = [one.code for cell in cells for one in _withheld(cell) if one.code in WITHDRAWN]
    if not codes:
        return cells
    shown = {index: words for index, cell in enumerate(cells) if (words := _words(cell)).strip()}
    if len(shown) != 1:
        return cells
    index, words = shown.popitem()
    if not LONE_NUMBER.fullmatch(words.strip()):
        return cells
    rest = _withheld(cells[index])
    return [*cells[:index], [*rest, Withheld(words, codes[0])], *cells[index + 1 :]]


def _withheld(cell: Cell) -> list[Withheld]:
    if isinstance(cell, str | TracedText):
        return []
    return [one for one in cell if isinstance(one, Withheld)]


def _words(cell: Cell) -> str:
    """What is shown of a cell and began in it."""
    if isinstance(cell, TracedText):
        return ""
    return cell if isinstance(cell, str) else "".join(one for one in cell if isinstance(one, str))


def _length(cell: Cell) -> int:
    """How many characters a cell adds to the text."""
    if isinstance(cell, TracedText):
        return 0
    if isinstance(cell, str):
        return len(cell)
    return sum(len(one if isinstance(one, str) else one.text) for one in cell)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_WARNING else text[: LONGEST_WARNING - 1] + "…"
