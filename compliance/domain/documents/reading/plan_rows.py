"""What each row of a plan's table is: a section, an item, more of the row above, or neither."""

import re
from dataclasses import dataclass, field
from enum import Enum, auto

from compliance.domain.documents.reading.columns import ITEM_NUMBER, Header
from compliance.domain.documents.reading.source import SourceRow
from compliance.domain.documents.reading.text import EMPTY, TracedText
from compliance.domain.documents.reading.vocabulary import SECTION_TITLE, ColumnMeaning

SECTION_NUMBER = re.compile(
    r"^\s*(?P<label>раздел\s+|критерий\s+)?(?P<number>\d{1,2}|[IVXІ]{1,5}|[КK]\d?)\s*[.):]\s*(?=\D)",
    re.IGNORECASE,
)
ROMAN = re.compile(r"^\s*[IVXІ]{1,5}\s*[.)]?\s*$")
SENTENCE_END = (".", ";", ":", "!", "?")


class Shape(Enum):
    """What a row of the table is."""

    SECTION = auto()
    ITEM = auto()
    CONTINUATION = auto()
    HEADER = auto()
    STRANGER = auto()
    SHIFTED = auto()


@dataclass
class OpenItem:
    """An item while its rows are still being read: the pieces of each cell, and its lines."""

    pieces: dict[ColumnMeaning, list[TracedText]] = field(default_factory=dict)
    first_line: int = 0
    last_line: int = 0

    def add(self, row: SourceRow, header: Header) -> None:
        """Take the row's cells in; a cell merged from above is the one already there."""
        self.first_line = self.first_line or row.first_line
        self.last_line = row.last_line
        for column in header.places:
            cell = header.cell(row, column)
            pieces = self.pieces.setdefault(column, [])
            if cell and cell not in pieces:
                pieces.append(cell)

    def text(self, column: ColumnMeaning) -> TracedText:
        """Everything in that column."""
        return TracedText.join(self.pieces.get(column, ()))


@dataclass(frozen=True, slots=True)
class Shapes:
    """Recognises the shape of rows under one header.

    `dotted`: items are numbered 1.1, 1.2, so a plain number counts sections.
    """

    header: Header
    dotted: bool

    def of(self, row: SourceRow, above: OpenItem | None) -> Shape:
        """What the row is; `above` is the item before it in the same section, if any."""
        if self.header.repeats(row):
            return Shape.HEADER
        if not row.in_table or row.spanning or len(row.filled) == 1:
            return self._of_lone_cell(row, above)
        if any(index >= self.header.width for index in row.filled):
            return Shape.SHIFTED
        number = self.header.own(row, ColumnMeaning.NUMBER)
        if number is not None:
            return self._of_numbered(row, number)
        if self.header.own(row, ColumnMeaning.MEASURE) is None:
            return Shape.CONTINUATION if above else Shape.STRANGER
        return self._of_unnumbered(row, above)

    def _of_lone_cell(self, row: SourceRow, above: OpenItem | None) -> Shape:
        """A row with one filled cell: a section's title, or the rest of a cell cut in two."""
        column = row.filled[0]
        words = row.cells[column].value
        if row.spanning or SECTION_NUMBER.match(words) or SECTION_TITLE.match(words):
            return Shape.SECTION
        if not row.in_table:
            return Shape.STRANGER
        if column != self.header.places.get(ColumnMeaning.NUMBER, 0):
            return Shape.CONTINUATION if above else Shape.SECTION
        is_rest = column == self.header.places[ColumnMeaning.MEASURE] and words.strip()[0].islower()
        return Shape.CONTINUATION if above and is_rest else Shape.SECTION

    def _of_numbered(self, row: SourceRow, number: TracedText) -> Shape:
        subject = {
            self.header.places[ColumnMeaning.NUMBER],
            self.header.places[ColumnMeaning.MEASURE],
        }
        if set(row.filled) == subject:
            is_plain = ITEM_NUMBER.match(number.value) and "." not in str(number).rstrip(".")
            if ROMAN.match(number.value) or (is_plain and self.dotted):
                return Shape.SECTION
        if not ITEM_NUMBER.match(number.value):
            return Shape.SHIFTED
        return Shape.ITEM if self.header.cell(row, ColumnMeaning.MEASURE) else Shape.SHIFTED

    def _of_unnumbered(self, row: SourceRow, above: OpenItem | None) -> Shape:
        """A row with a measure but no number of its own: a new measure, or the rest of one."""
        header = self.header
        dated = header.cell(row, ColumnMeaning.DEADLINE) or header.cell(
            row, ColumnMeaning.RESPONSIBLE
        )
        if above is None:
            return Shape.ITEM if dated else Shape.STRANGER
        if row.inherited:
            return Shape.ITEM
        before, measure = (
            str(above.text(ColumnMeaning.MEASURE)),
            str(header.cell(row, ColumnMeaning.MEASURE)),
        )
        is_rest = measure[0].islower() and not before.endswith(SENTENCE_END)
        return Shape.CONTINUATION if is_rest or not dated else Shape.ITEM


def split_section(row: SourceRow) -> tuple[TracedText, TracedText]:
    """The number and the title of a section's row; the number is empty if it has none."""
    first, *rest = (row.cells[index] for index in row.filled)
    if rest and (ITEM_NUMBER.match(first.value) or ROMAN.match(first.value)):
        return first.strip().strip(".)").strip(), TracedText.join(rest)
    text = row.whole()
    match = SECTION_NUMBER.match(text.value)
    if match is None:
        return EMPTY, text
    return text.group(match, "number"), text[match.end() :]
