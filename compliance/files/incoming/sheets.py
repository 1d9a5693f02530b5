"""The sheets of an Excel workbook as a person sees them.

The library that reads the values alone (`workbook`) tells neither how a number is shown nor what is
hidden or struck out, and what the file stores is not always what was agreed: «дек.26» is stored as
the first of December.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

from lxml import etree

from compliance.domain.documents.reading import OversizedDocument, UnreadableDocument
from compliance.domain.documents.reading.source import MOST_CELLS, Piece, Withheld
from compliance.files.incoming.number_formats import (
    GENERAL,
    general,
    shown_number,
    shown_text,
)
from compliance.files.incoming.parts import RELATION, Element, Parts
from compliance.files.incoming.sheet_styles import (
    MAIN,
    Run,
    Style,
    Styles,
    pieces,
    plain,
    read_runs,
    read_shared,
    read_styles,
)
from compliance.files.incoming.sprawl import place_of

LEAST_HEIGHT, LEAST_WIDTH = 2.0, 0.3  # points and characters: a smaller row or column is unseen
LAST_COLUMN, LAST_ROW = 16_384, 1_048_576
CELL = f"{MAIN}c"
VALUE, FORMULA, INLINE = f"{MAIN}v", f"{MAIN}f", f"{MAIN}is"
READ = tuple(
    MAIN + name
    for name in (
        "row", "col", "sheetFormatPr", "sheetView", "mergeCell", "cfRule", "tablePart", "drawing"
    )
)  # fmt: skip
TRUTHS = {"1": "ИСТИНА", "true": "ИСТИНА", "0": "ЛОЖЬ", "false": "ЛОЖЬ"}


@dataclass(slots=True)
class SheetCell:
    """A cell that holds something: its text or its number as stored, and its style."""

    style: Style
    runs: tuple[Run, ...] = ()
    number: float | None = None
    is_error: bool = False
    is_unreckoned: bool = False


@dataclass
class Sheet:
    """A sheet as stored: cells by row and column (from one), and what is hidden of it."""

    name: str
    is_hidden: bool
    since_1904: bool
    cells: dict[int, dict[int, SheetCell]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    boxes: dict[int, list[str]] = field(default_factory=dict)
    conditional: set[str] = field(default_factory=set)
    comments: list[tuple[str, str]] = field(default_factory=list)
    has_colours: bool = False
    has_zeros: bool = True
    last_row: int = 0
    farthest: int = 0

    @property
    def height(self) -> int:
        """The number of the last row."""
        return max((*self.cells, *self.boxes), default=0)

    @property
    def width(self) -> int:
        """The number of the last column."""
        return max((max(row, default=0) for row in self.cells.values()), default=0)

    def shown(self, cell: SheetCell, place: str) -> tuple[Piece, ...]:
        """What a person sees in a cell, with what is withheld of it."""
        if cell.is_error:
            return (Withheld(cell.runs[0].text, "error_cell", place),)
        if cell.number is not None:
            return self._shown_number(cell.number, cell.style, place)
        if cell.style.format in {GENERAL, "@"}:
            return pieces(cell.runs, cell.style, has_colours=self.has_colours)
        whole = "".join(run.text for run in cell.runs)
        text = shown_text(whole, cell.style.format)
        if not text:
            return (Withheld(whole, "hidden_text", place),)
        runs = cell.runs if text == whole else (Run(text),)
        return pieces(runs, cell.style, has_colours=self.has_colours)

    def _shown_number(self, number: float, style: Style, place: str) -> tuple[Piece, ...]:
        text = self._number(number, style.format)
        if text is None:
            return (Withheld(general(number), "error_cell", place),)
        if not text:
            return (Withheld(general(number), "hidden_text", place),)
        return pieces((Run(text),), style, has_colours=self.has_colours)

    def _number(self, number: float, code: str) -> str | None:
        if number == 0 and not self.has_zeros:
            return ""
        return shown_number(number, code, since_1904=self.since_1904)


class Workbook:
    """An Excel workbook whose parts were measured before (`sprawl.check_parts`)."""

    def __init__(self, content: bytes) -> None:
        self._parts = Parts(content, "xlsx")
        self._main = self._parts.main()
        root = self._parts.xml(self._main)
        if root is None:
            raise UnreadableDocument("damaged_file", format="xlsx")
        self._root: Element = root
        related = self._parts.related
        self.styles: Styles = read_styles(self._parts.xml(related(self._main, "styles")))
        self._shared = read_shared(self._parts, related(self._main, "sharedStrings"))
        properties = self._root.find(f"{MAIN}workbookPr")
        self._since_1904 = properties is not None and _is_true(properties.get("date1904"))
        reckoned = self._root.find(f"{MAIN}calcPr")
        # Such a file was written by a program that reckons nothing: its zeros are no results.
        self._zeros_wait = reckoned is not None and _is_true(reckoned.get("fullCalcOnLoad"))

    def sheets(self) -> Iterator[Sheet]:
        """The sheets in the order of their tabs."""
        relations = self._parts.relations(self._main)
        for one in self._root.iterfind(f"{MAIN}sheets/{MAIN}sheet"):
            kind, name = relations.get(one.get(RELATION, ""), ("", ""))
            if kind == "worksheet" and (data := self._parts.read(name)) is not None:
                is_hidden = one.get("state", "visible") != "visible"
                sheet = Sheet(one.get("name", ""), is_hidden, self._since_1904)
                self._fill(sheet, data, name)
                sheet.comments = self._comments(name)
                yield sheet

    def _comments(self, part: str) -> list[tuple[str, str]]:
        """The remarks beside a sheet's cells, each with its cell."""
        root = self._parts.xml(self._parts.related(part, "comments"))
        listed = () if root is None else root.iter(f"{MAIN}comment")
        return [
            (one.get("ref", ""), "".join(text.text or "" for text in one.iter(f"{MAIN}t")))
            for one in listed
        ]

    def _fill(self, sheet: Sheet, data: bytes, part: str) -> None:
        hides_others = False
        for _event, element in etree.iterparse(
            BytesIO(data), tag=READ, resolve_entities=False, no_network=True
        ):
            match element.tag.removeprefix(MAIN):
                case "row":
                    self._row(sheet, element, hides_others=hides_others)
                case "col":
                    _hide_columns(sheet, element)
                case "sheetFormatPr":
                    hides_others = _is_true(element.get("zeroHeight"))
                case "sheetView":
                    sheet.has_zeros = element.get("showZeros", "1") not in {"0", "false"}
                case "mergeCell":
                    sheet.merged.append(_area(element.get("ref", "")))
                case "cfRule":
                    sheet.has_colours = True
                    sheet.conditional.add(element.get("dxfId", ""))
                case "tablePart":
                    sheet.has_colours = True
                case "drawing":
                    self._draw(sheet, part, element.get(RELATION, ""))
            element.clear()

    def _row(self, sheet: Sheet, row: Element, *, hides_others: bool) -> None:
        number = int(row.get("r") or sheet.last_row + 1)
        if not 0 < number <= LAST_ROW:
            raise UnreadableDocument("damaged_file", format="xlsx")
        sheet.last_row = number
        cells: dict[int, SheetCell] = sheet.cells.get(number, {})
        column = 0
        for one in row.iterchildren(CELL):
            place = one.get("r")
            column = place_of(place)[1] if place else column + 1
            cell = self._cell(one)
            if cell is not None:
                cells[column] = cell
        if cells:
            sheet.cells[number] = cells
            sheet.farthest = max(sheet.farthest, max(cells))
            if number * sheet.farthest > MOST_CELLS:
                raise OversizedDocument("too_many_cells")
        height = float(row.get("ht") or 15)
        is_default = "ht" not in row.attrib and "hidden" not in row.attrib
        if _is_true(row.get("hidden")) or height < LEAST_HEIGHT or (hides_others and is_default):
            sheet.hidden_rows.add(number)

    def _cell(self, one: Element) -> SheetCell | None:
        """The cell; None when there is nothing in it."""
        kind, style = one.get("t", "n"), self.styles.of(one.get("s"))
        if kind == "inlineStr":
            found = one.find(INLINE)
            return None if found is None else SheetCell(style, read_runs(found))
        text = one.findtext(VALUE) or ""
        formula = one.find(FORMULA)
        if formula is not None and kind != "str" and (not text or self._waits(text)):
            return SheetCell(style, is_unreckoned=True)
        if not text:
            return None
        if kind == "s":
            return SheetCell(style, self._shared[int(text)])
        if kind == "e":
            return SheetCell(style, (Run(plain(text)),), is_error=True)
        if kind == "b":
            return SheetCell(style, (Run(TRUTHS.get(text, text)),))
        if kind == "str":
            return SheetCell(style, (Run(plain(text)),))
        return SheetCell(style, number=_serial(text) if kind == "d" else float(text))

    def _waits(self, text: str) -> bool:
        return self._zeros_wait and text == "0"

    def _draw(self, sheet: Sheet, part: str, relation: str) -> None:
        """Note the words in boxes over a sheet, by the row at which each begins."""
        _kind, name = self._parts.relations(part).get(relation, ("", ""))
        root = self._parts.xml(name)
        for anchor in () if root is None else root:
            row = next(
                (one.text for one in anchor.iter("{*}from") for one in one.iter("{*}row")), "0"
            )
            for body in anchor.iter("{*}txBody"):
                lines = (
                    "".join(one.text or "" for one in p.iter("{*}t")) for p in body.iter("{*}p")
                )
                words = "\n".join(line for line in lines if line.strip())
                if words:
                    sheet.boxes.setdefault(int(row or 0) + 1, []).append(words)


def _hide_columns(sheet: Sheet, column: Element) -> None:
    width = column.get("width")
    if _is_true(column.get("hidden")) or (width is not None and float(width) < LEAST_WIDTH):
        first, last = int(column.get("min", "1")), int(column.get("max", "1"))
        if len(sheet.hidden_columns) < LAST_COLUMN:
            sheet.hidden_columns.update(range(max(first, 1), min(last, LAST_COLUMN) + 1))


def _area(reference: str) -> tuple[int, int, int, int]:
    """Top, left, bottom and right of a merged area."""
    first, _colon, last = reference.partition(":")
    (top, left), (bottom, right) = place_of(first), place_of(last or first)
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def _serial(text: str) -> float:
    """The serial number of a day that is stored as text (ISO 8601)."""
    since = datetime.fromisoformat(text.rstrip("Z")) - datetime(1899, 12, 30)
    return since.total_seconds() / 86_400


def _is_true(value: str | None) -> bool:
    return value in {"1", "true", "on"}


def column_name(column: int) -> str:
    """C for 3, AA for 27."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """C6 for the third cell of the sixth row."""
    return f"{column_name(column)}{row}"
