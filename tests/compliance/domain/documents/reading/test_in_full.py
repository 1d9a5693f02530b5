"""All that is read from a document, to the last field, line number and count of characters.

In `in_full.txt` stand documents, each with what is read from it below a line of dashes: JSON, an
entry a line, without what is empty.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compliance.domain.documents.reading import Document

BETWEEN, BELOW = "=====", "-----"


def documents() -> Iterator[tuple[str, list[str]]]:
    """Each picture of the file with its entries."""
    text = Path(__file__).with_name("in_full.txt").read_text(encoding="utf-8")
    for block in text.split(f"\n{BETWEEN}\n"):
        picture, _, entries = block.partition(f"\n{BELOW}\n")
        yield picture, entries.strip().splitlines()


def entries(document: Document) -> list[str]:
    said = document.as_json(lambda text, period: {"read": text, "in": str(period)})
    whole = {name: value for name, value in said.items() if not isinstance(value, list)}
    rest = {"refusal": document.refusal, "aliases": dict(document.aliases or {})}
    found = [_line({**whole, **rest})]
    for name in ("parties", "institutions", "unplaced", "warnings"):
        found += [f"{name}: {_line(one)}" for one in said[name]]
    for section in said["sections"]:
        found.append(f"section: {_line({**section, 'items': None})}")
        found += [f"item: {_line(item)}" for item in section["items"]]
    return found


def _line(entry: dict[str, Any]) -> str:
    kept = {name: value for name, value in entry.items() if value not in (None, "", [], {})}
    return json.dumps(kept, ensure_ascii=False)


@pytest.mark.parametrize(("picture", "expected"), list(documents()))
def test_a_document_says_this_and_no_more(read, picture, expected):
    assert entries(read(picture)) == expected
