"""What pages show of proof: what is asked for beside what is given, and the files themselves."""

from __future__ import annotations

from typing import Any

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from compliance.domain.evidence.pdf import CONTENT_TYPE
from compliance.models import ExecutionReport, MeasureVersion
from compliance.models.evidence import StoredFile
from compliance.services.evidence.reports import asked_beside_given
from compliance.wording.proofs import WORDS


def asked_rows(report: ExecutionReport | None, version: MeasureVersion) -> list[dict[str, Any]]:
    """Each thing agreed as proof beforehand, in words, and whether it has been given."""
    return [
        {"label": WORDS[part], "is_given": is_given}
        for part, is_given in asked_beside_given(report, version)
    ]


def of_file(name: str, words: str) -> str:
    """A sentence about one of several files, with the file's name where it lacks one."""
    return words if not name or name in words else f"{name}: {words}"


def file_answer(request: HttpRequest, row: StoredFile, kind: str) -> HttpResponseBase:
    """The stored file of this kind: copy or thumbnail of a photo, file of a document.

    A browser that still has it gets 304, and the file is not opened.
    """
    files = {"file": row.original} if row.is_document else {
        "copy": row.copy, "thumbnail": row.thumbnail,
    }  # fmt: skip
    if kind not in files:
        raise Http404
    etag = f'"{row.sha256}-{kind}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        response = _opened(files[kind], row)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # Kept, but asked about each time: somebody who has signed out sees no photo from the cache.
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = etag
    return response


def _opened(file: FieldFile, row: StoredFile) -> FileResponse:
    try:
        return FileResponse(
            file.open("rb"),
            as_attachment=row.is_document,
            filename=row.name if row.is_document else "",
            content_type=CONTENT_TYPE if row.is_document else "image/jpeg",
        )
    except FileNotFoundError as error:
        raise Http404 from error
