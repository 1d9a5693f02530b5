"""What a file is by its first bytes, whatever its name says; and how costly a JPEG is to decode."""

from __future__ import annotations

import re

# Cameras and editors write a picture in about a dozen passes at most.
MAX_SCANS = 64

_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_SIGNS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"%PDF", "pdf"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"\x1aE\xdf\xa3", "video"),
    (b"\xd0\xcf\x11\xe0", "office"),
    (b"{\\rtf", "office"),
    (b"PK\x03\x04", "archive"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
)
_MARKUP = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s{0,100}<(?:\?xml|!doctype|!--|html|svg)", re.IGNORECASE
)
_MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")


def real_format(data: bytes) -> str:
    """The file's own format as a code; empty when it is not known here.

    >>> real_format(b"GIF89a")
    'gif'
    """
    if data[:4] == b"RIFF":
        return {b"WEBP": "webp", b"AVI ": "video"}.get(data[8:12], "")
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        return "heic" if brand in _HEIC_BRANDS else "avif" if brand[:3] == b"avi" else "video"
    if found := next((name for sign, name in _SIGNS if data.startswith(sign)), ""):
        return _office_or_archive(data) if found == "archive" else found
    head = data[:1000]
    if _MARKUP.match(head):
        return "svg" if b"<svg" in head.lower() else "html"
    return ""


def _office_or_archive(data: bytes) -> str:
    """Packages of Word and Excel begin as archives; the names of their parts tell them apart."""
    return "office" if b"word/" in data or b"xl/" in data else "archive"


def scans_of(jpeg: bytes) -> int:
    """How many passes over the picture a JPEG makes (ITU-T T.81, B.2.3); stops above the limit.

    Each pass costs as much as the picture has blocks, however few bytes it takes in the file.
    """
    scans, position = 0, 2
    while scans <= MAX_SCANS:
        found = _MARKER.search(jpeg, position)
        if found is None or found[1] == b"\xd9":
            break
        position = found.end()
        if found[1] in b"\x01\xd8":  # markers that have no length
            continue
        scans += found[1] == b"\xda"
        position += int.from_bytes(jpeg[position : position + 2], "big")
    return scans
