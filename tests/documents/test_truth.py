"""Random plans in random layouts are read back equal or warned, never silently different."""

from __future__ import annotations

import pytest

from compliance.domain.documents.reading import Document, read_document
from tests.documents.random_plans import RandomPlan, random_plan

PLANS = 400
FIELDS = {
    "number": "number", "indicator": "indicator", "finding": "finding", "measure": "measure",
    "form": "form", "deadline": "deadline_text", "result": "result", "note": "note",
}  # fmt: skip
Rows = list[dict[str, str]]


def meant(plan: RandomPlan) -> Rows:
    return [{**row.fields, "section": row.section or ""} for row in plan.rows]


def found(document: Document) -> Rows:
    rows = []
    for section in document.sections:
        for item in section.items:
            fields = {name: getattr(item, field) for name, field in FIELDS.items()}
            fields["responsible"] = ", ".join(party.text for party in item.responsible)
            row = {name: value for name, value in fields.items() if value}
            rows.append({**row, "section": section.title or ""})
    return rows


def right_cells(got: Rows, wanted: Rows) -> tuple[int, int]:
    """How many cells are right, of how many; rows are compared in order."""
    right = sum(
        have.get(name) == value
        for have, want in zip(got, wanted, strict=False)
        for name, value in want.items()
    )
    return right, sum(len(want) for want in wanted)


def is_told(plan: RandomPlan, document: Document) -> bool:
    """Whether a warning stands at the first row that is read otherwise, or right beside it."""
    if not document.items:
        return bool(document.warnings)
    pairs = zip(found(document), meant(plan), strict=False)
    first = next((i for i, (got, want) in enumerate(pairs) if got != want), -1)
    top, bottom = document.items[first].lines
    return any(top - 2 <= one.line <= bottom + 2 for one in document.warnings)


@pytest.fixture(scope="module")
def readings() -> list[tuple[int, RandomPlan, Document]]:
    plans = [(seed, random_plan(seed)) for seed in range(PLANS)]
    return [(seed, plan, read_document(plan.source)) for seed, plan in plans if plan.source]


def test_no_plan_is_read_otherwise_without_a_word(readings):
    silent = [
        "\n".join([f"seed {seed}", *plan.drawn])
        for seed, plan, document in readings
        if found(document) != meant(plan) and not is_told(plan, document)
    ]
    assert silent == []


def test_nearly_every_cell_of_them_is_right(readings):
    counts = [right_cells(found(document), meant(plan)) for _, plan, document in readings]
    right, total = (sum(column) for column in zip(*counts, strict=True))
    print(f"random plans: {right} of {total} cells right")  # noqa: T201 - the figure is asked for
    assert total > 10_000 and right >= 0.98 * total


def test_no_sign_of_them_is_lost(readings):
    for _, plan, document in readings:
        written = " ".join("".join(row.fields.values()) for row in plan.rows)
        assert len(written.split()) > 0
        coverage = document.coverage
        assert coverage.placed + coverage.unplaced + coverage.markup == coverage.characters
