"""How long to wait before a letter is tried again."""

from __future__ import annotations

from datetime import timedelta

MAXIMUM_TRIES = 8
"""Tries that the server answered, before a person must decide. With the pauses: about two days."""

_FIRST = timedelta(minutes=10)
_LONGEST = timedelta(hours=12)


def pause_after(tries: int, luck: float) -> timedelta:
    """The pause after so many answered tries: doubling, at most half a day, spread by ±25 %.

    `luck` lies in 0..1; it keeps a thousand letters refused together from coming back together.
    After no answered try (the server did not respond at all) the pause is the shortest.
    """
    doublings: int = 2 ** min(max(tries - 1, 0), MAXIMUM_TRIES)
    return min(_FIRST * doublings, _LONGEST) * (0.75 + luck / 2)
