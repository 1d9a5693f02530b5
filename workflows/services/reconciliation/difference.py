"""What a check of the tables against each other yields."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as another table says it must be."""

    kind: str
    subject: str
    expected: str
    found: str
