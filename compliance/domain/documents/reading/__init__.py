"""Reads a document's text into a plan or a rating, and accounts for each of its characters.

The edge turns a file into a `Source`; `read_document` turns that into a `Document`.
"""

from compliance.domain.calendar.periods import Period
from compliance.domain.documents.reading.document import (
    Coverage,
    Document,
    Item,
    Kind,
    Party,
    PartyRole,
    RatedInstitution,
    Responsible,
    Section,
    Unplaced,
    Warning,
)
from compliance.domain.documents.reading.errors import (
    OversizedDocument,
    UnreadableDocument,
    UnsupportedDocument,
)
from compliance.domain.documents.reading.reader import read_document
from compliance.domain.documents.reading.source import Source, SourceBuilder, SourceRow
from compliance.domain.documents.reading.text import TracedText

__all__ = [
    "Coverage",
    "Document",
    "Item",
    "Kind",
    "OversizedDocument",
    "Party",
    "PartyRole",
    "Period",
    "RatedInstitution",
    "Responsible",
    "Section",
    "Source",
    "SourceBuilder",
    "SourceRow",
    "TracedText",
    "Unplaced",
    "UnreadableDocument",
    "UnsupportedDocument",
    "Warning",
    "read_document",
]
