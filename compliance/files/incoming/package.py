"""Zip packages of Word and Excel: what is inside, and whether it is safe to unpack."""

import lzma
import struct
import zipfile
import zlib
from io import BytesIO

from compliance.domain.documents.reading import OversizedDocument, UnreadableDocument

# Errors that zipfile lets through: its own, those of its decompressors, and those caused by false
# sizes and offsets (a negative seek is a ValueError), a password, or an impossible name.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
)
LARGEST_UNPACKED = 100 * 1024 * 1024  # bytes
MOST_PARTS = 2_000
CHUNK = 1024 * 1024
MAIN_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb"}
OPEN_FORMATS = {
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.text": "odt",
}


def package_format(content: bytes) -> str:
    """`docx`, `xlsx`, `xlsm`, `xlsb`, `ods` or `odt`, by the package's main part.

    Refuses bombs, other archives, and macros of Word; those of Excel are left out by its reader.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            _check_size(package)
            names = {name.lstrip("/") for name in package.namelist()}
            said = package.read("mimetype") if "mimetype" in package.namelist() else b""
    except DAMAGE as error:
        raise UnreadableDocument("damaged_file", format="zip") from error
    if said.strip() in OPEN_FORMATS:
        return OPEN_FORMATS[said.strip()]
    has_macros = any(name.endswith(("vbaProject.bin", "vbaData.xml")) for name in names)
    for part, name in MAIN_PARTS.items():
        if part in names:
            if has_macros and name == "docx":
                raise UnreadableDocument("macros")
            return "xlsm" if has_macros and name == "xlsx" else name
    raise UnreadableDocument("unknown_format")


def _check_size(package: zipfile.ZipFile) -> None:
    """Unpack everything once, piece by piece, because the sizes in the archive may lie."""
    parts = package.infolist()
    if len(parts) > MOST_PARTS:
        raise OversizedDocument("unpacked_too_large", limit=LARGEST_UNPACKED)
    total = sum(part.file_size for part in parts)
    if total > LARGEST_UNPACKED:
        raise OversizedDocument("unpacked_too_large", limit=LARGEST_UNPACKED)
    unpacked = 0
    for part in parts:
        with package.open(part) as stream:
            while chunk := stream.read(CHUNK):
                unpacked += len(chunk)
                if unpacked > LARGEST_UNPACKED:
                    raise OversizedDocument("unpacked_too_large", limit=LARGEST_UNPACKED)
