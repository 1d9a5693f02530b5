"""Excel workbooks as a source."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineSheet, CalamineWorkbook

from compliance.domain.reading import OversizedDocument, SourceBuilder, UnreadableDocument
from compliance.domain.reading.source import LONGEST_TEXT, MOST_CELLS, Source
from compliance.domain.reading.text import Text

Value = int | float | str | bool | time | date | datetime | timedelta


def read_workbook(content: bytes) -> Source:
    """All sheets one after another; line numbers count their rows."""
    builder = SourceBuilder()
    for sheet in _sheets(content):
        _read_sheet(sheet, builder)
    return builder.build()


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A sheet's cells as the program stored them; a merged area repeats its one value."""

    name: str
    rows: list[list[Value]]


def read_sheets(content: bytes, most_cells: int = MOST_CELLS) -> list[RawSheet]:
    """The sheets of a workbook whose cells are values (dates stay dates), not text to be read."""
    return [_raw(sheet, most_cells) for sheet in _sheets(content, most_cells)]


def _raw(sheet: CalamineSheet, most_cells: int) -> RawSheet:
    if sheet.total_height * sheet.total_width > most_cells:
        raise OversizedDocument("too_many_cells")
    rows = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), (top, left, _right) in _merged(sheet).items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = rows[top][left]
    return RawSheet(sheet.name, rows)


def _sheets(content: bytes, most_cells: int = MOST_CELLS) -> list[CalamineSheet]:
    _refuse_sprawling(content, most_cells)
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        return [workbook.get_sheet_by_name(name) for name in workbook.sheet_names]
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic inside the Rust library is no Exception
        raise UnreadableDocument("damaged_file", format="xlsx") from error


_CELL = re.compile(rb'<c[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_MERGED = re.compile(rb'<mergeCell[^>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


def _refuse_sprawling(content: bytes, most_cells: int) -> None:
    """Raise OversizedDocument for a sheet whose cells lie too far apart, before it is laid out.

    The reader lays out the whole rectangle up to the farthest cell: two cells in opposite corners
    of a sheet of five kilobytes would ask for 512 GiB.
    """
    try:
        with ZipFile(BytesIO(content)) as package:
            sheets = [name for name in package.namelist() if "worksheets/" in name]
            for name in sheets:
                data = package.read(name)
                corners = [(_column(c), int(r)) for c, r in _CELL.findall(data)]
                areas = [
                    (_column(right) - _column(left) + 1) * (int(bottom) - int(top) + 1)
                    for left, top, right, bottom in _MERGED.findall(data)
                ]
                width = max((column for column, _row in corners), default=0)
                height = max((row for _column, row in corners), default=0)
                if width * height > most_cells or sum(map(abs, areas)) > most_cells:
                    raise OversizedDocument("too_much_text", characters=LONGEST_TEXT)
    except (BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise UnreadableDocument("damaged_file", format="xlsx") from error


def _column(letters: bytes) -> int:
    """The number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _read_sheet(sheet: CalamineSheet, builder: SourceBuilder) -> None:
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise OversizedDocument("too_much_text", characters=LONGEST_TEXT)
    values = sheet.to_python(skip_empty_area=False)
    merged = _merged(sheet)
    written: dict[tuple[int, int], Text] = {}
    for row, line in enumerate(values):
        cells: list[str | Text] = []
        spanning = False
        for column, value in enumerate(line):
            top, left, right = merged.get((row, column), (row, column, column))
            above = written.get((top, left)) if top < row and left == column else None
            cells.append(above if above is not None else _as_text(value))
            spanning = spanning or (right - left + 1 >= len(line) > 1 and bool(str(value)))
        texts = builder.row(cells, spanning=spanning)
        written |= {(row, column): text for column, text in enumerate(texts)}


def _merged(sheet: CalamineSheet) -> dict[tuple[int, int], tuple[int, int, int]]:
    """For each cell of a merged area: the area's top row, left and right column."""
    return {
        (row, column): (top, left, right)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    }


def _as_text(value: Value) -> str:
    """A cell as a person sees it: 3 for 3.0, 31.12.2020 for a date."""
    if isinstance(value, datetime | date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
