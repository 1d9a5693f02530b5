"""Excel workbooks as a source: what a person sees is read, the rest is withheld with a warning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from compliance.domain.documents.reading import OversizedDocument, SourceBuilder, UnreadableDocument
from compliance.domain.documents.reading.source import MOST_CELLS, Cell, Piece, Source, Withheld
from compliance.domain.documents.reading.text import TracedText
from compliance.domain.refusals import Refusal
from compliance.files.incoming.sheets import (
    Sheet,
    SheetCell,
    Workbook,
    cell_name,
    column_name,
)
from compliance.files.incoming.sprawl import ELEMENTS_A_CELL, check_parts, place_of

Area = tuple[int, int, int, int]


def read_workbook(content: bytes) -> Source:
    """All sheets one after another; line numbers count their rows."""
    check_parts(content, "xlsx", MOST_CELLS * ELEMENTS_A_CELL)
    builder = SourceBuilder()
    cells = 0
    try:
        workbook = Workbook(content)
        for sheet in workbook.sheets():
            cells += sheet.height * sheet.width
            if cells > MOST_CELLS:
                raise OversizedDocument("too_many_cells")
            _SheetReader(sheet, builder).read()
            if sheet.conditional & workbook.styles.telling:
                builder.warn("formats_unseen", sheet.name)
    except Refusal:
        raise
    except Exception as error:  # whatever a damaged part makes lxml or int() raise
        raise UnreadableDocument("damaged_file", format="xlsx") from error
    return builder.build()


class _SheetReader:
    """Writes the rows of one sheet into a source."""

    def __init__(self, sheet: Sheet, builder: SourceBuilder) -> None:
        self.sheet, self.builder = sheet, builder
        if not sheet.is_hidden:
            _move_out_of_hiding(sheet)
        self.width = sheet.width
        self.seen = set(range(1, self.width + 1)) - sheet.hidden_columns
        _check_areas(sheet)
        self.areas = {
            (row, column): area
            for area in sheet.merged
            for row in range(area[0], min(area[2], sheet.height) + 1)
            for column in range(area[1], min(area[3], self.width) + 1)
        }
        self.written: dict[tuple[int, int], TracedText] = {}
        self.hidden_words: dict[int, list[str]] = defaultdict(list)
        self.first_line = len(builder.line_starts) + 1

    def read(self) -> None:
        """Write every row, and warn of what is hidden."""
        if self.sheet.is_hidden:
            words = [self._withhold(row) for row in range(1, self.sheet.height + 1)]
            text = f"{self.sheet.name}: {' '.join(filter(None, words))}"
            if any(words):
                self.builder.warn("hidden_sheet", text, self.first_line)
            return
        for row in range(1, self.sheet.height + 1):
            for box in self.sheet.boxes.get(row, ()):
                self.builder.paragraph(box)
            if row in self.sheet.hidden_rows:
                if said := self._withhold(row):
                    self.builder.warn("hidden_row", said)
            else:
                self._write(row)
        for place, remark in self.sheet.comments:
            line = self.first_line + max(0, _row_of(place) - 1)
            self.builder.warn("comment", f"{place}: {' '.join(remark.split())}", line)
        for column, hidden in sorted(self.hidden_words.items()):
            text = f"{column_name(column)}: {' '.join(hidden)}"
            self.builder.warn("hidden_column", text, self.first_line)

    def _withhold(self, row: int) -> str:
        """Write a row's words into the text, but into no cell; those words."""
        shown = [
            self._text(self.sheet.shown(cell, ""))
            for _column, cell in sorted(self.sheet.cells.get(row, {}).items())
        ]
        words = [one for one in shown if one.strip()]
        words += self.sheet.boxes.get(row, ()) if self.sheet.is_hidden else ()
        self.builder.row([[Withheld(one) for one in words]])
        return " ".join(words)

    def _text(self, cell: Sequence[Piece]) -> str:
        return "".join(one if isinstance(one, str) else one.text for one in cell)

    def _write(self, row: int) -> None:
        stored = self.sheet.cells.get(row)
        if not stored and not any((row, column) in self.areas for column in (1, self.width)):
            self.builder.row([])
            return
        cells: list[Cell] = []
        spanning = False
        for column in range(1, self.width + 1):
            area = self.areas.get((row, column))
            cells.append(self._cell(row, column, (stored or {}).get(column), area))
            if area and len(self.seen) > 1 and column in (stored or ()):
                spanning = spanning or self.seen <= set(range(area[1], area[3] + 1))
        texts = self.builder.row(cells, spanning=spanning)
        for column, cell in (stored or {}).items():
            if cell.is_unreckoned and column not in self.sheet.hidden_columns:
                self.builder.warn("error_cell", cell_name(row, column))
        if self.areas:
            self.written |= {(row, column): text for column, text in enumerate(texts, start=1)}

    def _cell(self, row: int, column: int, cell: SheetCell | None, area: Area | None) -> Cell:
        if area is not None and (row, column) != area[:2]:
            above = self.written.get(area[:2])
            if above is not None and area[0] < row and area[1] == column:
                return above
            return () if cell is None else [Withheld(self._whole(cell), "hidden_text")]
        if cell is None or cell.is_unreckoned:
            return ""
        shown = self.sheet.shown(cell, cell_name(row, column))
        if column in self.sheet.hidden_columns:
            if (text := self._text(shown)).strip():
                self.hidden_words[column].append(text)
            return [Withheld(self._text(shown))]
        return shown[0] if len(shown) == 1 and isinstance(shown[0], str) else shown

    def _whole(self, cell: SheetCell) -> str:
        return self._text(self.sheet.shown(cell, ""))


def _row_of(place: str) -> int:
    return place_of(place)[0]


def _check_areas(sheet: Sheet) -> None:
    """Raise OversizedDocument for merged areas that cover more than a sheet may hold."""
    covered = sum(
        max(0, min(bottom, sheet.height) - top + 1) * max(0, min(right, sheet.width) - left + 1)
        for top, left, bottom, right in sheet.merged
    )
    if covered > MOST_CELLS:
        raise OversizedDocument("too_many_cells")


def _move_out_of_hiding(sheet: Sheet) -> None:
    """Give the words of each merged area to the first cell of it that is seen."""
    for number, (top, left, bottom, right) in enumerate(sheet.merged):
        if top not in sheet.hidden_rows and left not in sheet.hidden_columns:
            continue
        row = next((one for one in range(top, bottom + 1) if one not in sheet.hidden_rows), None)
        column = next(
            (one for one in range(left, right + 1) if one not in sheet.hidden_columns), None
        )
        cell = sheet.cells.get(top, {}).pop(left, None)
        if row is not None and column is not None:
            sheet.merged[number] = (row, column, bottom, right)
        if cell is not None:
            sheet.cells.setdefault(row or top, {})[column or left] = cell
