"""Whatever was done to a document, it is read or refused, and no character is unaccounted for."""

from __future__ import annotations

import random
import time

import pytest

from compliance.domain.documents.reading import UnreadableDocument
from compliance.files.incoming.files import read_file
from tests.building.mutated import documents, mutated

ROUNDS = 24  # of each of nine formats; benchmarks/faults goes on to thousands
MOST_SECONDS = 5.0
WHOLE = documents()


@pytest.mark.parametrize("format", WHOLE)
def test_a_document_with_mistakes_in_it_is_read_or_refused(format):
    chance = random.Random(f"{format} 317")
    refused = 0
    for _round in range(ROUNDS):
        content = mutated(WHOLE[format], chance)
        began = time.process_time()
        try:
            document, _facts = read_file(content, "план")
        except UnreadableDocument:
            refused += 1
        else:
            coverage = document.coverage
            accounted = coverage.placed + coverage.unplaced + coverage.markup
            assert accounted == coverage.characters
        assert time.process_time() - began < MOST_SECONDS
    assert refused < ROUNDS
