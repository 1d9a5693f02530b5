"""From sorted rows to a plan's sections and items, each character of them booked."""

from collections.abc import Iterable, Iterator

from compliance.domain.documents.reading.column_words import ColumnMeaning
from compliance.domain.documents.reading.columns import ITEM_NUMBER, SUBJECTS
from compliance.domain.documents.reading.document import Item, Section, Warning
from compliance.domain.documents.reading.facts import numeric_facts
from compliance.domain.documents.reading.ledger import Ledger
from compliance.domain.documents.reading.numbers import read_number
from compliance.domain.documents.reading.plan import PlanTable
from compliance.domain.documents.reading.plan_rows import OpenItem
from compliance.domain.documents.reading.responsible import (
    Names,
    read_aliases,
    read_responsible,
    split_parties,
)
from compliance.domain.documents.reading.text import TracedText

FIELDS = {
    ColumnMeaning.MEASURE: "measure",
    ColumnMeaning.DEADLINE: "deadline_text",
    ColumnMeaning.RESPONSIBLE: "responsible",
}


def book_plan(table: PlanTable, ledger: Ledger) -> tuple[tuple[Section, ...], dict[str, str]]:
    """The sections with their fields booked in the ledger, and the document's short names.

    Adds to the table's warnings those about words that were mended.
    """
    items = table.items
    texts = {id(item): _texts(item, table, ledger) for item in items}
    aliases = read_aliases(text for item in items for text in texts[id(item)].values())
    names = Names.of(aliases, _names_alone(texts.values()))
    sections = []
    for section in table.sections:
        number, title = section.split()
        booked = tuple(_book_item(item, texts, names, ledger) for item in section.items)
        written = ledger.place(number)
        sections.append(
            Section(section.number or written or None, ledger.place(title) or None, booked)
        )
        for row in section.rows:
            ledger.discard(row.whole())
    for row in table.header_rows:
        ledger.discard(row.whole())
    for text in table.repeated:
        ledger.discard(text)
    return tuple(sections), aliases


Texts = dict[ColumnMeaning, TracedText]


def _texts(item: OpenItem, table: PlanTable, ledger: Ledger) -> Texts:
    """The item's cells, each as one text; what was mended in them is told once."""
    texts: Texts = {}
    for column in item.pieces:
        whole = item.joined(column)
        texts[column] = whole.text
        ledger.discard(whole.cut)
        for words in whole.mended:
            if column not in item.shared and not (item.head and column in SUBJECTS):
                table.warnings.append(Warning("hyphen_mended", item.first_line, words))
    return texts


def _names_alone(cells: Iterable[Texts]) -> Iterator[str]:
    """The names that are alone between commas in some cell of the document."""
    for texts in cells:
        cell = texts.get(ColumnMeaning.RESPONSIBLE)
        if cell is not None and "," in cell.value:
            yield from map(str, split_parties(cell))


def _book_item(item: OpenItem, all_texts: dict[int, Texts], names: Names, ledger: Ledger) -> Item:
    texts = all_texts[id(item)]

    def words(column: ColumnMeaning) -> str | None:
        return ledger.place(texts[column]) or None if column in texts else None

    def points(column: ColumnMeaning) -> float | None:
        value = read_number(texts[column].value) if column in texts else None
        if value is not None:
            ledger.place(texts[column])
        return value

    number = texts.get(ColumnMeaning.NUMBER)
    responsible = texts.get(ColumnMeaning.RESPONSIBLE)
    indicator, execution = words(ColumnMeaning.INDICATOR), words(ColumnMeaning.EXECUTION)
    above = str(item.above_it.text(ColumnMeaning.INDICATOR)) if item.above_it else None
    booked = Item(
        number=_book_number(number, ledger) if number is not None else None,
        measure=words(ColumnMeaning.MEASURE),
        lines=(item.first_line, item.last_line),
        indicator=indicator,
        fact=points(ColumnMeaning.FACT),
        maximum=points(ColumnMeaning.MAXIMUM),
        finding=words(ColumnMeaning.FINDING),
        form=words(ColumnMeaning.FORM),
        deadline_text=words(ColumnMeaning.DEADLINE),
        responsible=read_responsible(responsible, names, ledger) if responsible else (),
        execution=execution,
        result=words(ColumnMeaning.RESULT),
        indicators=tuple(one for one in (above, indicator) if one) if above else (),
        facts=numeric_facts(execution or ""),
        start_text=words(ColumnMeaning.START),
        actual_date=words(ColumnMeaning.ACTUAL_DATE),
        cost=words(ColumnMeaning.COST),
        note=words(ColumnMeaning.NOTE),
        shared=tuple(FIELDS[column] for column in FIELDS if column in item.shared),
    )
    for text in item.signs:
        ledger.discard(text)
    return booked


def _book_number(text: TracedText, ledger: Ledger) -> str | None:
    """The item's number without the full stop or bracket after it."""
    match = ITEM_NUMBER.match(text.value)
    if match is None:
        return None
    ledger.discard(text)
    return ledger.place(text.group(match, "number"))
