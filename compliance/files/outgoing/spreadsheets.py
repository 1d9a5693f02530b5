"""Tables for people's own programs: workbooks and separated text, written row by row."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any, Generic, TypeVar

import xlsxwriter

Cell = str | int | Decimal | date | None
BOM = "\ufeff"  # by which office programs know that the text is UTF-8
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


Row = TypeVar("Row")


@dataclass(frozen=True)
class SheetColumn(Generic[Row]):
    """A heading, how wide the column is in characters, and what a row says in it."""

    title: str
    width: int
    value: Callable[[Row], Cell]


def workbook(title: str, columns: Sequence[SheetColumn[Row]], rows: Iterable[Row]) -> IO[bytes]:
    """A temporary file with one sheet; memory stays the same however many rows there are."""
    file = temporary_file()
    _write(file, title, columns, rows)
    file.seek(0)
    return file


def temporary_file() -> IO[bytes]:
    """A file without a name that is gone when it is closed."""
    return TemporaryFile()


def _write(
    target: IO[bytes], title: str, columns: Sequence[SheetColumn[Row]], rows: Iterable[Row]
) -> None:
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    sheet = book.add_worksheet(_sheet_name(title))
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd.mm.yyyy", "valign": "top", "align": "left"})
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.title, bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            write_cell(sheet, last, place, column.value(row), text=wrapped, day=day)
    sheet.autofilter(0, 0, last, len(columns) - 1)
    book.close()


def write_cell(
    sheet: Any, line: int, place: int, value: Cell, *, day: Any, text: Any = None
) -> None:
    """Write a value as what it is; a text is never a formula, and nothing leaves the cell empty."""
    if isinstance(value, date):
        sheet.write_datetime(line, place, value, day)
    elif isinstance(value, int | Decimal):
        sheet.write_number(line, place, value, text)
    elif value:
        sheet.write_string(line, place, value, text)


def _sheet_name(title: str) -> str:
    """The title as the name of a sheet may be: 31 characters, some of them not."""
    return "".join(" " if sign in "[]:*?/\\'" else sign for sign in title)[:31].strip()


class _Line:
    """A file that hands back what is written to it: one line at a time."""

    def write(self, text: str) -> str:
        """The text itself."""
        return text


def separated_lines(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Lines of a table as Russian office programs open it: semicolons, decimal commas, a BOM."""
    writer = csv.writer(_Line(), delimiter=";", lineterminator="\r\n")
    yield BOM + writer.writerow(columns)
    for row in rows:
        yield writer.writerow([_as_text(value) for value in row])


def _as_text(value: Cell) -> str:
    """The value as people write it; a text that a program would run as a formula is quoted."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, int | Decimal):
        return str(value).replace(".", ",")
    return f"'{value}" if value.startswith(FORMULA_SIGNS) else value
