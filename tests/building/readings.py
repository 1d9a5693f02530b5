"""A document as a test asks about it: its measures in short, and what was doubted."""

from __future__ import annotations

from compliance.domain.documents.reading import Document
from compliance.files.incoming.files import read_file


def read(content: bytes) -> Document:
    """The document in the file, each of its characters accounted for."""
    document, _facts = read_file(content, "файл")
    coverage = document.coverage
    assert coverage.characters == coverage.placed + coverage.unplaced + coverage.markup
    return document


def items(document: Document) -> list[tuple[str | None, str | None, str | None]]:
    """(number, measure, words of the deadline) of each measure."""
    return [(one.number, one.measure, one.deadline_text) for one in document.items]


def warned(document: Document) -> list[tuple[str, int, str]]:
    """(code, line, words) of each doubt."""
    return [(one.code, one.line, one.text) for one in document.warnings]
