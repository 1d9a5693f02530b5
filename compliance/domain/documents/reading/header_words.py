"""The words of a header, freed from what typing, scanning and layout did to them."""

import re
from functools import lru_cache

from compliance.domain.documents.reading.column_words import COLUMN_WORDS, ColumnMeaning
from compliance.domain.documents.reading.text import TracedText
from compliance.domain.folding import folded

LONGEST_HEADER_CELL = 200
# Latin letters (in lower case) that look like Russian ones.
ALIKE = str.maketrans("aceopxykmthb", "асеорхукмтнв")
WORD = re.compile(r"[^\W\d_]+")
RUSSIAN = re.compile(r"[а-я]")
BROKEN = re.compile(r"(?<=[а-я])-[ \t]*\n\s*(?=[а-я])")
SPACED = re.compile(r"(?<!\S)[^\W\d_](?:[ \t\u00a0]{1,3}[^\W\d_]){3,}(?!\S)")


def plain_words(cell: TracedText) -> str:
    """The cell's words as they are compared: folded, mended, with single blanks."""
    return mended_words(cell.value) if len(cell.value) <= 2 * LONGEST_HEADER_CELL else str(cell)


@lru_cache(maxsize=4096)
def mended_words(value: str) -> str:
    """
    >>> mended_words("Ответствен-\\nный"), mended_words("С р о к и"), mended_words("Cрок")
    ('ответственный', 'сроки', 'срок')
    """
    words = BROKEN.sub("", folded(unspaced(value)))
    return " ".join(WORD.sub(_russian, words).split()).strip(" *:_.")


def unspaced(value: str) -> str:
    """The text with words in spaced letters put together: "П Л А Н" → "ПЛАН"."""
    return SPACED.sub(lambda match: "".join(match.group().split()), value)


def _russian(match: re.Match[str]) -> str:
    """The word in Russian letters, if it has one already or is nothing but look-alikes."""
    word = match.group()
    turned = word.translate(ALIKE)
    is_mixed = bool(RUSSIAN.search(word)) or (len(word) > 2 and not re.search(r"[a-z]", turned))
    return turned if is_mixed and not re.search(r"[a-z]", turned) else word


@lru_cache(maxsize=4096)
def meaning_of(words: str) -> ColumnMeaning | None:
    """What a column under these (plain) words holds; None if nobody knows."""
    if not words or len(words) > LONGEST_HEADER_CELL:
        return None
    return next((column for column, pattern in COLUMN_WORDS if pattern.search(words)), None)
