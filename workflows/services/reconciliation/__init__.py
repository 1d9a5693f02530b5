"""What differs from the invariants that link tables and that no single constraint can hold.

Each check takes a few statements, however many rows there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from workflows.services.reconciliation import (
    inspections,
    interims,
    occurrences,
    petitions,
    plans,
    processes,
    tasks,
)
from workflows.services.reconciliation.difference import Difference
from workflows.services.reconciliation.tasks import STATES


def differences() -> Iterator[Difference]:
    """Everything that differs, in a few statements for each invariant."""
    nouns = (tasks, processes, plans, occurrences, interims, petitions, inspections)
    return chain.from_iterable(check() for noun in nouns for check in noun.CHECKS)


__all__ = ["STATES", "Difference", "differences"]
