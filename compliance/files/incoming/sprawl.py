"""How far the parts of a package reach, measured piece by piece before a reader gets any of them.

An element or a character costs its reader fifty times its bytes, and a package of a hundred
kilobytes may unpack to a thousand times as much. And the reader of sheets lays out the whole
rectangle up to the farthest cell: two cells in opposite corners of a sheet of five kilobytes would
cost 512 GiB, which ends the process.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from re import ASCII, compile
from typing import IO
from xml.parsers import expat
from zipfile import ZipFile, ZipInfo

from compliance.domain.documents.reading import OversizedDocument, UnreadableDocument
from compliance.domain.refusals import Refusal
from compliance.files.incoming.package import CHUNK, DAMAGE

ELEMENTS_A_CELL = 30  # of all parts together; a written cell has three to ten
MOST_ELEMENTS = 1_000_000  # of a text document; half a million runs of one sign each fill it
MOST_SIGNS = 20_000_000  # of text and of attributes, in all parts together
LONGEST_CELL = 100_000  # characters of one text between two tags; Excel itself writes 32,767
_PLACE = compile(r"([A-Za-z]{1,3})(\d{1,7})", ASCII)


def bounded_package(content: bytes, most_cells: int) -> bytes:
    """The package without the parts that are not XML, which a table does not need.

    The reader itself decides which part is a sheet, so every part is measured, and one that cannot
    be measured is withheld. Raises OversizedDocument for a sheet that reaches too far,
    UnreadableDocument for a damaged package.
    """
    left = _Left(most_cells * ELEMENTS_A_CELL, MOST_SIGNS)
    try:
        with ZipFile(BytesIO(content)) as package:
            taken: list[ZipInfo] = []
            is_whole = True
            for part in package.infolist():
                with package.open(part) as stream:
                    is_xml = _Measure(most_cells, left).takes(stream)
                if is_xml and part.filename not in {one.filename for one in taken}:
                    taken.append(part)
                else:
                    is_whole = False
            if is_whole:
                return content
            return _packed({part.filename: package.read(part) for part in taken})
    except Refusal:
        raise
    except DAMAGE as error:
        raise UnreadableDocument("damaged_file", format="xlsx") from error


def check_parts(content: bytes, format: str = "docx", most: int = MOST_ELEMENTS) -> None:
    """Raise OversizedDocument for a package whose parts hold too much to be read."""
    left = _Left(most, MOST_SIGNS)
    try:
        with ZipFile(BytesIO(content)) as package:
            for part in package.infolist():
                with package.open(part) as stream:
                    _Measure(most, left, format, lays_out=False).takes(stream)
    except Refusal:
        raise
    except DAMAGE as error:
        raise UnreadableDocument("damaged_file", format=format) from error


def _packed(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


@dataclass
class _Left:
    """What the parts of one package may still contain, all together."""

    elements: int
    signs: int


class _Measure:
    """Follows the rows and cells of a part as the reader would; stops before they are too many."""

    def __init__(
        self, most_cells: int, left: _Left, format: str = "xlsx", *, lays_out: bool = True
    ) -> None:
        """`lays_out`: whether the reader makes room for every cell up to the farthest one."""
        self.most_cells, self.left, self.format, self.run = most_cells, left, format, 0
        self.lays_out = lays_out
        self.row = self.column = self.height = self.width = self.cells = self.merged = 0

    def takes(self, stream: IO[bytes]) -> bool:
        """Whether the part is well-formed XML that declares no entities."""
        parser = expat.ParserCreate()
        parser.buffer_text, parser.buffer_size = True, 2**16
        parser.StartElementHandler = self._element
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse_declarations
        try:
            while chunk := stream.read(CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError):  # such as an unknown encoding
            return False
        return True

    def _text(self, text: str) -> None:
        self.run += len(text)
        self.left.signs -= len(text)
        if self.run > LONGEST_CELL:
            raise OversizedDocument("cell_too_long", characters=LONGEST_CELL)
        if self.left.signs < 0:
            raise OversizedDocument("too_much_text", characters=MOST_SIGNS)

    def _refuse_declarations(self, *_declared: object) -> None:
        raise UnreadableDocument("damaged_file", format=self.format)

    def _element(self, name: str, given: dict[str, str]) -> None:
        self.run = 0
        self.left.elements -= 1
        self.left.signs -= sum(map(len, given.values()))
        kind = name.rpartition(":")[2] if self.lays_out else ""
        if kind == "row":
            self.row, self.column = _number(given.get("r")) or self.row + 1, 0
        elif kind == "c":
            self._cell(given.get("r"))
        elif kind == "mergeCell":
            self._merge(given.get("ref", ""))
        reach = max(self.width * self.height, self.cells, self.merged)
        if reach > self.most_cells or self.left.elements < 0:
            raise OversizedDocument("too_many_cells")

    def _cell(self, place: str | None) -> None:
        self.cells += 1
        row, self.column = place_of(place) if place else (max(self.row, 1), self.column + 1)
        self.height = max(self.height, row, self.row)
        self.width = max(self.width, self.column)

    def _merge(self, area: str) -> None:
        first, _colon, last = area.partition(":")
        (top, left), (bottom, right) = place_of(first), place_of(last or first)
        self.merged += (abs(bottom - top) + 1) * (abs(right - left) + 1)


def _number(text: str | None) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) <= 7):
        raise UnreadableDocument("damaged_file", format="xlsx")
    return int(text)


def place_of(text: str) -> tuple[int, int]:
    """(row, column) of a cell such as AA12, both from one."""
    found = _PLACE.fullmatch(text)
    if found is None:
        raise UnreadableDocument("damaged_file", format="xlsx")
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column
