"""Bytes of a text file as text."""

import codecs

from compliance.domain.documents.reading import UnreadableDocument

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UTF_16 = ("utf-16-le", "utf-16-be")
USUAL_SHARE = 0.9
"""The least share of Latin or Russian letters among all letters of a rightly decoded text."""


def decode(content: bytes) -> str:
    """The text with line ends as \\n.

    A byte order mark decides the encoding; without one it is UTF-8, else UTF-16 (text with zero
    bytes), else cp1251. Refused when the outcome does not look like text.
    """
    marked = [encoding for mark, encoding in BYTE_ORDER_MARKS if content.startswith(mark)]
    candidates = marked or (UTF_16 if b"\0" in content else ("utf-8", "cp1251"))
    for encoding in candidates:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _looks_like_text(text):
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise UnreadableDocument("not_text")


def _looks_like_text(text: str) -> bool:
    """No control characters, and most of what is written is letters that people use."""
    if any(sign < " " and sign not in "\n\r\t\f\v" for sign in text):
        return False
    letters = [sign for sign in text if sign.isalpha()]
    usual = sum("a" <= sign.lower() <= "z" or "а" <= sign.lower() <= "ё" for sign in letters)
    return usual >= USUAL_SHARE * len(letters)
