"""A table copied from a site, each of its cells on a line of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from compliance.domain.documents.reading.columns import ITEM_NUMBER, read_header
from compliance.domain.documents.reading.document import Warning
from compliance.domain.documents.reading.plan_rows import SECTION_NUMBER
from compliance.domain.documents.reading.source import (
    LONGEST_WARNING,
    Source,
    SourceRow,
    line_starts_of,
)
from compliance.domain.documents.reading.text import EMPTY, NOWHERE, TracedText
from compliance.domain.documents.reading.vocabulary import SECTION_TITLE
from compliance.files.incoming.plain_text import lines_of

MOST_COLUMNS = 12
LONGEST_HEADING = 120  # characters of a heading's line
NUMBER_HEADING = re.compile(r"(?:№|N\b|п/п|номер).{0,12}$", re.IGNORECASE)

Line = tuple[int, TracedText]


def read_listed(text: str) -> Source | None:
    """The table, or None when the text has none of this kind.

    Only a table whose first column is the number can be read: each number opens a row. A row with
    fewer lines than there are columns, or with more, is read as far as it goes, with a warning.
    """
    lines = [(at, line) for at, line in enumerate(lines_of(text), start=1) if line]
    found = _heading(lines)
    if found is None:
        return None
    start, width = found
    body = lines[start + width :]
    opening = _openings(body)
    rows = [_paragraph(*one) for one in lines[:start]]
    rows.append(_row(lines[start : start + width], width))
    warnings: list[Warning] = []
    for first, last in pairwise([*opening, len(body)]):
        read, doubt = _entry(body[first:last], body[last : last + 1], width)
        rows += read
        warnings += doubt
    return Source(text, tuple(rows), line_starts_of(text), warnings=tuple(warnings))


def _entry(
    lines: Sequence[Line], after: Sequence[Line], width: int
) -> tuple[list[SourceRow], list[Warning]]:
    """A row of the table with what stands between it and the line after, and a doubt about it."""
    entry, title = _without_title(lines)
    extra = [*entry[width:], *title]
    head = _filled(entry, width, [*extra, *after][:1])
    glued = [one for one in extra if not _is_apart(one[1])] if after else []
    apart = [one for one in extra if one not in glued]
    rows = [_row(head, width, glued)]
    rows += [_paragraph(*one, in_table=bool(after)) for one in apart]
    if len(head) == width and not glued:
        return rows, []
    words = " ".join(str(line) for _number, line in entry)
    return rows, [Warning("row_uncertain", entry[0][0], words[:LONGEST_WARNING])]


def _heading(lines: Sequence[Line]) -> tuple[int, int] | None:
    """Where the heading begins and how many lines it has: up to the first row's number."""
    for start in range(len(lines)):
        if not NUMBER_HEADING.match(str(lines[start][1])):
            continue
        for width in range(2, MOST_COLUMNS + 1):
            after = start + width
            if after >= len(lines) or len(lines[after - 1][1].value) > LONGEST_HEADING:
                break
            if not ITEM_NUMBER.match(lines[after][1].value):
                continue
            if read_header([_row(lines[start:after], width)]) is not None:
                return start, width
            break
    return None


def _openings(lines: Sequence[Line]) -> list[int]:
    """The lines that open a row: numbers, each following the one before."""
    found: list[int] = []
    before: tuple[int, ...] = ()
    for at, (_number, line) in enumerate(lines):
        match = ITEM_NUMBER.match(line.value)
        if match is None or not match["number"][0].isdecimal():  # «а)» opens no row
            continue
        number = tuple(int(part) for part in match["number"].split("."))
        if not found or _follows(before, number):
            found.append(at)
            before = number
    return found


def _follows(before: tuple[int, ...], after: tuple[int, ...]) -> bool:
    """Whether a number is the next one at its level, or the first below, or opens a section."""
    if after == (*before, 1) or (after[-1] == 1 and after[:-1] == (before[0] + 1,)):
        return True
    upper = before[: len(after)]
    return len(after) <= len(before) and after == (*upper[:-1], upper[-1] + 1)


def _without_title(entry: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line]]:
    """The lines of a row, and the title of the section after it, if there is one."""
    end = len(entry)
    while end > 2 and _is_title(entry[end - 1][1]):
        end -= 1
    return entry[:end], entry[end:]


def _is_title(line: TracedText) -> bool:
    match = SECTION_NUMBER.match(line.value)
    is_numbered = match is not None and not (match["number"] or "I")[0].isdecimal()
    return bool(is_numbered or SECTION_TITLE.match(line.value))


def _filled(entry: Sequence[Line], width: int, after: Sequence[Line]) -> Sequence[Line]:
    """The lines of a row's cells; where blank lines make up their number, those are empty cells."""
    head = entry[:width]
    if len(entry) >= width or not after or after[0][0] - entry[0][0] != width:
        return head
    by_number = dict(entry)
    return [(at, by_number.get(at, EMPTY)) for at in range(entry[0][0], entry[0][0] + width)]


def _is_apart(line: TracedText) -> bool:
    """Whether a line between two rows is a section's title."""
    return bool(SECTION_NUMBER.match(line.value) or SECTION_TITLE.match(line.value))


def _row(lines: Sequence[Line], width: int, glued: Sequence[Line] = ()) -> SourceRow:
    """A row of these lines' cells; those glued go on with the last one."""
    newline = TracedText("\n", (NOWHERE,))
    cells = [line.strip() for _number, line in lines]
    for _number, line in glued:
        cells[-1] = TracedText.concatenate([cells[-1], newline, line.strip()])
    cells += [EMPTY] * (width - len(cells))
    return SourceRow(lines[0][0], [*lines, *glued][-1][0], tuple(cells), in_table=True)


def _paragraph(number: int, line: TracedText, *, in_table: bool = False) -> SourceRow:
    return SourceRow(number, number, (line.strip(),), in_table=in_table, spanning=in_table)
