"""What is settled when all rows of a table are known: whose a cell is that stood apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from compliance.domain.documents.reading.column_words import ColumnMeaning
from compliance.domain.documents.reading.columns import SUBJECTS
from compliance.domain.documents.reading.document import Warning
from compliance.domain.documents.reading.plan import Loose, OpenSection, PlanTable, is_torn
from compliance.domain.documents.reading.plan_rows import OpenItem, line_of, split_section
from compliance.domain.documents.reading.source import SourceRow
from compliance.domain.documents.reading.splitting import split_item
from compliance.domain.folding import folded

DITTO = re.compile(r"^\W*+(то же|тот же|та же|те же|он же|она же)?\W*$", re.IGNORECASE)
ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
POINTS = (ColumnMeaning.FACT, ColumnMeaning.MAXIMUM)
NUMBER, MEASURE = ColumnMeaning.NUMBER, ColumnMeaning.MEASURE
RESPONSIBLE, DEADLINE = ColumnMeaning.RESPONSIBLE, ColumnMeaning.DEADLINE


def settle(table: PlanTable) -> None:
    """Finish the table: numbers of sections, headings, shared measures, cells torn off, splits."""
    _close(table)
    _mend_section_numbers(table)
    for section in table.sections:
        _move_to_next_subject(table, section)
        _find_headings(section)
        _read_dittos(table, section)
        _share_measures(table, section)
        section.items = [part for item in section.items for part in _split(table, item)]
    _give_torn_off(table)
    for section in table.sections:
        _inherit_responsible(table, section)
        _dissolve(table, section)
        _doubt(table, section)


def _close(table: PlanTable) -> None:
    """Lines without a number after the last item are not sections but signatures and notes."""
    rows: list[SourceRow] = []
    while table.sections and not table.sections[-1].items:
        section = table.sections[-1]
        if not section.rows or split_section(section.rows[0])[0]:
            break
        if _is_measure(table, section.rows[0]):
            table.sections.pop()
            _as_item(table, section.rows[0])
            break
        rows += section.rows
        table.sections.pop()
    table.leftovers = sorted([*table.leftovers, *rows], key=lambda row: row.first_line)


def _is_measure(table: PlanTable, row: SourceRow) -> bool:
    """Whether the row has nothing but a measure: at the end of a table it titles nothing."""
    column = table.header.meaning(row.filled[0])
    return row.in_table and not row.spanning and column is MEASURE and row.filled[0] > 0


def _as_item(table: PlanTable, row: SourceRow) -> None:
    if not table.sections:
        table.sections.append(OpenSection())
    item = OpenItem()
    item.add(line_of(row, table.header))
    table.sections[-1].items.append(item)


def _mend_section_numbers(table: PlanTable) -> None:
    """A letter between the Roman numbers IV and VI stands for V."""
    numbers = [str(section.split()[0]) for section in table.sections]
    for index, (section, number) in enumerate(zip(table.sections, numbers, strict=True)):
        if folded(number) not in {"к", "k"} or index == 0:
            continue
        before = numbers[index - 1]
        if before not in ROMANS[:-2]:
            continue
        wanted = ROMANS[ROMANS.index(before) + 1]
        after = numbers[index + 1] if index + 1 < len(numbers) else ""
        if not after or after == ROMANS[ROMANS.index(wanted) + 1]:
            section.number = wanted
            table.warn("section_number_mended", section.rows[0], f"{number} → {wanted}")


def _move_to_next_subject(table: PlanTable, section: OpenSection) -> None:
    """A measure with points of its own above an indicator without any belongs to that indicator:
    the cells of a scanned row stand in the middle of its height."""
    for item, below in zip(section.items, section.items[1:], strict=False):
        brings_points = ColumnMeaning.FACT in item.own and item.head is not None
        lacks_them = below.head is None and not any(below.has(column) for column in POINTS)
        if not (brings_points and lacks_them and item.head and item.head.has(ColumnMeaning.FACT)):
            continue
        if not any(below.has(column) for column in SUBJECTS):
            continue
        for column in (NUMBER, *SUBJECTS):
            item.pieces[column] = list(below.pieces.get(column, ()))
        for column in POINTS:
            below.pieces[column] = list(item.pieces.get(column, ()))
        item.head, below.head = None, item
        _note(table, "cell_moved", item)


def _find_headings(section: OpenSection) -> None:
    """Items 1, 2, … without a measure above items 1.1, 2.1, … say what those have in common."""
    for item, below in zip(section.items, section.items[1:], strict=False):
        number, next_number = _number(item), _number(below)
        if number and not item.has(MEASURE) and next_number.startswith(f"{number}."):
            item.is_heading = True
    heading: OpenItem | None = None
    for item in section.items:
        if item.is_heading:
            heading = item
        elif heading is not None and _number(item).startswith(f"{_number(heading)}."):
            item.above_it = heading


def _number(item: OpenItem) -> str:
    return "".join(item.text(NUMBER).value.split()).rstrip(".)")


def _read_dittos(table: PlanTable, section: OpenSection) -> None:
    """«То же» and «-//-» stand for the cell above."""
    for above, item in zip(section.items, section.items[1:], strict=False):
        for column in (DEADLINE, RESPONSIBLE):
            if not (item.has(column) and above.has(column)):
                continue
            if not DITTO.match(item.edge(column, 0)):
                continue
            item.signs += item.pieces[column]
            item.pieces[column] = list(above.pieces[column])
            item.shared.add(column)
            _note(table, "ditto_read", item)


def _share_measures(table: PlanTable, section: OpenSection) -> None:
    """A numbered indicator beside an empty measure shares the measure of the row above."""
    for above, item in zip(section.items, section.items[1:], strict=False):
        if item.has(MEASURE) or item.is_heading or above.is_heading or not above.has(MEASURE):
            continue
        has_subject = any(column in item.own for column in SUBJECTS)
        own = item.own | item.blank
        if NUMBER not in own or not has_subject or {MEASURE, DEADLINE, RESPONSIBLE} & own:
            continue
        item.pieces[MEASURE] = list(above.pieces[MEASURE])
        item.shared.add(MEASURE)
        for column in (DEADLINE, RESPONSIBLE):
            if above.has(column) and not item.has(column):
                item.pieces[column] = list(above.pieces[column])
                item.shared.add(column)
        words = " ".join(str(item.text(column)) for column in (NUMBER, *SUBJECTS))
        table.warnings.append(Warning("measure_shared", item.first_line, words.strip()))


def _split(table: PlanTable, item: OpenItem) -> Sequence[OpenItem]:
    parts = split_item(item)
    if len(parts) > 1:
        _note(table, "row_split", item)
    return parts


def _give_torn_off(table: PlanTable) -> None:
    """Blocks of lines between the rows that name parties go to the rows that lack theirs."""
    blocks = [block for block in table.loose if is_torn(block.text())]
    if not blocks or not any(RESPONSIBLE in header for header, _ in table.headers):
        return
    last = max(block.above for block in blocks)
    groups = {id(item.group): item.group for item in table.items[: last + 1]}
    answered = {id(item.group) for item in table.items if item.has(RESPONSIBLE)}
    lacking = [group for key, group in groups.items() if key not in answered]
    words = {folded(str(block.text())) for block in blocks}
    if not lacking or len(lacking) > len(blocks):
        return
    if len(words) > 1 and len(lacking) != len(blocks):
        return
    for block, group in zip(blocks[-len(lacking) :], lacking, strict=True):
        group.pieces[RESPONSIBLE] = [block.text()]
        _placed(table, block)
        table.warn("cell_moved", block.rows[0], str(block.text()))
    table.repeated += [block.text() for block in blocks[: -len(lacking)]]
    for block in blocks[: -len(lacking)]:
        _placed(table, block)


def _placed(table: PlanTable, block: Loose) -> None:
    table.leftovers = [row for row in table.leftovers if row not in block.rows]


def _inherit_responsible(table: PlanTable, section: OpenSection) -> None:
    """A measure without a responsible party has that of the other measures of its indicator."""
    first: dict[int, OpenItem] = {}
    for item in section.items:
        if item.has(RESPONSIBLE):
            first.setdefault(id(item.group), item)
    for item in section.items:
        if item.has(RESPONSIBLE) or item.is_heading:
            continue
        found = first.get(id(item.group))
        if found is not None and found is not item:
            item.pieces[RESPONSIBLE] = list(found.pieces[RESPONSIBLE])
            item.shared.add(RESPONSIBLE)
            _note(table, "responsible_inherited", item)


def _dissolve(table: PlanTable, section: OpenSection) -> None:
    """An indicator in a row of its own, with the measures in the rows below, is no item."""
    kept = []
    for index, item in enumerate(section.items):
        below = section.items[index + 1] if index + 1 < len(section.items) else None
        heads = below is not None and below.head is not None and below.group is item.group
        if heads and not item.has(MEASURE) and not item.is_heading:
            spare = [*item.pieces.get(DEADLINE, ()), *item.spare]
            table.lonely += spare
            for deadline in spare:
                table.warnings.append(
                    Warning("deadline_without_measure", item.first_line, str(deadline))
                )
        else:
            kept.append(item)
    section.items = kept


def _doubt(table: PlanTable, section: OpenSection) -> None:
    for item in section.items:
        for deadline in item.spare:
            table.warnings.append(
                Warning("deadline_without_measure", item.last_line, str(deadline))
            )
        if not item.has(MEASURE) and not item.is_heading:
            _note(table, "measure_missing", item)


def _words(item: OpenItem) -> Iterator[str]:
    columns = (MEASURE,) if item.has(MEASURE) else (NUMBER, *SUBJECTS)
    for column in (*columns, DEADLINE):
        text = str(item.text(column))
        if text:
            yield text


def _note(table: PlanTable, code: str, item: OpenItem) -> None:
    table.warnings.append(Warning(code, item.first_line, " ".join(_words(item))))
