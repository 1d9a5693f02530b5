"""Tables drawn with signs: `│ № │ Срок │`, `+---+---+`, `| 1 | май |`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from compliance.domain.documents.reading.source import Source, SourceRow, line_starts_of
from compliance.domain.documents.reading.text import NOWHERE, TracedText
from compliance.files.incoming.plain_text import lines_of

BARS = "|│┃║┆┊╎╏¦"
CROSSES = "+├┤┼┌┐└┘┬┴╔╗╚╝╠╣╦╩╬┏┓┗┛┣┫┳┻╋╟╢╤╧╪╫╞╡╘╛╒╕╓╖╙╜*"
DASHES = "-=─━═┄┈╌╍_"
FRAME = BARS + CROSSES + DASHES
RULE = re.compile(rf"^[{re.escape(CROSSES + BARS)}][{re.escape(FRAME)} ]*+$")
BAR = re.compile(rf"[{re.escape(BARS)}]")


def is_rule(line: str) -> bool:
    """Whether a line is nothing but a border: crosses and dashes."""
    return bool(RULE.match(line.strip())) and any(sign in DASHES for sign in line)


def is_drawn(lines: Sequence[str]) -> bool:
    """Whether there is a table with borders above and below its rows."""
    rules = sum(is_rule(line) and any(sign in CROSSES for sign in line) for line in lines)
    return rules >= 2 and sum(bool(BAR.search(line)) for line in lines) >= 2


def read_drawn(text: str) -> Source:
    """The paragraphs and the tables drawn in a text; a row lasts from border to border.

    In a table without borders between its rows each line is a row.
    """
    lines = list(lines_of(text))
    rows: list[SourceRow] = []
    index = 0
    while index < len(lines):
        if not _is_of_table(lines[index].value):
            if lines[index]:
                rows.append(
                    SourceRow(index + 1, index + 1, (lines[index].strip(),), in_table=False)
                )
            index += 1
            continue
        end = index
        while end < len(lines) and _is_of_table(lines[end].value):
            end += 1
        rows += _table(lines, index, end)
        index = end
    return Source(text, tuple(rows), line_starts_of(text), frame=FRAME)


def _is_of_table(line: str) -> bool:
    return is_rule(line) or len(BAR.findall(line)) >= 2


def _table(lines: Sequence[TracedText], start: int, end: int) -> Iterator[SourceRow]:
    borders = [index for index in range(start, end) if is_rule(lines[index].value)]
    groups = [
        (first + 1, last)
        for first, last in pairwise([start - 1, *borders, end])
        if last - first > 1
    ]
    by_lines = len(groups) <= 2 and any(last - first > 1 for first, last in groups[-1:])
    for number, (first, last) in enumerate(groups):
        if by_lines and number == len(groups) - 1:
            for line in range(first, last):
                yield _row(lines, line, line + 1)
        else:
            yield _row(lines, first, last)


def _row(lines: Sequence[TracedText], first: int, last: int) -> SourceRow:
    """The cells of a row of one or several lines, cut at its bars."""
    newline = TracedText("\n", (NOWHERE,))
    columns: list[list[TracedText]] = []
    for line in lines[first:last]:
        for column, cell in enumerate(_cells(line)):
            if column == len(columns):
                columns.append([])
            if cell:
                columns[column] += [newline, cell] if columns[column] else [cell]
    cells = tuple(TracedText.concatenate(pieces) for pieces in columns)
    return SourceRow(first + 1, last, cells, in_table=True, spanning=len(cells) == 1)


def _cells(line: TracedText) -> Iterator[TracedText]:
    bars = [match.start() for match in BAR.finditer(line.value)]
    opens = not line.value[: bars[0]].strip() if bars else False
    starts = [bar + 1 for bar in bars] if opens else [0, *(bar + 1 for bar in bars)]
    for start, end in zip(starts, [*starts[1:], len(line.value) + 1], strict=True):
        is_last = end > len(line.value)
        cell = line[start : end - 1].strip()
        if not is_last or cell:
            yield cell
