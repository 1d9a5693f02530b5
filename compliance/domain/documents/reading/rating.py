"""The tables of a rating: institutions in groups, with score, place, findings and measures."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from compliance.domain.documents.reading.answers import answered_by
from compliance.domain.documents.reading.column_words import ColumnMeaning
from compliance.domain.documents.reading.columns import (
    ITEM_NUMBER,
    Header,
    read_header,
    unread_columns,
)
from compliance.domain.documents.reading.document import RatedInstitution, Warning
from compliance.domain.documents.reading.ledger import Ledger
from compliance.domain.documents.reading.numbers import read_number
from compliance.domain.documents.reading.source import SourceRow
from compliance.domain.documents.reading.text import EMPTY, TracedText
from compliance.domain.documents.reading.vocabulary import (
    FINDINGS_LABEL,
    MEASURES_LABEL,
)

NEXT_BULLET = re.compile(r"[;.]\s{1,5}(?=[-–—•*]\s)[-–—•*]")
BULLET = re.compile(r"^\s*[-–—•·*]\s*")


@dataclass(frozen=True, slots=True)
class RatingGroup:
    """One table of the rating: the paragraphs above it, its header rows, its rows."""

    caption: tuple[TracedText, ...]
    header: Header
    header_rows: tuple[SourceRow, ...]
    rows: tuple[SourceRow, ...]


def read_groups(rows: Sequence[SourceRow]) -> list[RatingGroup]:
    """The document cut into its tables, each with the paragraphs between it and the last."""
    groups: list[RatingGroup] = []
    caption: list[TracedText] = []
    index = 0
    while index < len(rows):
        found = read_header(rows[index : index + 2])
        if found is None:
            caption.append(rows[index].whole())
            index += 1
            continue
        header, taken = found
        end = index + taken
        while end < len(rows) and _is_entry(rows[end], header):
            end += 1
        body = rows[index + taken : end]
        groups.append(
            RatingGroup(tuple(caption), header, tuple(rows[index : index + taken]), tuple(body))
        )
        caption, index = [], end
    return groups


def _is_entry(row: SourceRow, header: Header) -> bool:
    return row.in_table and not row.spanning and len(row.filled) > 1 and not read_header([row])


def book_group(
    group: RatingGroup, caption: Sequence[TracedText], ledger: Ledger
) -> tuple[list[RatedInstitution], list[Warning]]:
    """The institutions of one table; `caption` are those of its paragraphs that name the group."""
    for row in group.header_rows:
        ledger.discard(row.whole())
    entries = [row for row in group.rows if group.header.cell(row, ColumnMeaning.INSTITUTION)]
    name = _book_caption(caption, ledger) if entries else None
    institutions: list[RatedInstitution] = []
    warnings: list[Warning] = []
    for row in group.rows:
        if group.header.repeats(row):
            ledger.discard(row.whole())
        elif group.header.cell(row, ColumnMeaning.INSTITUTION):
            institutions.append(_book_institution(row, group.header, name, ledger))
        else:
            warnings.append(Warning("row_unplaced", row.first_line, str(row.whole())))
    for _, words, count in unread_columns(group.header, group.rows):
        if words:
            warnings.append(Warning("unread_column", group.header.line, f"{words}: {count}"))
    return institutions, warnings


def _book_caption(caption: Sequence[TracedText], ledger: Ledger) -> str | None:
    """The group's name: what is in brackets, else the whole caption.

    The words round the brackets ("Рейтинг учреждений …, по итогам …") are above every table alike.
    """
    whole = TracedText.join(caption)
    start, end = whole.value.find("("), whole.value.rfind(")")
    if 0 <= start < end:
        ledger.discard(whole)
        return ledger.place(whole[start + 1 : end])
    return ledger.place(whole) or None


def _book_institution(
    row: SourceRow, header: Header, group: str | None, ledger: Ledger
) -> RatedInstitution:
    number = header.cell(row, ColumnMeaning.NUMBER)
    findings, measures = _bullets(_prose(row, header), ledger)
    findings += _listed(header.cell(row, ColumnMeaning.FINDING), ledger)
    measures += _listed(header.cell(row, ColumnMeaning.MEASURE), ledger)
    if ITEM_NUMBER.match(number.value):
        ledger.discard(number)
    score = _book_number(header.cell(row, ColumnMeaning.SCORE), ledger)
    rank = _book_number(header.cell(row, ColumnMeaning.RANK), ledger)
    return RatedInstitution(
        number=str(number).rstrip(".") or None,
        name=ledger.place(header.cell(row, ColumnMeaning.INSTITUTION)),
        group=group,
        score=score,
        rank=None if rank is None else int(rank),
        findings=findings,
        measures=measures,
        lines=(row.first_line, row.last_line),
        answered_by=answered_by(findings, measures),
    )


def _book_number(text: TracedText, ledger: Ledger) -> float | None:
    value = read_number(text.value)
    if value is not None:
        ledger.place(text)
    return value


def _prose(row: SourceRow, header: Header) -> TracedText:
    """The cell with both lists: in the one column that the header leaves without a name."""
    named = set(header.places.values())
    loose = [
        cell
        for index, cell in enumerate(row.cells)
        if cell and index not in named and not header.headings.get(index)
    ]
    return TracedText.join(loose, "\n")


def _bullets(cell: TracedText, ledger: Ledger) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The findings, then the measures; the first list may lack its label."""
    lists: tuple[list[TracedText], list[TracedText]] = ([], [])
    current = lists[0]
    for line in _entries(cell, ledger):
        if MEASURES_LABEL.match(line.value) and current is lists[0]:
            current = lists[1]
            ledger.discard(line)
        elif FINDINGS_LABEL.match(line.value) and not lists[0]:
            ledger.discard(line)
        else:
            current.append(line)
    findings, measures = (tuple(ledger.place(line) for line in one) for one in lists)
    return findings, measures


def _listed(cell: TracedText, ledger: Ledger) -> tuple[str, ...]:
    """The entries of a cell that holds one list."""
    return tuple(ledger.place(entry) for entry in _entries(cell, ledger)) if cell else ()


def _inline(line: TracedText) -> Iterator[TracedText]:
    """The bullets of one line: "- нет сайта; - нет пандуса" are two."""
    start = 0
    for match in NEXT_BULLET.finditer(line.value) if BULLET.match(line.value) else ():
        yield line[start : match.start() + 1]
        start = match.end() - 1
    yield line[start:]


def _entries(cell: TracedText, ledger: Ledger) -> Iterator[TracedText]:
    """The bullets without their signs, and the labels; a line without a sign is a label."""
    entry = EMPTY
    for line in (part for whole in cell.lines() for part in _inline(whole)):
        sign = BULLET.match(line.value)
        is_label = FINDINGS_LABEL.match(line.value) or MEASURES_LABEL.match(line.value)
        if entry and not sign and not is_label:
            entry = TracedText.join([entry, line])
            continue
        if entry:
            yield entry
        if sign:
            ledger.discard(line.group(sign))
        entry = line[sign.end() :] if sign else line
    if entry:
        yield entry
