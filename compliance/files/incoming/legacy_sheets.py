"""Workbooks whose formats cannot be seen (.xls, .xlsb, .ods): their values are read plainly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from compliance.domain.documents.reading import OversizedDocument, SourceBuilder, UnreadableDocument
from compliance.domain.documents.reading.source import MOST_CELLS, Cell, Source, Withheld
from compliance.domain.documents.reading.text import TracedText
from compliance.domain.refusals import Refusal
from compliance.files.incoming.number_formats import general
from compliance.files.incoming.sheet_styles import UNSEEN
from compliance.files.incoming.workbook import Value, merged_areas


def read_plain_sheets(content: bytes) -> Source:
    """All sheets one after another, with a warning that formats were not seen."""
    builder = SourceBuilder()
    builder.warn("formats_unseen", "", 1)
    for sheet, is_hidden in _sheets(content):
        if is_hidden:
            _withhold(sheet, builder)
        else:
            _read_sheet(sheet, builder)
    return builder.build()


def _sheets(content: bytes) -> Iterator[tuple[CalamineSheet, bool]]:
    cells = 0
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        for known in workbook.sheets_metadata:
            if known.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = workbook.get_sheet_by_name(known.name)
            cells += sheet.total_height * sheet.total_width
            if cells > MOST_CELLS:
                raise OversizedDocument("too_many_cells")
            yield sheet, known.visible != SheetVisibleEnum.Visible
    except (KeyboardInterrupt, SystemExit, GeneratorExit, Refusal):
        raise
    except BaseException as error:  # a panic inside the Rust library is no Exception
        if "password" in str(error).lower():
            raise UnreadableDocument("encrypted") from error
        raise UnreadableDocument("damaged_file", format="xls") from error


def _withhold(sheet: CalamineSheet, builder: SourceBuilder) -> None:
    first, words = len(builder.line_starts) + 1, []
    for line in sheet.to_python(skip_empty_area=False):
        texts = [text for value in line if (text := _as_text(value)).strip()]
        builder.row([[Withheld(text) for text in texts]])
        words += texts
    if words:
        builder.warn("hidden_sheet", f"{sheet.name}: {' '.join(words)}", first)


def _read_sheet(sheet: CalamineSheet, builder: SourceBuilder) -> None:
    values = sheet.to_python(skip_empty_area=False)
    merged = merged_areas(sheet)
    written: dict[tuple[int, int], TracedText] = {}
    for row, line in enumerate(values):
        cells: list[Cell] = []
        spanning = False
        for column, value in enumerate(line):
            top, left, right = merged.get((row, column), (row, column, column))
            above = written.get((top, left)) if top < row and left == column else None
            cells.append(above if above is not None else _as_text(value))
            spanning = spanning or (right - left + 1 >= len(line) > 1 and bool(str(value)))
        texts = builder.row(cells, spanning=spanning)
        written |= {(row, column): text for column, text in enumerate(texts)}


def _as_text(value: Value) -> str:
    """A cell as it is most often shown: 3 for 3.0, 31.12.2020 for a date."""
    if isinstance(value, datetime | date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, bool):
        return "ИСТИНА" if value else "ЛОЖЬ"
    if isinstance(value, float) and abs(value) < 1e15:
        return general(value)
    return str(value).translate(UNSEEN)
