"""Bytes of a text file as text."""

import codecs
import re
from collections.abc import Iterator
from math import log

from compliance.domain.documents.reading import UnreadableDocument

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UTF_16 = ("utf-16-le", "utf-16-be")
EIGHT_BITS = ("cp1251", "cp866", "koi8-r")
USUAL_SHARE = 0.9
"""The least share of Latin or Russian letters among all letters of a rightly decoded text."""
TOLERATED = 50
"""One damaged character among so many is borne; Word also leaves some of its own in a text."""
REPLACED = "\ufffd"
SAMPLE = 20_000  # characters outside ASCII by which an encoding is told

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_BLANKED = dict.fromkeys((*range(9), *range(14, 32), *range(127, 160)), " ")
# How many of a thousand letters of a Russian text are this one.
_FREQUENCIES = dict(
    zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
        (109, 85, 80, 74, 67, 63, 55, 47, 45, 44, 35, 32, 30, 28, 26, 20, 19, 17, 17, 16, 16, 14,
         12, 10, 9, 7, 6, 5, 4, 3, 3, 0.4, 0.4),
        strict=True,
    )
)  # fmt: skip
_WEIGHTS = {letter: log(often / 30) for letter, often in _FREQUENCIES.items()}
_INSIDE = re.compile(r"[а-яё](?=[А-ЯЁ])")
_OTHER = re.compile(r"[^\x00-\x7fа-яёА-ЯЁ«»„“”–—№…°§©±·\xa0\u2500-\u257f]")


def decode(content: bytes) -> str:
    """The text with line ends as \\n.

    A byte order mark decides the encoding; without one it is UTF-8, else UTF-16 (text with zero
    bytes), else of the eight-bit ones that which makes the most Russian of the bytes. A few damaged
    characters are borne; refused when the outcome does not look like text.
    """
    for text in _candidates(content):
        if text is not None and _looks_like_text(text):
            return text.translate(_BLANKED).replace("\r\n", "\n").replace("\r", "\n")
    raise UnreadableDocument("not_text")


def _candidates(content: bytes) -> Iterator[str | None]:
    """The text in each encoding that it may be in, most certain first."""
    marked = [encoding for mark, encoding in BYTE_ORDER_MARKS if content.startswith(mark)]
    for encoding in marked or (UTF_16 if content.count(0) * 50 > len(content) else ("utf-8",)):
        yield _decoded(content, encoding)
    damaged = content.decode("utf-8", "replace")
    beyond = sum(sign > "\x7f" for sign in damaged)
    if 0 < damaged.count(REPLACED) * TOLERATED < beyond:
        yield damaged
    if not marked:
        yield _decoded(content, _eight_bits(content))


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _eight_bits(content: bytes) -> str:
    """The encoding in which frequent letters are frequent and no capital follows a small one."""
    telling = bytes(sign if sign > 127 else 32 for sign in content if sign > 127 or sign in b" \n")
    sample = telling[:SAMPLE]
    return max(EIGHT_BITS, key=lambda encoding: _russian(sample.decode(encoding, "replace")))


def _russian(text: str) -> float:
    """How much a text looks like Russian; compared between encodings of the same bytes."""
    letters = sum(_WEIGHTS.get(sign, 0) for sign in text.lower())
    return letters - 3 * len(_INSIDE.findall(text)) - 3 * len(_OTHER.findall(text))


def _looks_like_text(text: str) -> bool:
    """Hardly any control characters, and most letters are those that people use."""
    if len(_CONTROL.findall(text)) * TOLERATED > len(text):
        return False
    letters = [sign for sign in text if sign.isalpha()]
    usual = sum("a" <= sign.lower() <= "z" or "а" <= sign.lower() <= "ё" for sign in letters)
    return usual >= USUAL_SHARE * len(letters)
