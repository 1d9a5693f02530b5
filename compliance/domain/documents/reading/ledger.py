"""Accounts for a reading: every character is placed, unplaced or markup."""

from collections.abc import Iterable

from compliance.domain.documents.reading.document import Coverage, Unplaced
from compliance.domain.documents.reading.source import Source
from compliance.domain.documents.reading.text import TracedText

UNPLACED, PLACED, MARKUP = range(3)


class Ledger:
    """Says what became of each character of a source.

    A field of a document gets its string only from `place`, so whatever counts as placed is in a
    field; the rest is unplaced by subtraction, so nothing can be forgotten.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._fates = bytearray(len(source.text))
        for spot in _frame_spots(source):
            self._fates[spot] = MARKUP

    def place(self, text: TracedText) -> str:
        """The words of a field, booked as placed (even if they were markup before)."""
        for spot in text.marks():
            self._fates[spot] = PLACED
        return str(text)

    def discard(self, text: TracedText) -> None:
        """Book as markup, unless placed: tags, list signs, labels, repeated headers."""
        for spot in text.marks():
            self._fates[spot] = self._fates[spot] or MARKUP

    def balance(self) -> tuple[tuple[Unplaced, ...], Coverage]:
        """What stayed unplaced, line by line, and the count of all three."""
        counts = [0, 0, 0]
        left: dict[int, list[str]] = {}
        for spot, sign in enumerate(self._source.text):
            fate = self._fates[spot]
            if not sign.isspace():
                counts[fate] += 1
            if fate == UNPLACED:
                left.setdefault(self._source.line_of(spot), []).append(sign)
        words = ((line, " ".join("".join(signs).split())) for line, signs in left.items())
        rest = tuple(Unplaced(line, text) for line, text in words if text)
        return rest, Coverage(sum(counts), counts[PLACED], counts[UNPLACED], counts[MARKUP])


def _frame_spots(source: Source) -> Iterable[int]:
    """The signs of the format outside all cells: bars, quotes, delimiters."""
    if not source.frame:
        return ()
    in_cells = {spot for row in source.rows for cell in row.cells for spot in cell.marks()}
    return (
        spot
        for spot, sign in enumerate(source.text)
        if sign in source.frame and not sign.isspace() and spot not in in_cells
    )
