"""The table of a plan: sections and their items."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from compliance.domain.documents.reading.columns import ITEM_NUMBER, Header, read_header
from compliance.domain.documents.reading.document import Item, Section, Warning
from compliance.domain.documents.reading.ledger import Ledger
from compliance.domain.documents.reading.numbers import read_number
from compliance.domain.documents.reading.parties import opens_signatures
from compliance.domain.documents.reading.plan_rows import OpenItem, Shape, Shapes, split_section
from compliance.domain.documents.reading.responsible import (
    Names,
    read_aliases,
    read_responsible,
    split_parties,
)
from compliance.domain.documents.reading.source import SourceRow
from compliance.domain.documents.reading.text import EMPTY, TracedText
from compliance.domain.documents.reading.vocabulary import ColumnMeaning

# A table in which a larger share of rows has cells in wrong columns is not to be trusted.
TOLERATED_SHIFTED = 0.1


@dataclass
class OpenSection:
    """A section while it is being read."""

    row: SourceRow | None = None
    items: list[OpenItem] = field(default_factory=list)


@dataclass
class PlanTable:
    """The rows of a plan's table, sorted into sections and items but not yet booked.

    `leftovers`: what is below the table or belongs to nothing in it.
    """

    shapes: Shapes
    sections: list[OpenSection] = field(default_factory=list)
    header_rows: list[SourceRow] = field(default_factory=list)
    leftovers: list[SourceRow] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)
    shifted: int = 0

    @property
    def header(self) -> Header:
        """The header under which rows are being read."""
        return self.shapes.header

    @property
    def items(self) -> list[OpenItem]:
        """The items of all sections."""
        return [item for section in self.sections for item in section.items]

    @property
    def is_damaged(self) -> bool:
        """Whether too many cells are in wrong columns to trust the rest."""
        return self.shifted > TOLERATED_SHIFTED * (len(self.items) + self.shifted)

    def take(self, row: SourceRow) -> None:
        """Sort one row in."""
        section = self.sections[-1] if self.sections else None
        above = section.items[-1] if section and section.items else None
        match self.shapes.of(row, above):
            case Shape.HEADER:
                self.header_rows.append(row)
            case Shape.SECTION:
                self.sections.append(OpenSection(row))
            case Shape.ITEM:
                self._open_item(row, section, above)
            case Shape.CONTINUATION if above is not None:
                above.add(row, self.header)
            case Shape.SHIFTED:
                self.shifted += 1
                self.warn("columns_shifted", row)
            case _:
                self.leftovers.append(row)

    def close(self) -> None:
        """Lines without a number after the last item are not sections but signatures and notes."""
        rows = []
        while self.sections and not self.sections[-1].items:
            row = self.sections[-1].row
            if row is None or split_section(row)[0]:
                break
            rows.append(row)
            self.sections.pop()
        self.leftovers = sorted([*self.leftovers, *rows], key=lambda row: row.first_line)

    def warn(self, code: str, row: SourceRow) -> None:
        """Note that a person should look at the row."""
        self.warnings.append(Warning(code, row.first_line, str(row.whole())))

    def _open_item(
        self, row: SourceRow, section: OpenSection | None, above: OpenItem | None
    ) -> None:
        if section is None:
            section = OpenSection()
            self.sections.append(section)
        item = OpenItem()
        item.add(row, self.header)
        if above is not None and self.header.own(row, ColumnMeaning.NUMBER) is None:
            self._stand_under(above, item, row)
        section.items.append(item)

    def _stand_under(self, above: OpenItem, item: OpenItem, row: SourceRow) -> None:
        """A further measure for the same indicator or finding inherits what it leaves out."""
        subjects = [
            column
            for column in (ColumnMeaning.INDICATOR, ColumnMeaning.FINDING)
            if column in self.header
        ]
        if not subjects or any(self.header.own(row, column) for column in subjects):
            return
        for column in (ColumnMeaning.NUMBER, *subjects, ColumnMeaning.FACT, ColumnMeaning.MAXIMUM):
            item.pieces[column] = list(above.pieces.get(column, ()))
        if not item.text(ColumnMeaning.RESPONSIBLE) and above.text(ColumnMeaning.RESPONSIBLE):
            item.pieces[ColumnMeaning.RESPONSIBLE] = list(above.pieces[ColumnMeaning.RESPONSIBLE])
            self.warn("responsible_inherited", row)


def read_plan_table(rows: Sequence[SourceRow], header: Header) -> PlanTable:
    """The sorted rows of a plan, from the row after the header to the end of the document."""
    table = PlanTable(Shapes(header, _is_dotted(rows, header)))
    end = _table_end(rows)
    for index, row in enumerate(rows[:end]):
        again = read_header(rows[index : index + 2]) if row.in_table else None
        if again is not None and again[0].heads_a_plan() and not table.header.repeats(row):
            table.header_rows.append(row)
            table.shapes = replace(table.shapes, header=again[0])
        else:
            table.take(row)
    table.close()
    table.leftovers += rows[end:]
    return table


def _is_dotted(rows: Sequence[SourceRow], header: Header) -> bool:
    numbers = (str(header.cell(row, ColumnMeaning.NUMBER)).rstrip(".") for row in rows)
    return any("." in number and ITEM_NUMBER.match(number) for number in numbers)


def _table_end(rows: Sequence[SourceRow]) -> int:
    """Where the signatures begin, or the paragraphs after the last row of the table."""
    for index, row in enumerate(rows):
        if not row.inherited and opens_signatures(row.cells[row.filled[0]]):
            return index
    return max((index + 1 for index, row in enumerate(rows) if row.in_table), default=0)


def book_plan(table: PlanTable, ledger: Ledger) -> tuple[tuple[Section, ...], dict[str, str]]:
    """The sections with their fields booked in the ledger, and the document's short names."""
    for row in table.header_rows:
        ledger.discard(row.whole())
    aliases = read_aliases(text for item in table.items for text in _texts(item))
    names = Names.of(aliases, _names_alone(table))
    sections = []
    for section in table.sections:
        number, title = split_section(section.row) if section.row else (EMPTY, EMPTY)
        if section.row:
            ledger.discard(section.row.whole())
        items = tuple(_book_item(item, names, ledger) for item in section.items)
        sections.append(Section(ledger.place(number) or None, ledger.place(title) or None, items))
    return tuple(sections), aliases


def _texts(item: OpenItem) -> Iterator[TracedText]:
    return (item.text(column) for column in item.pieces)


def _names_alone(table: PlanTable) -> Iterator[str]:
    """The names that are alone between commas in some cell of the document."""
    for item in table.items:
        cell = item.text(ColumnMeaning.RESPONSIBLE)
        if "," in cell.value:
            yield from map(str, split_parties(cell))


def _book_item(item: OpenItem, names: Names, ledger: Ledger) -> Item:
    def words(*columns: ColumnMeaning) -> str | None:
        return ledger.place(TracedText.join(item.text(column) for column in columns)) or None

    def points(column: ColumnMeaning) -> float | None:
        text = item.text(column)
        value = read_number(text.value)
        if value is not None:
            ledger.place(text)
        return value

    return Item(
        number=_book_number(item.text(ColumnMeaning.NUMBER), ledger),
        measure=words(ColumnMeaning.MEASURE),
        lines=(item.first_line, item.last_line),
        indicator=words(ColumnMeaning.INDICATOR),
        fact=points(ColumnMeaning.FACT),
        maximum=points(ColumnMeaning.MAXIMUM),
        finding=words(ColumnMeaning.FINDING),
        form=words(ColumnMeaning.FORM),
        deadline_text=words(ColumnMeaning.DEADLINE),
        responsible=read_responsible(item.text(ColumnMeaning.RESPONSIBLE), names, ledger),
        execution=words(ColumnMeaning.EXECUTION, ColumnMeaning.ACTUAL_DATE),
        result=words(ColumnMeaning.RESULT),
    )


def _book_number(text: TracedText, ledger: Ledger) -> str | None:
    """The item's number without the full stop or bracket after it."""
    match = ITEM_NUMBER.match(text.value)
    if match is None:
        return None
    ledger.discard(text)
    return ledger.place(text.group(match, "number"))
