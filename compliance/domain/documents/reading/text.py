"""Text that remembers where in the source each of its characters was."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

NOWHERE = -1
"""The spot of a blank that the reader put between two joined pieces."""


@dataclass(frozen=True, slots=True)
class TracedText:
    """A string and, for each of its characters, the offset in the source it was read from."""

    value: str
    spots: Sequence[int]

    @classmethod
    def at(cls, value: str, start: int) -> "TracedText":
        """`value` as it stands unbroken in the source from `start` on."""
        return cls(value, range(start, start + len(value)))

    @classmethod
    def join(cls, pieces: Iterable["TracedText"], glue: str = " ") -> "TracedText":
        """One text out of the pieces that are not blank, with `glue` between them."""
        kept = [piece for piece in pieces if piece]
        if len(kept) == 1:
            return kept[0]
        between = cls(glue, (NOWHERE,) * len(glue))
        return cls.concatenate([part for piece in kept for part in (between, piece)][1:])

    @classmethod
    def concatenate(cls, pieces: Iterable["TracedText"]) -> "TracedText":
        """One text out of all the pieces, with nothing between them."""
        listed = list(pieces)
        spots = tuple(chain.from_iterable(piece.spots for piece in listed))
        return cls("".join(piece.value for piece in listed), spots)

    def __bool__(self) -> bool:
        """Whether it has anything but blanks."""
        return bool(self.value) and not self.value.isspace()

    def __str__(self) -> str:
        """The words with one space between them."""
        return " ".join(self.value.split())

    def __getitem__(self, part: slice) -> "TracedText":
        return TracedText(self.value[part], self.spots[part])

    def strip(self, signs: str | None = None) -> "TracedText":
        """The text without blanks (or the given signs) at its two ends."""
        start = len(self.value) - len(self.value.lstrip(signs))
        return self[start : max(start, len(self.value.rstrip(signs)))]

    def group(self, match: re.Match[str], name: int | str = 0) -> "TracedText":
        """The part of this text that a match on its `value` found."""
        start, end = match.span(name)
        return self[max(start, 0) : max(end, 0)]

    def lines(self) -> Iterator["TracedText"]:
        """Its lines that are not blank."""
        for match in re.finditer(r"[^\n]+", self.value):
            line = self.group(match)
            if line:
                yield line

    def marks(self) -> Iterator[int]:
        """The spots of its characters that are not blank."""
        for sign, spot in zip(self.value, self.spots, strict=True):
            if spot != NOWHERE and not sign.isspace():
                yield spot


EMPTY = TracedText("", ())
BLANK = TracedText(" ", (NOWHERE,))
