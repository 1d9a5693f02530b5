"""What a check of the tables against each other yields."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that contradicts another table."""

    kind: str
    subject: str
    expected: str
    found: str
