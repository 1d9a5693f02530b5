"""A row whose cells stand under wrong headings: scans and page breaks shift them."""

from compliance.domain.documents.reading.column_words import ColumnMeaning
from compliance.domain.documents.reading.columns import ITEM_NUMBER, SUBJECTS, Header
from compliance.domain.documents.reading.content import (
    begins_low,
    is_action,
    is_deadline,
    is_indicator,
    is_party,
    is_prose,
    is_value,
)
from compliance.domain.documents.reading.plan_rows import (
    BROKEN_NUMBER,
    ROMAN,
    STUCK_NUMBER,
    Line,
    OpenItem,
    numbered,
)
from compliance.domain.documents.reading.source import SourceRow
from compliance.domain.documents.reading.text import TracedText

SHORT_PROSE = 25  # characters; "3 балла из 5" is still a value
Cells = dict[ColumnMeaning, TracedText]


def is_misfit(row: SourceRow, header: Header) -> bool:
    """Whether some cell cannot be what its heading says."""
    if header.own(row, ColumnMeaning.MEASURE) is None and _is_misplaced(row, header):
        return True
    dated = header.cell(row, ColumnMeaning.DEADLINE)
    is_dated = not dated or is_deadline(dated)
    return any(
        index not in row.inherited
        and _conflicts(header, index, row.cells[index], is_dated=is_dated)
        for index in row.filled
    )


def _is_misplaced(row: SourceRow, header: Header) -> bool:
    """Whether, beside an empty measure, a deadline says what to do or an indicator says when."""
    deadline = header.own(row, ColumnMeaning.DEADLINE)
    if deadline is not None:
        return is_action(deadline) and not is_deadline(deadline)
    subjects = (header.own(row, column) for column in SUBJECTS)
    return ColumnMeaning.DEADLINE in header and any(
        cell is not None and is_deadline(cell) for cell in subjects
    )


def _conflicts(header: Header, index: int, cell: TracedText, *, is_dated: bool) -> bool:
    if index >= header.width:
        return True
    column = header.meaning(index)
    words = cell.value.strip()
    if column is ColumnMeaning.NUMBER:
        is_number = ITEM_NUMBER.match(words) or ROMAN.match(words) or BROKEN_NUMBER.match(words)
        return not is_number and not STUCK_NUMBER.match(words) and is_prose(cell)
    if column in {ColumnMeaning.FACT, ColumnMeaning.MAXIMUM}:
        return len(words) > SHORT_PROSE and is_prose(cell)
    if column is ColumnMeaning.DEADLINE:
        return is_value(cell) and len(words) < 4 and ColumnMeaning.FACT in header
    if column in {ColumnMeaning.RESPONSIBLE, ColumnMeaning.MEASURE}:
        return is_value(cell) or (is_deadline(cell) and not is_party(cell) and not is_dated)
    return False


def refitted(row: SourceRow, header: Header, above: OpenItem | None) -> Line | None:
    """The row with its cells sorted by what they look like; None when that is not evident."""
    cells: Cells = {}
    spare: list[TracedText] = []
    prose: list[tuple[int, TracedText]] = []
    for index in row.filled:
        cell = row.cells[index]
        if index in row.inherited:
            column = header.meaning(index)
            if column is not None:
                cells.setdefault(column, cell)
        elif is_deadline(cell) and ColumnMeaning.DEADLINE in header:
            if ColumnMeaning.DEADLINE in cells:
                spare.append(cell)
            else:
                cells[ColumnMeaning.DEADLINE] = cell
        elif is_value(cell) or ITEM_NUMBER.match(cell.value):
            if not _take_value(cells, index, cell, header, is_first=index == row.filled[0]):
                return None
        else:
            prose.append((index, cell))
    prose = _take_responsible(cells, prose, header)
    if not _take_prose(cells, prose, header, above):
        return None
    own = frozenset(cells) - {header.meaning(index) for index in row.inherited}
    return numbered(Line(row, cells, own, tuple(spare), is_moved=True), header)


def _take_value(
    cells: Cells, index: int, cell: TracedText, header: Header, *, is_first: bool
) -> bool:
    columns = [ColumnMeaning.FACT, ColumnMeaning.MAXIMUM]
    if ITEM_NUMBER.match(cell.value) and (
        (index == 0 and is_first) or ColumnMeaning.FACT not in header
    ):
        columns = [ColumnMeaning.NUMBER, *columns]
    for column in columns:
        if column in header and column not in cells:
            cells[column] = cell
            return True
    return False


def _take_responsible(
    cells: Cells, prose: list[tuple[int, TracedText]], header: Header
) -> list[tuple[int, TracedText]]:
    """The last prose is the responsible party if it names one or goes on after the deadline."""
    if ColumnMeaning.RESPONSIBLE not in header or len(prose) < 2:
        return prose
    _, last = prose[-1]
    if is_party(last) or (begins_low(last) and ColumnMeaning.DEADLINE in cells):
        cells[ColumnMeaning.RESPONSIBLE] = last
        return prose[:-1]
    return prose


def _take_prose(
    cells: Cells, prose: list[tuple[int, TracedText]], header: Header, above: OpenItem | None
) -> bool:
    texts = [cell for _, cell in prose]
    subject = next((column for column in SUBJECTS if column in header), None)
    if not texts:
        return bool(cells)
    if len(texts) == 1:
        cells[_column_of(texts[0], subject, cells, above)] = texts[0]
        return True
    if len(texts) == 2 and subject is not None:
        cells[subject], cells[ColumnMeaning.MEASURE] = texts
        return True
    free = [
        column
        for column, _ in sorted(header.places.items(), key=lambda place: place[1])
        if column not in cells
        and column
        not in {
            ColumnMeaning.NUMBER,
            ColumnMeaning.FACT,
            ColumnMeaning.MAXIMUM,
            ColumnMeaning.DEADLINE,
        }
    ]
    if len(free) != len(texts):
        return False
    cells.update(zip(free, texts, strict=True))
    return True


def _column_of(
    text: TracedText, subject: ColumnMeaning | None, cells: Cells, above: OpenItem | None
) -> ColumnMeaning:
    """The column of the only prose of a row."""
    if begins_low(text) and above is not None and not cells:
        return going_on(above, subject)
    if subject is not None and is_indicator(text):
        return subject
    return ColumnMeaning.MEASURE


def going_on(above: OpenItem, subject: ColumnMeaning | None = None) -> ColumnMeaning:
    """The column of the item above that a text without a place of its own goes on."""
    filled = [column for column in above.last if above.has(column)]
    texts = [c for c in (ColumnMeaning.MEASURE, *SUBJECTS, ColumnMeaning.EXECUTION) if c in filled]
    for column in texts:
        if above.pieces[column][-1].value.rstrip().endswith("-"):
            return column
    return texts[0] if texts else subject or ColumnMeaning.MEASURE
