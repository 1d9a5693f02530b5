"""Excel workbooks as a source."""

from datetime import date, datetime, time, timedelta
from io import BytesIO

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


def _sheets(content: bytes) -> list[CalamineSheet]:
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        return [workbook.get_sheet_by_name(name) for name in workbook.sheet_names]
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic inside the Rust library is no Exception
        raise UnreadableDocument("damaged_file", format="xlsx") from error


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
