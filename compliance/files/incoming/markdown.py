"""Markdown: paragraphs, and tables drawn with bars."""

import re
from collections.abc import Iterator

from compliance.domain.documents.reading.document import Warning
from compliance.domain.documents.reading.source import (
    LONGEST_WARNING,
    MOST_WARNINGS,
    Source,
    SourceRow,
    line_starts_of,
)
from compliance.domain.documents.reading.text import TracedText
from compliance.files.incoming.plain_text import lines_of, split

RULE = re.compile(
    r"^\s*+\|?+\s*+:?+-++:?+\s*+(?:\|\s*+:?+-++:?+\s*+)*+\|?+\s*+$"
    r"|^\s*+(?:\*\s*+){3,}+$|^\s*+={3,}+$"
)
HEADING = re.compile(r"^\s*(?:#{1,6}\s+|>\s*)")
ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
BAR = re.compile(r"(?<!\\)\|")
STRUCK = re.compile(
    r"~~(?=[^\s~])[^~\n]{1,2000}?~~|<(s|del|strike)>[^<\n]{1,2000}</\1>", re.IGNORECASE
)
FRAME = "|-:=#>*\\~"


def read_markdown(text: str) -> Source:
    """The paragraphs and tables of a Markdown text."""
    rows = tuple(_rows(text))
    struck = [
        (number, match[0])
        for number, line in enumerate(text.split("\n"), start=1)
        for match in STRUCK.finditer(line)
    ]
    withheld: dict[int, str] = {}
    for number, words in struck:
        withheld[number] = withheld.get(number, "") + words.replace("~", "")
    warnings = tuple(
        Warning("struck_text", number, words.strip("~")[:LONGEST_WARNING])
        for number, words in struck[:MOST_WARNINGS]
    )
    return Source(
        text, rows, line_starts_of(text), frame=FRAME, warnings=warnings, withheld=withheld
    )


def _rows(text: str) -> Iterator[SourceRow]:
    for number, line in enumerate(lines_of(text), start=1):
        if not line or RULE.match(line.value):
            continue
        if BAR.search(line.value):
            cells = tuple(_unescaped(_standing(cell)) for cell in _cells(line))
            yield SourceRow(number, number, cells, in_table=True)
        elif "\t" in line.value.strip():
            yield SourceRow(number, number, split(line, "\t"), in_table=True)
        else:
            sign = HEADING.match(line.value)
            bare = line[sign.end() :] if sign else line
            yield SourceRow(number, number, (_unescaped(_standing(bare).strip()),), in_table=False)


def _cells(line: TracedText) -> list[TracedText]:
    """The cells between the bars; the outer bars open none."""
    bare = line.strip()
    bars = [match.start() for match in BAR.finditer(bare.value)]
    starts = [0, *(bar + 1 for bar in bars)]
    ends = [*bars, len(bare.value)]
    cells = [bare[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    if bars[0] == 0:
        cells = cells[1:]
    return cells[:-1] if bars[-1] == len(bare.value) - 1 else cells


def _standing(cell: TracedText) -> TracedText:
    """The cell without what is struck out (`~~май~~`)."""
    if "~~" not in cell.value and "<" not in cell.value:
        return cell
    kept, position = [], 0
    for match in STRUCK.finditer(cell.value):
        kept.append(cell[position : match.start()])
        position = match.end()
    return TracedText.concatenate([*kept, cell[position:]]).strip()


def _unescaped(cell: TracedText) -> TracedText:
    """The cell without the backslashes that Markdown puts before its own signs."""
    if "\\" not in cell.value:
        return cell
    kept, position = [], 0
    for match in ESCAPE.finditer(cell.value):
        kept.append(cell[position : match.start()])
        position = match.end()
    return TracedText.concatenate([*kept, cell[position:]])
