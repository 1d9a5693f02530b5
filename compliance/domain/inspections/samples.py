"""A random sample that anybody can draw again from its seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping


def quota(count: int, share: int) -> int:
    """How many of `count` are drawn at a share in percent: rounded half up, but at least one.

    >>> [quota(count, 10) for count in (0, 1, 14, 15, 100)]
    [0, 1, 1, 2, 10]
    """
    return min(count, max(1, (count * share + 50) // 100))


def draw(strata: Mapping[int, Iterable[int]], share: int, seed: str) -> list[int]:
    """The ids drawn from each stratum at the share, sorted; the same seed draws the same ids.

    Ids are ranked by the sha256 of "seed:id": the draw does not depend on the generator of any
    language or version, and the content of one stratum does not affect the draw from another.
    """
    chosen: list[int] = []
    for ids in strata.values():
        ranked = sorted(set(ids), key=lambda one: (_rank(seed, one), one))
        chosen += ranked[: quota(len(ranked), share)]
    return sorted(chosen)


def _rank(seed: str, one: int) -> str:
    return hashlib.sha256(f"{seed}:{one}".encode()).hexdigest()


def fingerprint(ids: Iterable[int]) -> str:
    """A short digest of what was drawn: equal when preview and confirmation mean the same rows."""
    return hashlib.sha256(",".join(map(str, sorted(ids))).encode()).hexdigest()[:16]
