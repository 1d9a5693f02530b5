"""From a file's bytes to its source. Runs in the runner's child: `intake` is the door."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath
from typing import Any

from compliance.domain.documents.reading import (
    Document,
    OversizedDocument,
    UnreadableDocument,
    read_document,
)
from compliance.domain.documents.reading.source import LONGEST_TEXT, Source
from compliance.domain.folding import visible
from compliance.files.incoming.encoding import decode
from compliance.files.incoming.formats import format_of
from compliance.files.incoming.plain import cell_to_plain, to_plain
from compliance.files.incoming.texts import read_plain
from compliance.files.incoming.workbook import RawSheet, read_sheets

LARGEST_FILE = 20 * 1024 * 1024  # bytes


def _read_word(content: bytes) -> Source:
    """A document of Word; who reads another format does not wait for these libraries."""
    from compliance.files.incoming.word import read_word

    return read_word(content)


def _read_excel(content: bytes) -> Source:
    from compliance.files.incoming.excel import read_workbook

    return read_workbook(content)


def _read_pdf(content: bytes) -> Source:
    from compliance.files.incoming.pdf import read_pdf

    return read_pdf(content)


def _read_page(content: bytes) -> Source:
    from compliance.files.incoming.html_tables import read_html

    return read_html(_text_of(content))


def _read_saved_page(content: bytes) -> Source:
    from compliance.files.incoming.html_tables import page_of

    return _read_page(page_of(content))


def _read_plain_sheets(content: bytes) -> Source:
    from compliance.files.incoming.legacy_sheets import read_plain_sheets

    return read_plain_sheets(content)


READERS: dict[str, Callable[[bytes], Source]] = {
    "docx": _read_word,
    "xlsx": _read_excel,
    "xlsm": _read_excel,
    "xlsb": _read_plain_sheets,
    "xls": _read_plain_sheets,
    "ods": _read_plain_sheets,
    "pdf": _read_pdf,
    "html": _read_page,
    "mht": _read_saved_page,
}


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Facts about a file beside its content: the `source` of the import's JSON."""

    file: str
    sha256: str
    format: str

    def as_json(self) -> dict[str, str]:
        return {"file": self.file, "sha256": self.sha256, "format": self.format}


def document_answer(content: bytes, values: dict[str, Any]) -> tuple[Any, list[bytes]]:
    """The document and the file's facts in the form that the runner carries."""
    document, facts = read_file(content, values["name"])
    return {"document": to_plain(document), "facts": to_plain(facts)}, []


def tables_answer(content: bytes, values: dict[str, Any]) -> tuple[Any, list[bytes]]:
    """The sheets of a workbook in the form that the runner carries."""
    sheets = open_tables(content, values["most_cells"])
    return [
        {"name": sheet.name, "rows": [[cell_to_plain(cell) for cell in row] for row in sheet.rows]}
        for sheet in sheets
    ], []


def read_file(
    content: bytes, filename: str, *, year: int | None = None
) -> tuple[Document, FileFacts]:
    """The document in a file, and the file's facts; raises `UnreadableDocument`."""
    source, facts = open_document(content, filename)
    return read_document(source, year=year), facts


def open_document(content: bytes, filename: str) -> tuple[Source, FileFacts]:
    """The source in a file, and the file's facts; raises `UnreadableDocument` with a code:

    `too_large`, `empty_file`, `unknown_format`, `legacy_format`, `needs_office`, `encrypted`,
    `macros`, `no_text_layer`, `unpacked_too_large`, `too_much_text`, `too_many_cells`,
    `too_many_pages`, `damaged_file`, `not_text`. What the file is, its bytes say, not its name.
    """
    if len(content) > LARGEST_FILE:
        raise OversizedDocument("too_large", limit=LARGEST_FILE, size=len(content))
    if not content.strip():
        raise UnreadableDocument("empty_file")
    format = format_of(content)
    if format == "text":
        format, source = read_plain(_text_of(content))
    elif format in READERS:
        source = READERS[format](content)
    else:
        raise UnreadableDocument("needs_office", format=format)
    digest = sha256(content).hexdigest()
    return source, FileFacts(PurePath(filename).name, digest, format)


def open_tables(content: bytes, most_cells: int) -> list[RawSheet]:
    """The sheets of a workbook as raw cells; raises `UnreadableDocument` as `open_document`."""
    if len(content) > LARGEST_FILE:
        raise OversizedDocument("too_large", limit=LARGEST_FILE, size=len(content))
    if not content.strip():
        raise UnreadableDocument("empty_file")
    if format_of(content) not in {"xlsx", "xlsm"}:
        raise UnreadableDocument("workbook_needed")
    return read_sheets(content, most_cells)


def _text_of(content: bytes) -> str:
    text = visible(decode(content))
    if len(text) > LONGEST_TEXT:
        raise OversizedDocument("too_much_text", characters=LONGEST_TEXT)
    return text
