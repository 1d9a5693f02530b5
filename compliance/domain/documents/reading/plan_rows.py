"""A row of a plan's table with its cells by meaning, and an item while its rows are being read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from compliance.domain.documents.reading.column_words import ColumnMeaning
from compliance.domain.documents.reading.columns import ITEM_NUMBER, SUBJECTS, Header
from compliance.domain.documents.reading.content import is_deadline
from compliance.domain.documents.reading.joining import Joined, joined
from compliance.domain.documents.reading.source import SourceRow
from compliance.domain.documents.reading.text import EMPTY, NOWHERE, TracedText

BROKEN_NUMBER = re.compile(
    r"^\s*\d{1,3}(?:\.\s?\d{1,3})*\.\d \d{1,2}\s*\.?\s*$|^\s*\d{1,3}\.\s\d{1,3}\.?\s*$"
)
STUCK_NUMBER = re.compile(
    r"^\s*(?P<number>\d{1,3}(?:\.\d{1,3})+|\d{1,3}(?=[.)]))(?P<sign>[.)]?)\s*(?=[^\W\d_]|[«\"])"
)
DASH = re.compile(r"^\s*[-–—]{1,3}\s*$")
ROMAN = re.compile(r"^\s*[IVXІХ]{1,5}\s*[.)]?\s*$")
SECTION_NUMBER = re.compile(
    r"^\s*(?:(?:раздел|критерий|блок|глава|направление|часть)\s+(?:№\s*)?"
    r"(?P<labelled>\d{1,2}|[IVXІХ]{1,5})(?:\s*[.):–—-]|\s)\s*|"
    r"(?P<number>\d{1,2}|[IVXІХ]{1,5}|[КK]\d?)\s*[.):]\s*)(?=\D)",
    re.IGNORECASE,
)
SECTION_LABEL = re.compile(
    r"^\s*+(?:раздел|критерий|блок|глава|направление|часть)?\s*+(?:№\s*+)?"
    r"(?P<number>\d{1,2}|[IVXІХ]{1,5})\s*+[.):]?\s*+$",
    re.IGNORECASE,
)
BETWEEN = TracedText("\n", (NOWHERE,))
TEXTS = (*SUBJECTS, ColumnMeaning.MEASURE)


@dataclass(frozen=True, slots=True)
class Line:
    """A row whose cells are sorted by meaning.

    `own`: the columns whose cells began in this very row; `spare`: deadlines beyond the first;
    `is_moved`: the cells did not stand under their headings; `is_mended`: its number was broken;
    `dashes`: cells with nothing but a dash; `blank`: the columns they stand in.
    """

    row: SourceRow
    cells: Mapping[ColumnMeaning, TracedText]
    own: frozenset[ColumnMeaning]
    spare: tuple[TracedText, ...] = ()
    is_moved: bool = False
    is_mended: bool = False
    dashes: tuple[TracedText, ...] = ()
    blank: AbstractSet[ColumnMeaning] = frozenset()

    def get(self, column: ColumnMeaning) -> TracedText | None:
        """The cell that began in this row."""
        return self.cells[column] if column in self.own else None


@dataclass(eq=False)
class OpenItem:
    """An item while its rows are still being read: the pieces of each cell, and its lines.

    `head`: the item whose indicator or finding this one shares; `last`: the columns that its last
    row brought; `spare`: deadlines that no measure was found for; `shared`: what it has from above;
    `signs`: texts in which only list signs are left over; `above_it`: the heading over it.
    """

    pieces: dict[ColumnMeaning, list[TracedText]] = field(default_factory=dict)
    first_line: int = 0
    last_line: int = 0
    own: set[ColumnMeaning] = field(default_factory=set)
    last: frozenset[ColumnMeaning] = frozenset()
    spare: list[TracedText] = field(default_factory=list)
    shared: set[ColumnMeaning] = field(default_factory=set)
    signs: list[TracedText] = field(default_factory=list)
    head: OpenItem | None = None
    above_it: OpenItem | None = None
    is_heading: bool = False
    blank: set[ColumnMeaning] = field(default_factory=set)
    taken: set[int] = field(default_factory=set, repr=False)

    def add(self, line: Line) -> None:
        """Take the row's cells in; a cell merged from above is the one already there."""
        self.first_line = self.first_line or line.row.first_line
        self.last_line = line.row.last_line
        for column, cell in line.cells.items():
            pieces = self.pieces.setdefault(column, [])
            if cell and id(cell) not in self.taken:
                self.taken.add(id(cell))
                pieces.append(cell)
        self.own |= line.own
        self.last = line.own
        self.spare += line.spare
        self.signs += line.dashes
        self.blank |= line.blank

    def has(self, column: ColumnMeaning) -> bool:
        """Whether there is anything in that column."""
        return any(self.pieces.get(column, ()))

    def edge(self, column: ColumnMeaning, place: int) -> str:
        """The first (0) or the last (-1) piece of that column; empty if there is none."""
        pieces = self.pieces.get(column)
        return str(pieces[place]) if pieces else ""

    def joined(self, column: ColumnMeaning) -> Joined:
        """Everything in that column, cut words mended."""
        return joined(self.pieces.get(column, ()))

    def text(self, column: ColumnMeaning) -> TracedText:
        """Everything in that column."""
        return self.joined(column).text

    @property
    def group(self) -> OpenItem:
        """The first item that has the same indicator or finding."""
        return self.head.group if self.head is not None else self


def line_of(row: SourceRow, header: Header) -> Line:
    """The row's cells under their headings."""
    cells: dict[ColumnMeaning, TracedText] = {}
    own: set[ColumnMeaning] = set()
    dashes: list[TracedText] = []
    for column, index in header.places.items():
        if index < len(row.cells) and row.cells[index]:
            if DASH.match(row.cells[index].value):
                dashes.append(row.cells[index])
            else:
                cells[column] = row.cells[index]
            if index not in row.inherited:
                own.add(column)
    for index, column in header.more.items():
        if index < len(row.cells) and row.cells[index]:
            before = cells.get(column)
            cell = row.cells[index]
            cells[column] = TracedText.concatenate([before, BETWEEN, cell]) if before else cell
            if index not in row.inherited:
                own.add(column)
    if header.mixed is not None and ColumnMeaning.RESPONSIBLE in own:
        _unmix(cells, own)
    blank = own - cells.keys()
    line = Line(row, cells, frozenset(own & cells.keys()), dashes=tuple(dashes), blank=blank)
    return numbered(line, header)


def _unmix(cells: dict[ColumnMeaning, TracedText], own: set[ColumnMeaning]) -> None:
    """Take the deadlines out of the cell that holds parties and deadlines."""
    cell = cells[ColumnMeaning.RESPONSIBLE]
    spans = [match.span() for match in re.finditer(r"[^,;\n]+", cell.value)]
    parts = [cell[start:end].strip() for start, end in spans]
    times = [part for part in parts if is_deadline(part)]
    if times:
        rest = [part for part in parts if part and not is_deadline(part)]
        cells[ColumnMeaning.DEADLINE] = TracedText.join(times)
        cells[ColumnMeaning.RESPONSIBLE] = TracedText.join(rest, "\n")
        own.add(ColumnMeaning.DEADLINE)


def numbered(line: Line, header: Header) -> Line:
    """The line with its number apart: mended, or freed from the text that it is stuck to."""
    number = line.get(ColumnMeaning.NUMBER)
    if number is not None:
        if ITEM_NUMBER.match(number.value):
            return line
        if BROKEN_NUMBER.match(number.value):
            whole = TracedText.concatenate(
                number[spot : spot + 1] for spot, sign in enumerate(number.value) if sign.strip()
            )
            cells = {**line.cells, ColumnMeaning.NUMBER: whole}
            return replace(line, cells=cells, is_mended=True)
        column = next((one for one in TEXTS if one in header and one not in line.own), None)
        return _unstuck(line, ColumnMeaning.NUMBER, column) if column else line
    column = min(
        (one for one in TEXTS if one in line.own and one in header),
        key=header.places.__getitem__,
        default=None,
    )
    if column is None or ColumnMeaning.NUMBER in line.cells:
        return line
    is_dotted_only = ColumnMeaning.NUMBER in header
    return _unstuck(line, column, column, is_dotted_only=is_dotted_only)


def _unstuck(
    line: Line, column: ColumnMeaning, target: ColumnMeaning, *, is_dotted_only: bool = False
) -> Line:
    cell = line.cells[column]
    match = STUCK_NUMBER.match(cell.value)
    if match is None or (is_dotted_only and "." not in match["number"]):
        return line
    if "." not in match["number"] and re.search(
        rf"(?:^|\s){int(match['number']) + 1}[.)]\s*\D", cell.value
    ):
        return line  # a list of its own
    cells = dict(line.cells)
    cells[ColumnMeaning.NUMBER] = cell[match.start("number") : match.end("sign")]
    cells[target] = cell[match.end() :]
    return replace(line, cells=cells, own=line.own | {ColumnMeaning.NUMBER, target})


def split_section(row: SourceRow) -> tuple[TracedText, TracedText]:
    """The number and the title of a section's row; the number is empty if it has none."""
    cells = [row.cells[index] for index in row.filled]
    for number in cells if len(cells) > 1 else ():
        if ITEM_NUMBER.match(number.value) or ROMAN.match(number.value):
            title = TracedText.join(cell for cell in cells if cell is not number)
            return number.strip().strip(".)").strip(), title
    text = row.whole()
    match = SECTION_NUMBER.match(text.value)
    if match is None:
        label = SECTION_LABEL.match(text.value)
        return (text.group(label, "number"), EMPTY) if label else (EMPTY, text)
    group = "number" if match["number"] else "labelled"
    return text.group(match, group), text[match.end() :]
