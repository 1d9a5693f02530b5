"""A chain of hashes: what proves that a trail was not changed afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """One stored row of a chain: its place, what it says, and the two hashes it carries."""

    sequence: int
    content: Mapping[str, object]
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain is broken and how: changed, missing, inserted, reordered or cut_off."""

    sequence: int
    reason: str


def digest(content: Mapping[str, object]) -> str:
    """The sha256 of a canonical JSON form (sorted keys, no blanks), 64 hex digits."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def link_hash(sequence: int, previous_hash: str, content: Mapping[str, object]) -> str:
    """The hash that the row in this place must carry."""
    return digest({"sequence": sequence, "previous": previous_hash, "content": dict(content)})


def breaks(links: Iterable[Link], count: int, last_hash: str) -> list[Break]:
    """Every break of a chain given in order of storage; `count` and `last_hash` come from its head.

    A row whose own hash does not fit its content was changed. Whole rows that do not follow each
    other are told apart by their numbers: a gap is a missing row, a step back a reordered one, and
    a right number with a wrong predecessor an inserted one.
    """
    found: list[Break] = []
    expected, previous = 1, ""
    for link in links:
        if link.hash != link_hash(link.sequence, link.previous_hash, link.content):
            found.append(Break(link.sequence, "changed"))
        elif link.sequence > expected:
            found.append(Break(link.sequence, "missing"))
        elif link.sequence < expected:
            found.append(Break(link.sequence, "reordered"))
        elif link.previous_hash != previous:
            found.append(Break(link.sequence, "inserted"))
        expected, previous = max(expected, link.sequence) + 1, link.hash
    stored = expected - 1
    if stored < count:
        found.append(Break(count, "cut_off"))
    elif stored > count:
        found.append(Break(stored, "inserted"))
    elif previous != last_hash and not found:
        found.append(Break(count, "changed"))
    return found
