"""Which column of a table holds what, by the words of its header."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from compliance.domain.documents.reading.source import SourceRow
from compliance.domain.documents.reading.text import EMPTY, TracedText
from compliance.domain.documents.reading.vocabulary import COLUMN_WORDS, ColumnMeaning
from compliance.domain.folding import folded

ITEM_NUMBER = re.compile(r"^\s*+(?P<number>\d{1,3}(?:\.\d{1,3})*+)\s*+[.)]?+\s*+$")
LONGEST_HEADER_CELL = 200

# Besides a measure (or an institution), a header names at least one of these.
PARTNERS = {
    ColumnMeaning.DEADLINE,
    ColumnMeaning.RESPONSIBLE,
    ColumnMeaning.FORM,
    ColumnMeaning.EXECUTION,
    ColumnMeaning.RESULT,
    ColumnMeaning.FACT,
    ColumnMeaning.INDICATOR,
    ColumnMeaning.FINDING,
    ColumnMeaning.NUMBER,
}


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table: what each holds and where; its rows' own words and width."""

    places: dict[ColumnMeaning, int]
    width: int
    words: tuple[str, ...]

    def __contains__(self, column: ColumnMeaning) -> bool:
        return column in self.places

    def cell(self, row: SourceRow, column: ColumnMeaning) -> TracedText:
        """The text in the row under that column."""
        index = self.places.get(column)
        return row.cells[index] if index is not None and index < len(row.cells) else EMPTY

    def own(self, row: SourceRow, column: ColumnMeaning) -> TracedText | None:
        """The same when it began in this very row (not merged from above) and is not blank."""
        index = self.places.get(column)
        return None if index is None else row.own(index)

    def heads_a_plan(self) -> bool:
        """Whether every cell of the header was understood: no row of data looks like that."""
        if ColumnMeaning.MEASURE not in self.places:
            return False
        return ColumnMeaning.NUMBER in self.places or len(self.places) >= max(
            3, len(set(self.words))
        )

    def repeats(self, row: SourceRow) -> bool:
        """Whether the row says the header again, or numbers the columns 1, 2, 3…"""
        words = [_plain(cell) for cell in row.cells if cell]
        if len(words) > 1 and set(words) <= set(self.words):
            return True
        counted = [str(number) for number in range(1, len(words) + 1)]
        return len(words) > 2 and [word.rstrip(".") for word in words] == counted


def read_header(rows: Sequence[SourceRow]) -> tuple[Header, int] | None:
    """The header the first row opens, and how many rows it takes; None if it is no header."""
    first = rows[0]
    if len(first.filled) < 2 or first.spanning:
        return None
    if any(ITEM_NUMBER.match(cell.value) for cell in first.cells):
        return None
    places = _places(first)
    if not _is_header(places):
        return None
    words = [_plain(cell) for cell in first.cells]
    taken = 1
    if len(rows) > 1 and (below := _second_header_row(rows[1], places)):
        places = below
        words += [_plain(cell) for cell in rows[1].cells]
        taken = 2
    width = max(len(row.cells) for row in rows[:taken])
    return Header(places, width, tuple(word for word in words if word)), taken


def _is_header(places: dict[ColumnMeaning, int]) -> bool:
    if ColumnMeaning.MEASURE in places:
        return bool(PARTNERS & places.keys())
    return ColumnMeaning.INSTITUTION in places and bool(
        {ColumnMeaning.SCORE, ColumnMeaning.RANK} & places.keys()
    )


def _places(row: SourceRow) -> dict[ColumnMeaning, int]:
    places: dict[ColumnMeaning, int] = {}
    for index in row.filled:
        column = _column(row.cells[index])
        if column is not None and index not in places.values():
            places.setdefault(column, index)
    return places


def _column(cell: TracedText) -> ColumnMeaning | None:
    words = _plain(cell)
    if len(words) > LONGEST_HEADER_CELL:
        return None
    return next((column for column, pattern in COLUMN_WORDS if pattern.search(words)), None)


def _second_header_row(
    row: SourceRow, above: dict[ColumnMeaning, int]
) -> dict[ColumnMeaning, int] | None:
    """The columns of a header of two rows, where the lower splits a cell of the upper."""
    own = [index for index in row.filled if index not in row.inherited]
    named = {index: _column(row.cells[index]) for index in own}
    if not own or any(column is None for column in named.values()):
        return None
    number, measure = above.get(ColumnMeaning.NUMBER), above.get(ColumnMeaning.MEASURE)
    if number in own or measure in own or row.spanning:
        return None
    places = {column: index for column, index in above.items() if index not in own}
    places |= {column: index for index, column in named.items() if column is not None}
    return places


def _plain(cell: TracedText) -> str:
    return folded(str(cell)).strip(" *:")
