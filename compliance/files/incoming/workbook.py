"""Lists in Excel workbooks: the values as stored, dates as dates. Documents are read by `excel`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO

from python_calamine import CalamineSheet, CalamineWorkbook

from compliance.domain.documents.reading import OversizedDocument, UnreadableDocument
from compliance.domain.documents.reading.source import MOST_CELLS
from compliance.domain.refusals import Refusal
from compliance.files.incoming.sprawl import bounded_package

Value = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A sheet's cells as the program stored them; a merged area repeats its one value."""

    name: str
    rows: list[list[Value]]


def read_sheets(content: bytes, most_cells: int = MOST_CELLS) -> list[RawSheet]:
    """The sheets of a workbook whose cells are values (dates stay dates), not text to be read."""
    return [_raw(sheet) for sheet in _sheets(content, most_cells)]


def _raw(sheet: CalamineSheet) -> RawSheet:
    rows = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), (top, left, _right) in merged_areas(sheet).items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = rows[top][left]
    return RawSheet(sheet.name, rows)


def _sheets(content: bytes, most_cells: int = MOST_CELLS) -> Iterator[CalamineSheet]:
    """The sheets one at a time, not all at once: many may show the same part."""
    package, cells = bounded_package(content, most_cells), 0
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(package))
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            cells += sheet.total_height * sheet.total_width
            if cells > most_cells:
                raise OversizedDocument("too_many_cells")
            yield sheet
    except (KeyboardInterrupt, SystemExit, GeneratorExit, Refusal):
        raise
    except BaseException as error:  # a panic inside the Rust library is no Exception
        raise UnreadableDocument("damaged_file", format="xlsx") from error


def merged_areas(sheet: CalamineSheet) -> dict[tuple[int, int], tuple[int, int, int]]:
    """For each cell of a merged area: the area's top row, left and right column."""
    return {
        (row, column): (top, left, right)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    }
