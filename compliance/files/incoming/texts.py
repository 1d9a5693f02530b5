"""Which reader a plain text is for: told by its signs, never by the name of its file."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from compliance.domain.documents.reading.columns import read_header
from compliance.domain.documents.reading.source import Source
from compliance.files.incoming.drawn import is_drawn, read_drawn
from compliance.files.incoming.listed_cells import read_listed
from compliance.files.incoming.markdown import RULE, read_markdown
from compliance.files.incoming.plain_text import read_text
from compliance.files.incoming.separated import read_separated
from compliance.files.incoming.struck_tags import without_struck

SAMPLE = 3_000  # lines by which a text is told
_QUOTED = re.compile(r'(?:^|(?<=\t))"((?:[^"]|"")*+)"(?=\t|$)', re.MULTILINE)
_WHOLE_QUOTED = re.compile(r'^"[^"\t\n]*"(?:\t"[^"\t\n]*")+$', re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)


def read_plain(text: str) -> tuple[str, Source]:
    """The format of a text (`txt`, `tsv`, `csv`, `md`) and its source, what is struck out aside."""
    format, source = _read(text)
    return format, source if format == "md" else without_struck(source)


def _read(text: str) -> tuple[str, Source]:
    lines = [line for line in text.split("\n", SAMPLE)[:SAMPLE] if line.strip()]
    if is_drawn(lines):
        return "txt", read_drawn(text)
    if any("|" in line and RULE.match(line) for line in lines):
        return "md", read_markdown(text)
    if sum("\t" in line for line in lines) > 1:
        return ("tsv", read_separated(text, "\t")) if _is_quoted(text) else ("txt", read_text(text))
    for format, sign, read in SEPARATED:
        if sum(sign in line for line in lines) > 1 and has_table(source := read(text)):
            return format, source
    listed = read_listed(text)
    if listed is not None:
        return "txt", listed
    if _HEADING.search(text):
        return "md", read_markdown(text)
    return "txt", read_text(text)


SEPARATED: Sequence[tuple[str, str, Callable[[str], Source]]] = (
    ("csv", ";", lambda text: read_separated(text, ";")),
    ("md", "|", read_markdown),
    ("csv", ",", lambda text: read_separated(text, ",")),
)


def _is_quoted(text: str) -> bool:
    """Whether quotes surround cells because a program wrote them, and belong to no cell."""
    if _WHOLE_QUOTED.search(text):
        return True
    return any(sign in match[1] for match in _QUOTED.finditer(text) for sign in ('""', "\n", "\t"))


def has_table(source: Source) -> bool:
    """Whether a heading of columns was found, and below it a row of as many cells."""
    rows = source.rows
    for index in range(len(rows) - 1):
        if rows[index].in_table and read_header(rows[index : index + 2]) is not None:
            width = len(rows[index].cells)
            return any(len(row.cells) == width for row in rows[index + 1 :])
    return False
