"""What a measure lacks before a party can decide about it, and how pages call the measure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LONGEST = 80  # characters of a measure's words where it is only named


class Missing(StrEnum):
    """One thing that a measure must have; each has a field of its own."""

    TEXT = "text"
    EXECUTOR = "executor"
    DEADLINE = "deadline"
    PROOF = "proof"
    CONFIRMATION = "confirmation"  # of the deadline as understood, by a person


@dataclass(frozen=True, slots=True)
class Lack:
    """A measure and what it lacks."""

    version: int  # id of the measure's row in its text
    name: str
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """A measure and those of its due dates that have passed."""

    version: int
    name: str
    dates: tuple[date, ...]


def measure_name(number: str, text: str, section: str, place: int) -> str:
    """A measure by its number and words, as people know it; without words, by its place.

    >>> measure_name("1.2", "Обновить стенд", "I. Открытость", 3)
    '1.2 «Обновить стенд»'
    >>> measure_name("", "", "I. Открытость", 3)
    'I. Открытость, 3'
    """
    words = " ".join(text.split())
    if not words:
        return f"{section}, {number or place}"
    short = words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"
    return f"{number} «{short}»".strip()
