"""Comma-, semicolon- or tab-separated values, quoted where the writer had to."""

import re
from collections.abc import Iterator

from compliance.domain.documents.reading.source import Source, SourceRow, line_starts_of
from compliance.domain.documents.reading.text import TracedText

COMMA_DELIMITERS = ";,\t"


def read_separated(text: str, delimiters: str = COMMA_DELIMITERS) -> Source:
    """A table of values; the delimiter is the one most frequent outside quotes."""
    delimiter = max(delimiters, key=lambda sign: _fields_outside_quotes(text, sign))
    rows = tuple(_rows(text, delimiter))
    return Source(text, rows, line_starts_of(text), frame='"' + delimiter)


def _fields_outside_quotes(text: str, delimiter: str) -> int:
    return sum(match["end"] == delimiter for match in _field_pattern(delimiter).finditer(text))


def _field_pattern(delimiter: str) -> re.Pattern[str]:
    """A field with what ends it. Quotes count only if they close right before that end, so a
    field that merely begins with a quoted word is taken as it is."""
    sign = re.escape(delimiter)
    return re.compile(
        rf'(?:[ ]*"(?P<quoted>[^"]*(?:""[^"]*)*)"[ ]*|(?P<bare>[^{sign}\n]*))'
        rf"(?P<end>{sign}|\n|\Z)"
    )


def _rows(text: str, delimiter: str) -> Iterator[SourceRow]:
    cells: list[TracedText] = []
    first_line = line = 1
    for match in _field_pattern(delimiter).finditer(text):
        cells.append(_field(match))
        line += match.group().count("\n")
        if match["end"] == delimiter:
            continue
        last_line = line - (match["end"] == "\n")
        if any(cells):
            yield SourceRow(first_line, last_line, tuple(cells), in_table=len(cells) > 1)
        cells, first_line = [], line
        if match.end() == len(text):
            return


def _field(match: re.Match[str]) -> TracedText:
    if match["quoted"] is None:
        return TracedText.at(match["bare"], match.start("bare")).strip()
    quoted = TracedText.at(match["quoted"], match.start("quoted"))
    keep = re.finditer('(?:[^"]|"(?="))+', quoted.value)
    return TracedText.concatenate(quoted.group(part) for part in keep).strip()
