"""Tables for people's own programs: workbooks and separated text, written row by row."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any, Generic, TypeVar
from unicodedata import category, normalize

import xlsxwriter
from django.utils.translation import ngettext

Cell = str | int | Decimal | date | None
BOM = "\ufeff"  # tells office programs that the text is UTF-8
FORMULA_SIGNS = frozenset("=+-@\u2212")  # the last is the mathematical minus sign
LONGEST_CELL = 32_767  # an Excel cell holds no more, counted in UTF-16 units


Row = TypeVar("Row")


@dataclass(frozen=True)
class SheetColumn(Generic[Row]):
    """A heading, how wide the column is in characters, and what a row says in it."""

    title: str
    width: int
    value: Callable[[Row], Cell]


def workbook(title: str, columns: Sequence[SheetColumn[Row]], rows: Iterable[Row]) -> IO[bytes]:
    """A temporary file with one sheet; memory use does not depend on the number of rows."""

    def fill(book: Any) -> None:
        _fill(book, book.add_worksheet(_sheet_name(title)), columns, rows)

    return written_book(fill)


def written_book(fill: Callable[[Any], None]) -> IO[bytes]:
    """A temporary file with the workbook that `fill` fills, each sheet row by row.

    Memory use does not depend on the number of rows; nothing is left behind by an exception.
    """
    file = temporary_file()
    try:
        with TemporaryDirectory() as folder:
            book = xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": folder})
            try:
                fill(book)
                book.close()
            finally:  # what sheets hold of their rows so far, if they end early
                for sheet in book.worksheets():
                    sheet.row_data_fh.close()
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def temporary_file() -> IO[bytes]:
    """A file without a name that is gone when it is closed."""
    return TemporaryFile()


def text_file(lines: Iterable[str]) -> IO[bytes]:
    """A temporary file of these lines; nothing is left behind when they end in an exception."""
    file = temporary_file()
    try:
        for line in lines:
            file.write(line.encode())
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _fill(book: Any, sheet: Any, columns: Sequence[SheetColumn[Row]], rows: Iterable[Row]) -> None:
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd.mm.yyyy", "valign": "top", "align": "left"})
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.title, bold)
    last = shortened = 0
    for last, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            shortened += write_cell(sheet, last, place, column.value(row), text=wrapped, day=day)
    sheet.autofilter(0, 0, last, len(columns) - 1)
    if shortened:
        # Below an empty line, so that programs do not take it for a row of the table.
        sheet.write_string(last + 2, 0, _shortened_words(shortened), bold)


def write_cell(
    sheet: Any, line: int, place: int, value: Cell, *, day: Any, text: Any = None
) -> bool:
    """Write a value as what it is; a text is never a formula, and None leaves the cell empty.

    True when the text is longer than a cell can hold: then it ends with "…".
    """
    if isinstance(value, date):
        sheet.write_datetime(line, place, value, day)
    elif isinstance(value, int | Decimal):
        sheet.write_number(line, place, value, text)
    elif value:
        fitting = _fitting(value)
        sheet.write_string(line, place, fitting, text)
        return fitting is not value
    return False


def _fitting(text: str) -> str:
    """The text itself, or as much of it as a cell holds, with "…" at its end."""
    if len(text) <= LONGEST_CELL // 2:  # no character takes more than two units
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * LONGEST_CELL:
        return text
    return units[: 2 * (LONGEST_CELL - 1)].decode("utf-16-le", "ignore") + "…"


def _shortened_words(count: int) -> str:
    words = ngettext(
        "%(count)s cell is shortened and ends with “…”: a cell of a workbook holds %(most)s signs.",
        "%(count)s cells are shortened and end with “…”: a cell of a workbook holds %(most)s "
        "signs.",
        count,
    )
    return words % {"count": count, "most": LONGEST_CELL}


def _sheet_name(title: str) -> str:
    """The title as a sheet may be called: 31 characters, some of them forbidden."""
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
    return f"'{value}" if _looks_like_formula(value) else value


def _looks_like_formula(text: str) -> bool:
    """Whether an office program may run the text: it skips blanks and knows full-width signs.

    "＝", "＋", "－" and "＠" count as their plain forms in programs set to East Asian input.
    """
    if text[:1] in {"\t", "\r", "\n"}:
        return True
    seen = (sign for sign in text if not sign.isspace() and category(sign) not in {"Cc", "Cf"})
    first = next(seen, "")
    return bool(first) and normalize("NFKC", first)[0] in FORMULA_SIGNS
