"""What is above (and below) the table: title, parties, organisation."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from compliance.domain.documents.reading.document import Party
from compliance.domain.documents.reading.header_words import unspaced
from compliance.domain.documents.reading.parties import LONGEST_BLOCK, party_role
from compliance.domain.documents.reading.source import SourceRow
from compliance.domain.documents.reading.text import TracedText
from compliance.domain.documents.reading.vocabulary import AUTHORITIES, LEGAL_FORM, TITLE_START

LONGEST_TITLE = 6  # paragraphs
LONGEST_NAME = 400  # characters
QUOTED_NAME = re.compile(
    r"^[^«»\"“”]{0,120}(?:«[^«»]*(?:«[^«»]*(?:»[^«»]*)?)*»|\"[^\"]*\"|“[^”]*”)"
)


@dataclass(frozen=True, slots=True)
class DocumentHeading:
    """The paragraphs outside the table, sorted: the title's, and one block for each party."""

    title: tuple[TracedText, ...]
    blocks: tuple[tuple[TracedText, ...], ...]


def read_heading(above: Sequence[SourceRow], below: Sequence[SourceRow]) -> DocumentHeading:
    """The title from above the table; the parties from above and from below it."""
    paragraphs = _paragraphs(above)
    title: list[TracedText] = []
    blocks: list[list[TracedText]] = []
    current: list[TracedText] | None = None
    for text in paragraphs:
        if party_role(text):
            current = [text]
            blocks.append(current)
        elif not title and TITLE_START.match(unspaced(str(text))):
            current = title
            title.append(text)
        elif current is not None and len(current) < (
            LONGEST_TITLE if current is title else LONGEST_BLOCK
        ):
            current.append(text)
    return DocumentHeading(tuple(title), (*map(tuple, blocks), *_blocks_below(below)))


def _blocks_below(rows: Sequence[SourceRow]) -> list[tuple[TracedText, ...]]:
    blocks: list[list[TracedText]] = []
    for text in _paragraphs(rows):
        if party_role(text):
            blocks.append([text])
        elif blocks and len(blocks[-1]) < LONGEST_BLOCK:
            blocks[-1].append(text)
    return [tuple(block) for block in blocks]


def _paragraphs(rows: Iterable[SourceRow]) -> list[TracedText]:
    """The lines outside the table in reading order.

    Parties are often side by side in a table without borders: consecutive rows of several cells are
    read column by column.
    """
    paragraphs: list[TracedText] = []
    for side_by_side, group in groupby(rows, key=lambda row: len(row.filled) > 1):
        listed = list(group)
        if side_by_side:
            width = max(len(row.cells) for row in listed)
            columns = [[row.own(index) for row in listed] for index in range(width)]
            texts = [cell for column in columns for cell in column if cell is not None]
        else:
            own = [row.own(index) for row in listed for index in row.filled]
            texts = [cell for cell in own if cell is not None]
        paragraphs += [line for text in texts for line in text.lines()]
    return paragraphs


def read_organization(
    title: str | None, parties: Sequence[Party], aliases: Mapping[str, str]
) -> str | None:
    """Whose plan it is: an institution named in the title, else the authority.

    The authority's full name comes from its "(далее – Департамент)", else from a party's text.
    """
    institution = institution_name(title or "")
    if institution:
        return institution
    for short, full in aliases.items():
        if any(short == nominative for _, nominative in AUTHORITIES):
            return full
    for text in [party.text for party in parties] + [title or ""]:
        for pattern, nominative in AUTHORITIES:
            match = pattern.search(text)
            if match:
                return nominative + _name_after(text[match.end() :])
    return None


def institution_name(words: str) -> str | None:
    """The name of one institution by its legal form: ГБУ КО «Кировский центр …»."""
    form = LEGAL_FORM.search(words)
    if form is None:
        return None
    quoted = QUOTED_NAME.match(words[form.start() :][:LONGEST_NAME])
    return quoted.group() if quoted else None


def _name_after(words: str) -> str:
    """The rest of an authority's name: up to a bracket, a comma, a person or an act."""
    end = re.search(r"[(,;«]|\bи подведомств|\b[А-ЯЁ]\.|\bот \d|\bна \d|\bза \d|_", words)
    return words[: end.start()].rstrip() if end else words
