"""How far the sheets of a workbook reach, measured before any of them is laid out.

The reader lays out the whole rectangle up to the farthest cell: two cells in opposite corners of a
sheet of five kilobytes would ask it for 512 GiB, and that ends the process.
"""

from __future__ import annotations

from io import BytesIO
from re import ASCII, compile
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from compliance.domain.documents.reading import OversizedDocument, UnreadableDocument

ELEMENTS_A_CELL = 30  # of all parts together; a written cell takes three to ten
_PLACE = compile(r"([A-Za-z]{1,3})(\d{1,7})", ASCII)


def bounded_package(content: bytes, most_cells: int) -> bytes:
    """The package without the parts that are no XML, which a table has no need of.

    The reader decides by itself which part is a sheet, so every part is measured, and one that
    cannot be measured is not given to it. Raises OversizedDocument for a sheet that reaches too
    far, UnreadableDocument for a damaged package.
    """
    kept: dict[str, bytes] = {}
    is_whole, left = True, most_cells * ELEMENTS_A_CELL
    try:
        with ZipFile(BytesIO(content)) as package:
            for part in package.infolist():
                data = package.read(part)
                measure = _Measure(most_cells, left)
                if part.filename not in kept and measure.takes(data):
                    kept[part.filename] = data
                    left = measure.elements_left
                else:
                    is_whole = False
    except (BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise UnreadableDocument("damaged_file", format="xlsx") from error
    return content if is_whole else _packed(kept)


def _packed(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


class _Measure:
    """Follows the rows and cells of one part as the reader does; says stop before it grows."""

    def __init__(self, most_cells: int, most_elements: int) -> None:
        self.most_cells, self.elements_left = most_cells, most_elements
        self.row = self.column = self.height = self.width = self.cells = self.merged = 0

    def takes(self, data: bytes) -> bool:
        """Whether the part is well-formed XML, without a declaration of entities."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._element
        parser.StartDoctypeDeclHandler = _refuse_declarations
        try:
            parser.Parse(data, True)
        except expat.ExpatError:
            return False
        return True

    def _element(self, name: str, given: dict[str, str]) -> None:
        self.elements_left -= 1
        kind = name.rpartition(":")[2]
        if kind == "row":
            self.row, self.column = _number(given.get("r")) or self.row + 1, 0
        elif kind == "c":
            self._cell(given.get("r"))
        elif kind == "mergeCell":
            self._merge(given.get("ref", ""))
        reach = max(self.width * self.height, self.cells, self.merged)
        if reach > self.most_cells or self.elements_left < 0:
            raise OversizedDocument("too_many_cells")

    def _cell(self, place: str | None) -> None:
        self.cells += 1
        row, self.column = _place(place) if place else (max(self.row, 1), self.column + 1)
        self.height = max(self.height, row, self.row)
        self.width = max(self.width, self.column)

    def _merge(self, area: str) -> None:
        first, _colon, last = area.partition(":")
        (top, left), (bottom, right) = _place(first), _place(last or first)
        self.merged += (abs(bottom - top) + 1) * (abs(right - left) + 1)


def _refuse_declarations(*_declared: object) -> None:
    raise UnreadableDocument("damaged_file", format="xlsx")


def _number(text: str | None) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) <= 7):
        raise UnreadableDocument("damaged_file", format="xlsx")
    return int(text)


def _place(text: str) -> tuple[int, int]:
    """(row, column) of a cell such as AA12, both from one."""
    found = _PLACE.fullmatch(text)
    if found is None:
        raise UnreadableDocument("damaged_file", format="xlsx")
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column
