"""A chain of hashes, which proves that a trail was not changed afterwards.

A row carries its number, the hash of the row before it, and its own hash over both and over its
content. The head, kept apart, knows how many rows there are and the hash of the last one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One stored row: its number, its content, its two hashes, and its place in storage."""

    sequence: int
    content: Mapping[str, object]
    previous_hash: str
    hash: str
    place: int = 0  # grows with each row that is stored; 0 where it is unknown

    def proves(self, number: int) -> bool:
        """Whether the row's own hash is right under this number."""
        return self.hash == link_hash(number, self.previous_hash, self.content)


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """Where a chain is broken, how, and how many consecutive rows are concerned.

    `reason` is changed, missing, inserted, reordered or cut_off.
    """

    sequence: int
    reason: str
    count: int = 1


def digest(content: Mapping[str, object]) -> str:
    """The sha256 of a canonical JSON form (sorted keys, no blanks), 64 hex digits."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def link_hash(sequence: int, previous_hash: str, content: Mapping[str, object]) -> str:
    """The hash that the row in this place must carry."""
    return digest({"sequence": sequence, "previous": previous_hash, "content": dict(content)})
