"""Text with tabs, as copied from a table or saved by a word processor."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from compliance.domain.documents.reading.source import Source, SourceRow, line_starts_of
from compliance.domain.documents.reading.text import NOWHERE, TracedText

MOST_COLUMNS = 20
NUMBER_CELL = re.compile(r"^\s*+\d{1,3}\s*+\.?+\s*+$")
NUMBER_HEADER = re.compile(r"^\s*(?:№|N\b)")


def read_text(text: str) -> Source:
    """A text whose tables, if any, are lines with tabs, or cells one below the other."""
    lines = list(lines_of(text))
    rows = list(_stacked_rows(lines)) if _is_stacked(lines) else list(_tabbed_rows(lines))
    return Source(text, tuple(rows), line_starts_of(text))


def lines_of(text: str) -> Iterator[TracedText]:
    """The lines of a text, the blank ones too."""
    start = 0
    for line in text.split("\n"):
        yield TracedText.at(line, start)
        start += len(line) + 1


def split(line: TracedText, delimiter: str) -> tuple[TracedText, ...]:
    """The cells of a line."""
    cells, start = [], 0
    for value in line.value.split(delimiter):
        cells.append(line[start : start + len(value)].strip())
        start += len(value) + len(delimiter)
    return tuple(cells)


def _tabbed_rows(lines: Sequence[TracedText]) -> Iterator[SourceRow]:
    for number, line in enumerate(lines, start=1):
        if line:
            yield SourceRow(number, number, split(line, "\t"), in_table="\t" in line.value)


def _is_stacked(lines: Sequence[TracedText]) -> bool:
    """Whether each tab opens a line: word processors save tables so, one cell below another."""
    tabbed = [line.value for line in lines if "\t" in line.value]
    opening = [value for value in tabbed if value.startswith("\t") and "\t" not in value[1:]]
    return len(tabbed) >= 4 and opening == tabbed


def _stacked_rows(lines: Sequence[TracedText]) -> Iterator[SourceRow]:
    """Rows put together from cells below each other, as many a row as the header has."""
    starts = [index for index, line in enumerate(lines) if line.value.startswith("\t")]
    yield from _paragraphs(lines, 0, starts[0])
    width = position = 0
    while position < len(starts):
        if NUMBER_HEADER.match(lines[starts[position]].value):
            width = _header_width(lines, starts[position : position + MOST_COLUMNS])
        row = starts[position : position + width] if width else []
        if len(row) < 2 or not _opens_row(lines[row[0]]):
            row = starts[position : position + 1]
        position += len(row)
        end = starts[position] if position < len(starts) else len(lines)
        last = _last_line(lines, row[-1])
        yield _stacked_row(lines, [*row, last + 1])
        yield from _paragraphs(lines, last + 1, end)


def _header_width(lines: Sequence[TracedText], starts: Sequence[int]) -> int:
    """How many cells the header has: those before the first row's number."""
    for width, start in enumerate(starts):
        if NUMBER_CELL.match(lines[start].value):
            return width
    return len(starts)


def _opens_row(line: TracedText) -> bool:
    return bool(NUMBER_HEADER.match(line.value) or NUMBER_CELL.match(line.value))


def _last_line(lines: Sequence[TracedText], start: int) -> int:
    """The last line of a row's last cell: a blank line ends it, since nothing else would tell it
    from what follows."""
    end = start
    while end + 1 < len(lines) and lines[end + 1] and not lines[end + 1].value.startswith("\t"):
        end += 1
    return end


def _stacked_row(lines: Sequence[TracedText], borders: Sequence[int]) -> SourceRow:
    newline = TracedText("\n", (NOWHERE,))
    cells = []
    for start, end in pairwise(borders):
        glued = [part for line in lines[start:end] for part in (newline, line)]
        cells.append(TracedText.concatenate(glued[1:]).strip())
    return SourceRow(borders[0] + 1, borders[-1], tuple(cells), in_table=True)


def _paragraphs(lines: Sequence[TracedText], start: int, end: int) -> Iterator[SourceRow]:
    for index in range(start, end):
        if lines[index]:
            yield SourceRow(index + 1, index + 1, (lines[index].strip(),), in_table=False)
