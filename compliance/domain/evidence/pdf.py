"""Limits of PDF documents and how to recognise one; none is opened here."""

from __future__ import annotations

MAX_BYTES = 20 * 2**20
CONTENT_TYPE = "application/pdf"

_MAGIC = (b"%PDF-1.", b"%PDF-2.")
_END, _TAIL = b"%%EOF", 2048


def is_pdf(data: bytes) -> bool:
    """Whether the bytes begin as a PDF does.

    The standard allows other bytes before the magic ones; such a file may at the same time be
    something else, so it is not accepted.
    """
    return data.startswith(_MAGIC)


def is_whole(data: bytes) -> bool:
    """Whether the end of a PDF is there (ISO 32000-1, 7.5.5): an upload cut off has none."""
    return _END in data[-_TAIL:]
