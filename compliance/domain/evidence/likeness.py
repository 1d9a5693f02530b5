"""How much two pictures look alike: a fingerprint of 64 bits that survives scaling down.

The difference hash: the picture is reduced to nine by eight grey points, and each bit says whether
a point is brighter than its right neighbour. It is a hint for a person, never a proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

WIDTH, HEIGHT = 9, 8
ALIKE_WITHIN = 6  # bits; scaled and re-encoded copies of one photo differ in up to four
# A picture with hardly an edge (a wall, a sheet of paper) resembles any other such picture.
_FEWEST_BITS = 8


def fingerprint(grey: Sequence[int]) -> int | None:
    """The fingerprint as a signed number of 64 bits; None for a picture that says too little.

    `grey` are the brightnesses of nine by eight points, row by row.
    """
    bits = 0
    for row in range(HEIGHT):
        line = grey[row * WIDTH : (row + 1) * WIDTH]
        for left, right in pairwise(line):
            bits = bits << 1 | (left > right)
    if not _FEWEST_BITS <= bits.bit_count() <= 64 - _FEWEST_BITS:
        return None
    return bits - 2**64 if bits >= 2**63 else bits


def distance(one: int, other: int) -> int:
    """In how many of 64 bits two fingerprints differ."""
    return ((one ^ other) & (2**64 - 1)).bit_count()
