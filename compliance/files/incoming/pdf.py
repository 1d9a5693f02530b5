"""PDF files with a text layer as a source: ruled tables, and the lines between them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from operator import itemgetter
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

from compliance.domain.documents.reading import OversizedDocument, SourceBuilder, UnreadableDocument
from compliance.domain.documents.reading.source import LONGEST_TEXT, Cell, Piece, Source, Withheld
from compliance.domain.documents.reading.text import TracedText
from compliance.domain.refusals import Refusal

MOST_PAGES = 500
LEAST_WORDS = 3  # of a whole document; a scan has none, or a stamp's
HAIR = 3.0  # points within which two borders are one
SAME_LINE = 3.0  # points by which the tops of words of one line differ
BROKEN = re.compile(r"\w[-\u2010\u2011]$")
THIN = 1.6  # points: a line, not a box
Word = dict[str, Any]
Box = tuple[float, float, float, float]
Area = tuple[int, int, int, int]


def read_pdf(content: bytes) -> Source:
    """The tables of all pages and what stands between them; each line takes one line number.

    Raises UnreadableDocument `encrypted`, or `no_text_layer` for a scan.
    """
    try:
        with pdfplumber.open(BytesIO(content)) as document:
            return _source(document)
    except Refusal:
        raise
    except Exception as error:  # whatever a damaged file makes pdfminer raise
        if _is_locked(error):
            raise UnreadableDocument("encrypted") from error
        raise UnreadableDocument("damaged_file", format="pdf") from error


def _is_locked(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, PDFPasswordIncorrect | PDFEncryptionError):
            return True
        inner = error.args[0] if error.args and isinstance(error.args[0], Exception) else None
        error = inner or error.__cause__ or error.__context__
    return False


def _source(document: Any) -> Source:
    if len(document.pages) > MOST_PAGES:
        raise OversizedDocument("too_many_pages", limit=MOST_PAGES)
    builder = SourceBuilder()
    count = 0
    for page in document.pages:
        found = page.extract_words(keep_blank_chars=False, x_tolerance_ratio=0.15)
        count += len(found)
        if builder.length > LONGEST_TEXT:
            raise OversizedDocument("too_much_text", characters=LONGEST_TEXT)
        if not found and page.images:
            builder.warn("page_unread", str(page.page_number))
        _read_page(page, found, builder)
        page.close()
    if count < LEAST_WORDS:
        raise UnreadableDocument("no_text_layer")
    return builder.build()


def _read_page(page: Any, words: list[Word], builder: SourceBuilder) -> None:
    found = page.find_tables({"explicit_horizontal_lines": _open_ends(page)})
    tables = [one for one in found if len(one.cells) > 1]
    struck = _strikes(page)
    inside: dict[int, list[Word]] = {index: [] for index in range(len(tables))}
    outside: list[Word] = []
    for word in words:
        at = next((i for i, one in enumerate(tables) if _holds(one.bbox, word)), None)
        (outside if at is None else inside[at]).append(word)
    lines = [(line[0]["top"], line) for line in _lines(outside)]
    blocks: list[tuple[float, Any]] = [
        *lines,
        *((one.bbox[1], index) for index, one in enumerate(tables)),
    ]
    for _top, block in sorted(blocks, key=itemgetter(0)):
        if isinstance(block, int):
            _read_table(tables[block], inside[block], struck, builder)
        else:
            builder.paragraph(_pieces(block, struck))


def _open_ends(page: Any) -> list[dict[str, Any]]:
    """Lines that close a table where a page ends in the midst of a row and nothing is drawn."""
    upright = [
        one for one in page.edges if one["orientation"] == "v" and one["bottom"] - one["top"] > HAIR
    ]
    level = [
        one["top"]
        for one in page.edges
        if one["orientation"] == "h" and one["x1"] - one["x0"] > HAIR
    ]
    ends: dict[int, list[Any]] = {}
    for one in upright:
        for place in (one["top"], one["bottom"]):
            ends.setdefault(round(place / HAIR), []).append((place, one["x0"]))
    drawn = {round(place / HAIR) for place in level}
    closing = []
    for at, found in ends.items():
        if len(found) > 1 and not drawn & {at - 1, at, at + 1}:
            place, left, right = found[0][0], min(x for _y, x in found), max(x for _y, x in found)
            closing.append(
                {"x0": left, "x1": right, "top": place, "bottom": place, "width": right - left,
                 "height": 0, "orientation": "h", "object_type": "line"}
            )  # fmt: skip
    return closing


def _holds(box: Box, word: Word) -> bool:
    x, y = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _lines(words: Iterable[Word]) -> list[list[Word]]:
    """The words line by line, each from left to right."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=itemgetter("top")):
        if lines and abs(word["top"] - lines[-1][0]["top"]) <= SAME_LINE:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=itemgetter("x0")) for line in lines]


# --- Words that are struck out --------------------------------------------------------------------


def _strikes(page: Any) -> list[Box]:
    """The thin horizontal lines of a page: those through words strike them out."""
    drawn = [*page.lines, *page.rects]
    return [
        (one["x0"], one["top"], one["x1"], one["bottom"])
        for one in drawn
        if one["bottom"] - one["top"] <= THIN < one["x1"] - one["x0"]
    ]


def _is_struck(word: Word, strikes: Sequence[Box]) -> bool:
    height = word["bottom"] - word["top"]
    upper, lower = word["top"] + 0.35 * height, word["top"] + 0.75 * height
    return any(
        upper <= (top + bottom) / 2 <= lower and left <= word["x0"] + 2 and right >= word["x1"] - 2
        for left, top, right, bottom in strikes
    )


def _pieces(line: Sequence[Word], strikes: Sequence[Box]) -> list[Piece]:
    pieces: list[Piece] = []
    for is_struck, words in groupby(line, key=lambda word: _is_struck(word, strikes)):
        text = " ".join(word["text"] for word in words)
        if pieces:
            pieces.append(" ")
        pieces.append(Withheld(text, "struck_text") if is_struck else text)
    return pieces


# --- Tables ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Borders:
    """The borders of a table on one axis, those within a hair taken as one."""

    places: tuple[float, ...]

    @classmethod
    def of(cls, found: Iterable[float]) -> _Borders:
        places: list[float] = []
        for place in sorted(found):
            if not places or place - places[-1] > HAIR:
                places.append(place)
        return cls(tuple(places))

    def index(self, place: float) -> int:
        """The strip that begins at this border."""
        return max(0, bisect_right(self.places, place + HAIR) - 1)


def _read_table(table: Any, words: list[Word], strikes: list[Box], builder: SourceBuilder) -> None:
    columns = _Borders.of(x for cell in table.cells for x in (cell[0], cell[2]))
    rows = _Borders.of(y for cell in table.cells for y in (cell[1], cell[3]))
    width, height = len(columns.places) - 1, len(rows.places) - 1
    holder: dict[tuple[int, int], Area] = {}
    for left, top, right, bottom in table.cells:
        area = rows.index(top), columns.index(left), rows.index(bottom), columns.index(right)
        for row in range(area[0], area[2]):
            for column in range(area[1], area[3]):
                holder[row, column] = area
    filled: dict[tuple[int, int], list[Word]] = {}
    for word in words:
        row = min(rows.index((word["top"] + word["bottom"]) / 2 - HAIR), height - 1)
        column = min(columns.index((word["x0"] + word["x1"]) / 2 - HAIR), width - 1)
        place = holder.get((row, column), (row, column))[:2]
        filled.setdefault(place, []).append(word)
    margin = min(
        (word["x0"] - columns.places[column] for (_row, column), found in filled.items()
         for word in found),
        default=0.0,
    )  # fmt: skip
    written: dict[tuple[int, int], TracedText] = {}
    for row in range(height):
        cells: list[Cell] = []
        spanning = False
        for column in range(width):
            area = holder.get((row, column), (row, column, row + 1, column + 1))
            room = columns.places[area[3]] - columns.places[area[1]] - 2 * max(0.0, margin)
            above = written.get(area[:2]) if area[0] < row and area[1] == column else None
            own = filled.pop((row, column), [])
            cells.append(_cell(own, strikes, room) if above is None else above)
            spanning = spanning or (area[:2] == (row, column) and area[3] - column >= width > 1)
        texts = builder.row(cells, spanning=spanning)
        written |= {(row, column): text for column, text in enumerate(texts)}


def _cell(words: list[Word], strikes: list[Box], room: float) -> list[Piece]:
    """The words of a cell so wide; a line that was only full is no line of its own."""
    pieces: list[Piece] = []
    before: list[Word] = []
    for line in _lines(words):
        if pieces and not _goes_on(pieces[-1], line[0]["text"]):
            pieces.append(" " if _was_full(before, line[0], room) else "\n")
        pieces += _pieces(line, strikes)
        before = line
    return pieces


def _was_full(line: Sequence[Word], following: Word, room: float) -> bool:
    """Whether the next line's first word had no room any more."""
    blank = 0.2 * (following["bottom"] - following["top"])
    taken = line[-1]["x1"] - line[0]["x0"]
    return bool(taken + blank + following["x1"] - following["x0"] > room)


def _goes_on(before: Piece, after: str) -> bool:
    """Whether a line broke at a hyphen: «материально-⏎технической», «2017-⏎2018»."""
    return (
        isinstance(before, str)
        and bool(BROKEN.search(before[-2:]))
        and (after[0].isdecimal() if before[-2].isdecimal() else after[0].islower())
    )
