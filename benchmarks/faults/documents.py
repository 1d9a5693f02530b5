"""Documents with mistakes made in them at random: read or refused, and every character counted."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field

SLOW = 5.0  # seconds of computing for one small document


@dataclass
class Outcome:
    """What became of the documents: refusals by code, and those that should not have been."""

    read: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0


def run(count: int) -> Outcome:
    """Make so many documents with mistakes, of all formats in turn, and read each."""
    from tests.building.mutated import documents, mutated

    outcome, chance = Outcome(), random.Random(317)
    whole = documents()
    for number in range(count):
        format = list(whole)[number % len(whole)]
        content = mutated(whole[format], chance)
        began = time.process_time()
        _read(content, f"{format}, {number}", outcome)
        spent = time.process_time() - began
        outcome.slowest = max(outcome.slowest, spent)
        if spent > SLOW:
            outcome.wrong.append(f"{format}, {number}: {spent:.1f} s")
    return outcome


def _read(content: bytes, name: str, outcome: Outcome) -> None:
    from compliance.domain.documents.reading import UnreadableDocument
    from compliance.files.incoming.files import read_file

    try:
        document, _facts = read_file(content, "план")
    except UnreadableDocument as refusal:
        outcome.refused[refusal.code] += 1
        return
    except Exception as error:
        outcome.wrong.append(f"{name}: {error!r}")
        return
    outcome.read += 1
    coverage = document.coverage
    if coverage.placed + coverage.unplaced + coverage.markup != coverage.characters:
        outcome.wrong.append(f"{name}: {coverage}")
