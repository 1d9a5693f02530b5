"""The table of a plan: its rows sorted into sections and items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from compliance.domain.documents.reading.column_words import ColumnMeaning
from compliance.domain.documents.reading.columns import (
    ITEM_NUMBER,
    SUBJECTS,
    Header,
    read_header,
    unread_columns,
)
from compliance.domain.documents.reading.content import begins_low, is_party
from compliance.domain.documents.reading.document import Warning
from compliance.domain.documents.reading.joining import joined
from compliance.domain.documents.reading.parties import opens_signatures
from compliance.domain.documents.reading.plan_rows import Line, OpenItem, split_section
from compliance.domain.documents.reading.shapes import Seen, Shape, Shapes, is_titled
from compliance.domain.documents.reading.source import SourceRow
from compliance.domain.documents.reading.text import EMPTY, TracedText
from compliance.domain.documents.reading.vocabulary import TITLE_START

INHERITED = (ColumnMeaning.NUMBER, *SUBJECTS, ColumnMeaning.FACT, ColumnMeaning.MAXIMUM)
FARTHEST_OWNER = 50  # items above; a merged cell that takes more is not known
LOOK_AHEAD = 4  # rows a header may take, and one


@dataclass
class OpenSection:
    """A section while it is being read; `number` replaces a mistyped one."""

    rows: list[SourceRow] = field(default_factory=list)
    items: list[OpenItem] = field(default_factory=list)
    number: str | None = None

    def split(self) -> tuple[TracedText, TracedText]:
        """Its number and its title as written."""
        if not self.rows:
            return EMPTY, EMPTY
        number, title = split_section(self.rows[0])
        return number, TracedText.join([title, *(row.whole() for row in self.rows[1:])])


@dataclass
class Loose:
    """A block of lines between the rows of a table, and the items that stood above it."""

    rows: list[SourceRow]
    above: int

    def text(self) -> TracedText:
        """All lines as one text."""
        return joined([row.whole() for row in self.rows]).text


@dataclass
class PlanTable:
    """The rows of a plan's table, sorted into sections and items but not yet booked.

    `leftovers`: what is below the table or belongs to nothing in it; `loose`: blocks of lines
    between its rows; `headers`: each header with the rows under it.
    """

    shapes: Shapes
    sections: list[OpenSection] = field(default_factory=list)
    header_rows: list[SourceRow] = field(default_factory=list)
    leftovers: list[SourceRow] = field(default_factory=list)
    loose: list[Loose] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)
    headers: list[tuple[Header, list[SourceRow]]] = field(default_factory=list)
    count: int = 0
    is_broken: bool = False
    repeated: list[TracedText] = field(default_factory=list)
    lonely: list[TracedText] = field(default_factory=list)

    @property
    def header(self) -> Header:
        """The header under which rows are being read."""
        return self.shapes.header

    @property
    def items(self) -> list[OpenItem]:
        """The items of all sections."""
        return [item for section in self.sections for item in section.items]

    def take(self, row: SourceRow) -> None:
        """Sort one row in."""
        section = self.sections[-1] if self.sections else None
        above = section.items[-1] if section and section.items else None
        seen = self.shapes.of(row, above)
        if self.is_broken and seen.shape in {Shape.CONTINUATION, Shape.SPARE}:
            seen = Seen(Shape.SHIFTED)  # the row that it goes on was not understood
        if row.in_table:
            self.headers[-1][1].append(row)
        if seen.doubt:
            self.warn(seen.doubt, row)
        match seen.shape:
            case Shape.HEADER:
                self.header_rows.append(row)
            case Shape.SECTION:
                self._open_section(row)
            case Shape.ITEM if seen.line:
                self._open_item(self._mended(seen.line), section, above)
            case Shape.CONTINUATION if above and seen.line:
                self._go_on(self._mended(seen.line), section, above)
            case Shape.SPARE if above and seen.line:
                self._take_spare(seen, above)
            case Shape.SHIFTED:
                self.is_broken = True
                self.warn("columns_shifted", row)
            case _:
                self._take_stranger(row)

    def warn(self, code: str, row: SourceRow, text: str | None = None) -> None:
        """Note that a person should look at the row."""
        words = str(row.whole()) if text is None else text
        self.warnings.append(Warning(code, row.first_line, words))

    def open_header(self, header: Header) -> None:
        """From here on rows stand under this header."""
        self.shapes = replace(self.shapes, header=header)
        self.headers.append((header, []))

    def _open_section(self, row: SourceRow) -> None:
        last = self.sections[-1] if self.sections else None
        if last and last.rows and not last.items and not last.split()[1]:
            last.rows.append(row)
        else:
            self.sections.append(OpenSection([row]))

    def _go_on(self, line: Line, section: OpenSection | None, above: OpenItem) -> None:
        """Add the line to the item above; a cell that several share, to the one that has it."""
        cells = dict(line.cells)
        missing = [column for column in line.own if not above.has(column)]
        if section is not None and any(begins_low(cells[column]) for column in missing):
            for column in missing:
                recent = reversed(section.items[-FARTHEST_OWNER:])
                owner = next((one for one in recent if one.has(column)), None)
                if owner is not None:
                    owner.pieces[column].append(cells.pop(column))
        above.add(replace(line, cells=cells, own=line.own & cells.keys()))

    def _take_spare(self, seen: Seen, above: OpenItem) -> None:
        line = seen.line
        assert line is not None
        if ColumnMeaning.NUMBER in line.own:
            above.pieces[ColumnMeaning.NUMBER] = [line.cells[ColumnMeaning.NUMBER]]
            self.warn("cell_moved", line.row)
        above.last_line = line.row.last_line
        above.spare += line.spare
        if ColumnMeaning.DEADLINE in line.own:
            above.spare.append(line.cells[ColumnMeaning.DEADLINE])

    def _take_stranger(self, row: SourceRow) -> None:
        self.leftovers.append(row)
        if row.in_table:
            return
        last = self.loose[-1] if self.loose else None
        if last and last.rows[-1].last_line + 1 == row.first_line and last.above == self.count:
            last.rows.append(row)
        else:
            self.loose.append(Loose([row], self.count))

    def _mended(self, line: Line) -> Line:
        """The line, with the start of its responsible cell if that was torn off above it."""
        if line.is_moved:
            self.warn("cell_moved", line.row)
        if line.is_mended:
            number = "".join(line.cells[ColumnMeaning.NUMBER].value.split())
            self.warn("number_mended", line.row, number.rstrip("."))
        cell = line.get(ColumnMeaning.RESPONSIBLE)
        if cell is None or not begins_low(cell) or not self.loose:
            return line
        torn = self.loose[-1]
        if torn.above != self.count or not is_torn(torn.text()):
            return line
        self.loose.pop()
        self.leftovers = [row for row in self.leftovers if row not in torn.rows]
        whole = joined([torn.text(), cell]).text
        self.warn("cell_moved", torn.rows[0], str(whole))
        return replace(line, cells={**line.cells, ColumnMeaning.RESPONSIBLE: whole})

    def _open_item(self, line: Line, section: OpenSection | None, above: OpenItem | None) -> None:
        if section is None:
            section = OpenSection()
            self.sections.append(section)
        item = OpenItem()
        self.count += 1
        self.is_broken = False
        line = self._continue_subject(line, above)
        item.add(line)
        if above is not None:
            self._stand_under(above, item, line)
        section.items.append(item)

    def _continue_subject(self, line: Line, above: OpenItem | None) -> Line:
        """The line without an indicator that only goes on with the one above."""
        for column in SUBJECTS:
            cell = line.get(column)
            if above is None or cell is None or not begins_low(cell):
                continue
            if ColumnMeaning.NUMBER in line.own or not above.has(column):
                continue
            for item in {id(one): one for one in (above.group, above)}.values():
                item.pieces[column] = [*item.pieces.get(column, ()), cell]
            cells = {name: text for name, text in line.cells.items() if name is not column}
            return replace(line, cells=cells, own=line.own - {column})
        return line

    def _stand_under(self, above: OpenItem, item: OpenItem, line: Line) -> None:
        """A further measure for the same indicator or finding inherits what it leaves out."""
        subjects = [column for column in SUBJECTS if column in self.header]
        if not subjects or any(column in line.own for column in subjects):
            return
        if ColumnMeaning.NUMBER in line.own:
            if above.group.has(ColumnMeaning.NUMBER) or not line.is_moved:
                return
            above.group.pieces[ColumnMeaning.NUMBER] = [line.cells[ColumnMeaning.NUMBER]]
        item.head = above.group
        for column in INHERITED:
            if column not in line.own:
                item.pieces[column] = list(above.group.pieces.get(column, ()))


def is_torn(text: TracedText) -> bool:
    """Whether a block of lines is the beginning of a responsible cell."""
    return is_party(text) and not str(text).endswith((".", ":"))


def read_plan_table(rows: Sequence[SourceRow], header: Header) -> PlanTable:
    """The sorted rows of a plan, from the row after the header to the end of the document."""
    titled = any(is_titled(row) for row in rows)
    dotted, lone = _is_dotted(rows, header), _lone_are_titles(rows, header)
    table = PlanTable(Shapes(header, dotted, titled, lone))
    table.open_header(header)
    end = _table_end(rows)
    skip = 0
    for index, row in enumerate(rows[:end]):
        if skip:
            skip -= 1
            table.header_rows.append(row)
        elif again := _header_again(rows, index, table.header):
            header, skip = again[0], again[1] - 1
            table.header_rows.append(row)
            table.open_header(header)
        elif _is_caption(rows, index, end):
            table.sections.append(OpenSection([row]))
        else:
            table.take(row)
    table.leftovers += rows[end:]
    return table


def _header_again(
    rows: Sequence[SourceRow], index: int, header: Header
) -> tuple[Header, int] | None:
    row = rows[index]
    if not row.in_table or row.spanning or len(row.filled) < 2:
        return None
    found = read_header(rows[index : index + LOOK_AHEAD])
    if found is None or not found[0].heads_a_plan():
        return None
    is_same = found[0].places == header.places or set(found[0].places) < set(header.places)
    return None if is_same and header.repeats(row) else found


def _is_caption(rows: Sequence[SourceRow], index: int, end: int) -> bool:
    """Whether the paragraph stands right above a further header and names what is under it."""
    row = rows[index]
    if row.in_table or index + 1 >= end or not rows[index + 1].in_table:
        return False
    if TITLE_START.match(str(row.whole())):
        return False
    return len(rows[index + 1].filled) > 1 and read_header(rows[index + 1 : index + 5]) is not None


def _is_dotted(rows: Sequence[SourceRow], header: Header) -> bool:
    numbers = (str(header.cell(row, ColumnMeaning.NUMBER)).rstrip(".") for row in rows)
    return any("." in number and ITEM_NUMBER.match(number) for number in numbers)


def _lone_are_titles(rows: Sequence[SourceRow], header: Header) -> bool:
    """Whether rows with nothing but a measure are fewer than those with more."""
    filled = [row.filled for row in rows if row.in_table]
    lone = (header.places.get(ColumnMeaning.MEASURE),)
    return 2 * sum(columns == lone for columns in filled) <= len(filled)


def _table_end(rows: Sequence[SourceRow]) -> int:
    """Where the signatures begin, or the paragraphs after the last row of the table."""
    for index, row in enumerate(rows):
        if not row.inherited and opens_signatures(row.cells[row.filled[0]]):
            return index
    return max((index + 1 for index, row in enumerate(rows) if row.in_table), default=0)


def table_doubts(table: PlanTable) -> list[Warning]:
    """What a person should know about the columns: doubled ones, and those nobody understood."""
    doubts = []
    for header, rows in table.headers:
        for one in header.doubled:
            if not one.is_evident:
                doubts.append(Warning("two_columns_of_one_meaning", header.line, one.words))
        for _, words, count in unread_columns(header, rows):
            doubts.append(Warning("unread_column", header.line, f"{words or '—'}: {count}"))
    return doubts
