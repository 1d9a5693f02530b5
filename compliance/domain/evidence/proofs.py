"""What will prove a measure, as agreed beforehand, and what of that a report lacks.

A measure taken over from paper may have no kind of proof that anybody has chosen. A report on it
brings something to look at all the same: nothing is done without proof.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class ProofPart(StrEnum):
    """One thing that a report has to bring; a kind of proof asks for one or two of them."""

    BEFORE = "before"
    AFTER = "after"
    PHOTO = "photo"
    DOCUMENT = "document"
    LINK = "link"
    NUMBER = "number"
    ANYTHING = "anything"  # to look at: a photo, a document or a link


# Kind of proof → what it asks for; the order is the one in which pages ask.
ASKS: dict[str, tuple[ProofPart, ...]] = {
    "before_after": (ProofPart.BEFORE, ProofPart.AFTER),
    "photo": (ProofPart.PHOTO,),
    "document": (ProofPart.DOCUMENT,),
    "link": (ProofPart.LINK,),
    "number": (ProofPart.NUMBER,),
}


@dataclass(frozen=True, slots=True)
class Given:
    """What a report brings: the phases of its files, a link, a number."""

    phases: frozenset[str] = frozenset()
    has_link: bool = False
    has_number: bool = False


def in_order(kinds: Iterable[str]) -> list[str]:
    """The known kinds, each once, in the order in which pages ask; before and after comes first.

    >>> in_order(["link", "before_after", "link"])
    ['before_after', 'link']
    """
    chosen = set(kinds)
    return [kind for kind in ASKS if kind in chosen]


def asked(kinds: Iterable[str]) -> list[ProofPart]:
    """What a report has to bring; photos before and after are photos enough.

    Where nobody has chosen a kind, something that an inspector can look at.
    """
    if not (known := in_order(kinds)):
        return [ProofPart.ANYTHING]
    parts = [part for kind in known for part in ASKS[kind]]
    return [part for part in parts if part != ProofPart.PHOTO or ProofPart.AFTER not in parts]


def missing(kinds: Iterable[str], given: Given) -> list[ProofPart]:
    """What is asked for and not given."""
    wanted = asked(kinds)
    return [part for part in wanted if not _brings(given, part, wanted)]


def _brings(given: Given, part: ProofPart, wanted: list[ProofPart]) -> bool:
    if part == ProofPart.LINK:
        return given.has_link
    if part == ProofPart.NUMBER:
        return given.has_number
    if part == ProofPart.ANYTHING:
        return given.has_link or bool({"after", "document"} & given.phases)
    if part == ProofPart.DOCUMENT:
        # A photo of the paper is enough where no other photo is asked for.
        is_only_picture = not {ProofPart.AFTER, ProofPart.PHOTO} & set(wanted)
        return "document" in given.phases or (is_only_picture and "after" in given.phases)
    return ("before" if part == ProofPart.BEFORE else "after") in given.phases
