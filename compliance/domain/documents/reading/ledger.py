"""Accounts for a reading: every character is placed, unplaced or markup."""

import re
from collections.abc import Iterable

from compliance.domain.documents.reading.document import Coverage, Unplaced
from compliance.domain.documents.reading.source import Source
from compliance.domain.documents.reading.text import NOWHERE, TracedText

UNPLACED, PLACED, MARKUP = range(3)
RUN = re.compile(rb"\x00+|\x01+|\x02+")  # of one fate
AS_MARKUP = bytes.maketrans(bytes([UNPLACED]), bytes([MARKUP]))


class Ledger:
    """Says what became of each character of a source.

    A field of a document gets its string only from `place`, so whatever counts as placed is in a
    field; the rest is unplaced by subtraction, so nothing can be forgotten. Blanks have no fate of
    their own: they are never counted.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._fates = bytearray(len(source.text))
        for spot in _frame_spots(source):
            self._fates[spot] = MARKUP

    def place(self, text: TracedText) -> str:
        """The words of a field, booked as placed (even if they were markup before)."""
        if isinstance(text.spots, range):
            self._fates[text.spots.start : text.spots.stop] = b"\x01" * len(text.spots)
        else:
            for spot in text.marks():
                self._fates[spot] = PLACED
        return str(text)

    def discard(self, text: TracedText) -> None:
        """Book as markup, unless placed: tags, list signs, labels, repeated headers."""
        if isinstance(text.spots, range):
            start, stop = text.spots.start, text.spots.stop
            self._fates[start:stop] = self._fates[start:stop].translate(AS_MARKUP)
        else:
            for spot in text.marks():
                self._fates[spot] = self._fates[spot] or MARKUP

    def balance(self) -> tuple[tuple[Unplaced, ...], Coverage]:
        """What stayed unplaced, line by line, and the count of all three."""
        counts = [0, 0, 0]
        left: dict[int, list[str]] = {}
        for run in RUN.finditer(self._fates):
            start, fate = run.start(), run.group()[0]
            words = self._source.text[start : run.end()].split()
            counts[fate] += sum(map(len, words))
            if fate == UNPLACED and words:
                for line, part in self._lines(start, run.end()):
                    left.setdefault(line, []).append(part)
        whole = ((line, " ".join("".join(parts).split())) for line, parts in left.items())
        rest = tuple(Unplaced(line, text) for line, text in whole if text)
        return rest, Coverage(sum(counts), counts[PLACED], counts[UNPLACED], counts[MARKUP])

    def _lines(self, start: int, end: int) -> Iterable[tuple[int, str]]:
        """The text between two offsets, line by line, each with its number."""
        starts = self._source.line_starts
        while start < end:
            line = self._source.line_of(start)
            stop = min(end, starts[line]) if line < len(starts) else end
            yield line, self._source.text[start:stop]
            start = max(stop, start + 1)


def _frame_spots(source: Source) -> Iterable[int]:
    """The signs of the format outside all cells: bars, quotes, delimiters."""
    if not source.frame:
        return ()
    inside = bytearray(len(source.text))
    for row in source.rows:
        for cell in row.cells:
            for spot in cell.spots:
                if spot != NOWHERE:
                    inside[spot] = 1
    return (
        spot
        for spot, sign in enumerate(source.text)
        if sign in source.frame and not sign.isspace() and not inside[spot]
    )
