"""The columns of a table without a header, told by what they hold: always with a doubt."""

from collections.abc import Callable, Sequence

from compliance.domain.documents.reading.column_words import ColumnMeaning
from compliance.domain.documents.reading.columns import ITEM_NUMBER, Header
from compliance.domain.documents.reading.content import is_deadline, is_party, is_prose
from compliance.domain.documents.reading.source import SourceRow
from compliance.domain.documents.reading.text import TracedText
from compliance.domain.documents.reading.vocabulary import PLAN_TITLE

LOOKED_AT = 50  # rows
MOST = 0.6  # of a column's filled cells that must look alike


def guessed_header(rows: Sequence[SourceRow]) -> tuple[Header, int] | None:
    """The header of the plan's first table and the row at which it begins; None if not evident.

    A table counts when a title above it says "план" and one column of it holds deadlines.
    """
    first = next((index for index, row in enumerate(rows) if _is_full(row)), None)
    if first is None or not any(PLAN_TITLE.search(str(row.whole())) for row in rows[:first]):
        return None
    body = [row for row in rows[first : first + LOOKED_AT] if _is_full(row)]
    places = _places(body)
    if len(body) < 2 or not {ColumnMeaning.MEASURE, ColumnMeaning.DEADLINE} <= places.keys():
        return None
    width = max(len(row.cells) for row in body)
    return Header(places, width, (), line=body[0].first_line), first


def _is_full(row: SourceRow) -> bool:
    return row.in_table and not row.spanning and len(row.filled) > 2


def _places(rows: Sequence[SourceRow]) -> dict[ColumnMeaning, int]:
    width = max(len(row.cells) for row in rows) if rows else 0
    free = list(range(width))
    places: dict[ColumnMeaning, int] = {}
    looks: tuple[tuple[ColumnMeaning, Callable[[TracedText], bool]], ...] = (
        (ColumnMeaning.NUMBER, lambda cell: bool(ITEM_NUMBER.match(cell.value))),
        (ColumnMeaning.DEADLINE, is_deadline),
        (ColumnMeaning.RESPONSIBLE, is_party),
    )
    for column, look in looks:
        found = next((index for index in free if _share(rows, index, look) >= MOST), None)
        if found is not None:
            places[column] = found
            free.remove(found)
    prose = [index for index in free if _share(rows, index, is_prose) >= MOST]
    if prose:
        places[ColumnMeaning.MEASURE] = max(prose, key=lambda index: _length(rows, index))
    return places


def _share(rows: Sequence[SourceRow], index: int, look: Callable[[TracedText], bool]) -> float:
    cells = [cell for row in rows for cell in row.cells[index : index + 1] if cell]
    return sum(map(look, cells)) / len(cells) if cells else 0.0


def _length(rows: Sequence[SourceRow], index: int) -> int:
    return sum(len(row.cells[index].value) for row in rows if index in row.filled)
