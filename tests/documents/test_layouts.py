"""Small documents in the layouts that plans come in: `layouts.txt` has each with what it says.

A row is a line with bars (`>>` before it: merged across; `^`: merged from above; `⏎`: a new line in
the cell). Below the dashes: the kind with expected warnings and texts left unplaced; then sections
(`§ number | title`), items (`number | field=value`) and institutions. What is not named is empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from compliance.domain.documents.reading import Document, Source, SourceBuilder, read_document
from compliance.domain.documents.reading.document import Item, RatedInstitution

LAYOUTS = Path(__file__).with_name("layouts.txt")
FIELDS = {
    "indicator": "indicator", "finding": "finding", "measure": "measure", "form": "form",
    "start": "start_text", "deadline": "deadline_text", "execution": "execution",
    "actual": "actual_date", "result": "result", "cost": "cost", "note": "note",
}  # fmt: skip


def documents() -> Iterator[tuple[str, list[str]]]:
    for block in LAYOUTS.read_text(encoding="utf-8").split("\n=====\n"):
        picture, _, wanted = block.partition("\n-----\n")
        yield picture, wanted.strip().splitlines()


def drawn(picture: str) -> Source:
    builder, above = SourceBuilder(), ()
    for line in picture.splitlines():
        if line.startswith(">>"):
            above = builder.row([line[2:], "", "", ""], spanning=True)
        elif "|" in line:
            cells = [cell.strip().replace("⏎", "\n") for cell in line.split("|")]
            above = builder.row([above[i] if c == "^" else c for i, c in enumerate(cells)])
        else:
            builder.paragraph(line)
    return builder.build()


def said_of_item(item: Item) -> str:
    found = {name: getattr(item, field) for name, field in FIELDS.items()}
    found |= {"fact": item.fact, "maximum": item.maximum}
    found["responsible"] = "; ".join(party.text for party in item.responsible)
    return _line(item.number or "-", found)


def said_of_institution(one: RatedInstitution) -> str:
    found = {"name": one.name, "score": one.score, "rank": one.rank}
    lists = {"findings": "; ".join(one.findings), "measures": "; ".join(one.measures)}
    return _line("inst", found | lists)


def _line(first: str, found: dict[str, object]) -> str:
    values = {k: f"{v:g}" if isinstance(v, float | int) else v for k, v in found.items()}
    return " | ".join(
        [first, *(f"{name}={values[name]}" for name in sorted(values) if values[name])]
    )


def ordered(line: str) -> str:
    """An expected line with its fields in the order of `_line`."""
    first, *fields = line.split(" | ")
    if first.startswith("§") or (fields and "=" not in fields[0]):
        return line
    return " | ".join([first, *sorted(fields, key=lambda field: field.partition("=")[0])])


def said(document: Document) -> list[str]:
    lines = []
    for section in document.sections:
        if section.number or section.title:
            lines.append(f"§ {section.number or ''}".strip() + f" | {section.title or ''}")
        lines += [said_of_item(item) for item in section.items]
    return lines + [said_of_institution(one) for one in document.institutions]


@pytest.mark.parametrize(("picture", "wanted"), list(documents()))
def test_a_document_in_this_layout_says_this(picture, wanted):
    document = read_document(drawn(picture))
    kind, *further = wanted[0].split(" | ")
    facts = dict(one.split("=", 1) for one in further)
    assert said(document) == [ordered(line) for line in wanted[1:]]
    assert document.kind.value == kind
    if kind != "none":
        codes = sorted({one.code for one in document.warnings})
        assert codes == sorted(facts.get("warnings", "").split())
        assert "; ".join(one.text for one in document.unplaced) == facts.get("unplaced", "")
    if "title" in facts:
        assert document.title == facts["title"]
    if "basis" in facts:
        assert [party.basis for party in document.parties] == [facts["basis"]]


def test_there_are_more_than_sixty_layouts():
    assert len(list(documents())) > 60
