"""The geometry of bars that lie below each other: it knows lengths and places, no meaning.

Lengths are shares of the picture's width, so a picture fits any column; heights are in letters of
the text beside it, so a bar stays beside its words however large they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

STEP = 1.75  # em from one bar to the next
THICKNESS = 1.15  # em
LEVELS = ((100, "whole"), (80, "most"), (50, "half"), (0, "few"))  # from so many of a hundred
LEAST = 1.0  # per cent: even one due date among thousands is visible


@dataclass(frozen=True)
class Piece:
    """One part of a bar: what it shows, how much of it, and where it lies."""

    kind: str
    count: int
    left: float  # per cent of the width
    length: float  # per cent of the width
    top: float  # em

    @property
    def x(self) -> str:
        """Where it begins, as SVG writes it."""
        return f"{self.left:.2f}%"

    @property
    def width(self) -> str:
        """How long it is, as SVG writes it."""
        return f"{self.length:.2f}%"

    @property
    def y(self) -> str:
        """How far below the picture's top it lies, as SVG writes it."""
        return f"{self.top:.2f}em"


def bars(rows: Sequence[Mapping[str, int]]) -> list[Piece]:
    """The parts of all bars; the longest row fills the width, and parts of nothing are left out.

    A row is as long as its sum; where a part would be too short to be seen, the row's longest part
    gives way to it.
    """
    most = max((sum(row.values()) for row in rows), default=0)
    pieces: list[Piece] = []
    for number, row in enumerate(rows):
        left, top = 0.0, round(number * STEP + (STEP - THICKNESS) / 2, 2)
        for kind, length in _lengths(row, most).items():
            pieces.append(Piece(kind, row[kind], left, length, top))
            left += length
    return pieces


def height(rows: int) -> str:
    """The height of a picture of so many bars, as SVG writes it."""
    return f"{rows * STEP:.2f}em"


def heat(share: int) -> str:
    """The level of a share of a hundred, in words that a style sheet colours."""
    return next(level for least, level in LEVELS if share >= least)


def _lengths(row: Mapping[str, int], most: int) -> dict[str, float]:
    """The length of each part that is not nothing, per cent."""
    true = {kind: 100 * count / most for kind, count in row.items() if count}
    lengths = {kind: max(length, LEAST) for kind, length in true.items()}
    if lengths:
        longest = max(lengths, key=lengths.__getitem__)
        lengths[longest] = max(lengths[longest] - sum(lengths.values()) + sum(true.values()), LEAST)
    return lengths
