"""What format a file is in: told by its bytes, never by its name."""

from __future__ import annotations

import re

from compliance.domain.documents.reading import UnreadableDocument
from compliance.files.incoming.package import package_format

ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
OLE, PDF, RTF = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-", b"{\\rtf"
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"II*\0", b"MM\0*", b"BM", b"AT&TFORM")
LATE_MARK = 1024  # bytes before which a PDF may begin with something else
# The streams by which a compound file of Office tells what it is; the first one found decides.
STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("EncryptionInfo", "encrypted"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
)
WEB_PAGE = re.compile(rb"<!doctype\s+html|<html[\s>]|<(?:table|body|div|head)[\s>]", re.IGNORECASE)
SAVED_PAGE = re.compile(
    rb"\A\s*(?:from|mime-version|subject|date|snapshot-content)[^\n]*:", re.IGNORECASE
)
OFFICE_XML = re.compile(
    rb"<\?mso-application|<pkg:package[\s>]|urn:schemas-microsoft-com:office:spreadsheet"
)
BEGINNING = 4096  # bytes


def format_of(content: bytes) -> str:
    """`docx`, `xlsx`, `xlsm`, `xlsb`, `ods`, `odt`, `xls`, `doc`, `rtf`, `pdf`, `html`, `mht`, or
    `text`, whose kind its signs tell.

    Raises UnreadableDocument: `encrypted`, `picture`, `legacy_format`, and as `package_format`.
    """
    if content.startswith(ZIPS):
        return package_format(content)
    if content.startswith(OLE[:4]):
        return _compound(content)
    if PDF in content[:LATE_MARK]:
        return "pdf"
    if content.startswith(RTF):
        return "rtf"
    if content.startswith(PICTURES):
        raise UnreadableDocument("no_text_layer")
    beginning = content[:BEGINNING].replace(b"\0", b"")
    if OFFICE_XML.search(beginning):
        raise UnreadableDocument("legacy_format")
    if SAVED_PAGE.match(beginning) and b"multipart/related" in beginning.lower():
        return "mht"
    return "html" if WEB_PAGE.search(beginning) else "text"


def _compound(content: bytes) -> str:
    for name, format in STREAMS:
        if name.encode("utf-16-le") + b"\0\0" in content:
            if format == "encrypted":
                raise UnreadableDocument("encrypted")
            return format
    raise UnreadableDocument("legacy_format")
