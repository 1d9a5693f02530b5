"""What a party brings to a decision about a plan: basis, publication, comment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Grounds:
    """What a party brings to a transition: basis, publication, comment."""

    party: str = ""
    basis: str = ""
    basis_number: str = ""
    basis_date: date | None = None
    published_on: date | None = None
    published_url: str = ""
    comment: str = ""
