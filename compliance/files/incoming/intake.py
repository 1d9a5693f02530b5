"""The one door for files from outside: each is read in a process of its own, within bounds."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

from compliance.domain.documents.reading import Document, OversizedDocument, UnreadableDocument
from compliance.domain.documents.reading.reader import with_year
from compliance.domain.evidence.photographs import CameraData
from compliance.files.incoming.files import LARGEST_FILE, FileFacts
from compliance.files.incoming.formats import format_of
from compliance.files.incoming.office import modernised
from compliance.files.incoming.photographs import Photograph
from compliance.files.incoming.plain import cell_from_plain, from_plain
from compliance.files.incoming.runner import Bounds, run
from compliance.files.incoming.workbook import RawSheet

ANY_LENGTH = Bounds()


def read_file(
    content: bytes, filename: str, *, year: int | None = None, bounds: Bounds = ANY_LENGTH
) -> tuple[Document, FileFacts]:
    """The document in a file, and the file's facts; raises `UnreadableDocument` with a code
    (`files.open_document`), or what the runner raises past the bounds.
    """
    _check_size(content)
    readable = modernised(content, filename, bounds)
    answer = run("document", readable, {"name": filename}, name=filename, bounds=bounds)
    document = from_plain(Document, answer.values["document"])
    facts = from_plain(FileFacts, answer.values["facts"])
    if readable is not content:
        facts = replace(facts, sha256=sha256(content).hexdigest(), format=format_of(content))
    return (document if year is None else with_year(document, year)), facts


def open_tables(
    content: bytes, most_cells: int, *, name: str = "", bounds: Bounds = ANY_LENGTH
) -> list[RawSheet]:
    """The sheets of a workbook as raw cells; raises as `read_file`."""
    return sheets_from_plain(plain_sheets(content, most_cells, name=name, bounds=bounds))


def plain_sheets(content: bytes, most_cells: int, *, name: str, bounds: Bounds) -> list[Any]:
    """The sheets of a workbook as JSON to keep; raises as `read_file`."""
    _check_size(content)
    answer = run("tables", content, {"most_cells": most_cells}, name=name, bounds=bounds)
    found: list[Any] = answer.values
    return found


def sheets_from_plain(sheets: list[Any]) -> list[RawSheet]:
    """The sheets that were kept as JSON."""
    return [
        RawSheet(one["name"], [[cell_from_plain(cell) for cell in row] for row in one["rows"]])
        for one in sheets
    ]


def take_apart(data: bytes, name: str, *, bounds: Bounds = ANY_LENGTH) -> Photograph:
    """The photo's facts and its re-encoded copies; raises TooLarge or Refusal."""
    answer = run("photograph", data, {"name": name}, name=name, bounds=bounds)
    facts, (copy, thumbnail) = dict(answer.values), answer.blobs
    camera = from_plain(CameraData, facts.pop("camera"))
    return Photograph(**facts, camera=camera, copy=copy, thumbnail=thumbnail)


def _check_size(content: bytes) -> None:
    if len(content) > LARGEST_FILE:
        raise OversizedDocument("too_large", limit=LARGEST_FILE, size=len(content))
    if not content.strip():
        raise UnreadableDocument("empty_file")
