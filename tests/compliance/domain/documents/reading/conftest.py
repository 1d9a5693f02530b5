"""Sources written as they look: a line of bars for a row, anything else for a paragraph."""

from collections.abc import Callable

import pytest

from compliance.domain.documents.reading import Document, Source, SourceBuilder, read_document


def drawn(picture: str) -> Source:
    """The source of a drawn document."""
    builder = SourceBuilder()
    for line in picture.strip().split("\n"):
        if "|" in line:
            builder.row([cell.strip() for cell in line.split("|")])
        else:
            builder.paragraph(line.strip())
    return builder.build()


@pytest.fixture
def read() -> Callable[[str], Document]:
    """Reads a drawn document."""
    return lambda picture: read_document(drawn(picture))
