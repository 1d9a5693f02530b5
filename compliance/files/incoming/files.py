"""From a file's bytes and name to its source. Runs in the runner's child: `intake` is the door."""

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
from compliance.files.incoming.markdown import read_markdown
from compliance.files.incoming.package import package_format
from compliance.files.incoming.plain import cell_to_plain, to_plain
from compliance.files.incoming.plain_text import read_text
from compliance.files.incoming.separated import read_separated
from compliance.files.incoming.workbook import RawSheet, read_sheets

LARGEST_FILE = 20 * 1024 * 1024  # bytes


def _read_word(content: bytes) -> Source:
    """A document of Word; who reads another format does not wait for these libraries."""
    from compliance.files.incoming.word import read_word

    return read_word(content)


def _read_excel(content: bytes) -> Source:
    from compliance.files.incoming.excel import read_workbook

    return read_workbook(content)


ZIP, OLE, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
TEXT_READERS: dict[str, Callable[[str], Source]] = {
    "txt": read_text,
    "tsv": lambda text: read_separated(text, "\t"),
    "csv": read_separated,
    "md": read_markdown,
}
PACKAGE_READERS: dict[str, Callable[[bytes], Source]] = {
    "docx": _read_word,
    "xlsx": _read_excel,
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

    `too_large`, `empty_file`, `unknown_format`, `renamed_file`, `legacy_format`, `macros`,
    `unpacked_too_large`, `too_much_text`, `damaged_file`, `not_text`.
    """
    if len(content) > LARGEST_FILE:
        raise OversizedDocument("too_large", limit=LARGEST_FILE, size=len(content))
    if not content.strip():
        raise UnreadableDocument("empty_file")
    name = PurePath(filename).suffix.lower().removeprefix(".")
    source = _package(content, name) if name in PACKAGE_READERS else _text(content, name)
    digest = sha256(content).hexdigest()
    return source, FileFacts(PurePath(filename).name, digest, name)


def open_tables(content: bytes, most_cells: int) -> list[RawSheet]:
    """The sheets of a workbook as raw cells; raises `UnreadableDocument` as `open_document`."""
    if len(content) > LARGEST_FILE:
        raise OversizedDocument("too_large", limit=LARGEST_FILE, size=len(content))
    if not content.strip():
        raise UnreadableDocument("empty_file")
    _check_package(content, "xlsx")
    return read_sheets(content, most_cells)


def _package(content: bytes, name: str) -> Source:
    _check_package(content, name)
    return PACKAGE_READERS[name](content)


def _check_package(content: bytes, name: str) -> None:
    if content.startswith(OLE):
        raise UnreadableDocument("legacy_format", expected=name)
    if not content.startswith(ZIP):
        raise UnreadableDocument("renamed_file", expected=name, found="")
    found = package_format(content)
    if found != name:
        raise UnreadableDocument("renamed_file", expected=name, found=found)


def _text(content: bytes, name: str) -> Source:
    if name not in TEXT_READERS:
        raise UnreadableDocument("unknown_format", expected=name)
    for magic, found in ((ZIP, "zip"), (OLE, "ole"), (PDF, "pdf")):
        if content.startswith(magic):
            raise UnreadableDocument("renamed_file", expected=name, found=found)
    text = visible(decode(content))
    if len(text) > LONGEST_TEXT:
        raise OversizedDocument("too_much_text", characters=LONGEST_TEXT)
    return TEXT_READERS[name](text)
