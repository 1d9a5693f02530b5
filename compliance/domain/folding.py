"""Text as it is compared: what looks the same to a reader counts as the same.

The one home of every search and match. PostgreSQL has the same rule as a function of its own, made
by a migration (`compliance.models.searching`); a test compares the two. So an installation that is
to follow a change here needs a migration that makes its function and indexes anew.
"""

import re
import unicodedata
from typing import Final

MOST_WORDS: Final = 10
LONGEST_WORD: Final = 100  # characters; names and texts have no longer ones
SHORTEST_PIECE: Final = 3  # letters or digits in a row: what an index of three-letter pieces finds

INVISIBLE: Final = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
"""Signs that print nothing: soft hyphens, joiners, direction marks, the byte order mark."""

ALIKE: Final = {"ё": "е", "\u2010": "-", "\u2011": "-"} | dict.fromkeys("«»„“”‟", '"')
"""What people type for each other, in lower case: ё, Word's hyphens, quotation marks."""

_VISIBLE: Final = str.maketrans("", "", INVISIBLE)
_ALIKE: Final = str.maketrans(ALIKE)
_NAMES: Final = re.compile(r"[^\W_]+")
_TELLING: Final = re.compile(rf"[^\W_]{{{SHORTEST_PIECE}}}")


def visible(text: str) -> str:
    """The text as it prints: letters composed (NFC), without signs that print nothing.

    >>> visible("Ива\\u00adно\\u0432"), visible("и\\u0306од")
    ('Иванов', 'йод')
    """
    return unicodedata.normalize("NFC", text.translate(_VISIBLE))


def folded(text: str) -> str:
    """The text as a search compares it: as it prints, in lower case, ё as е.

    >>> folded("ГБУ «Надё\\u00adжный дом»")
    'гбу "надежный дом"'
    """
    return visible(text).lower().translate(_ALIKE)


def name_key(name: str) -> str:
    """A name as names are matched: folded letters and digits, one blank between words.

    >>> name_key("  ГБУ «Надёжный   ДОМ» ")
    'гбу надежный дом'
    """
    return " ".join(_NAMES.findall(folded(name)))


def search_words(text: str) -> list[str]:
    """The folded words of a search, the first ten; an overlong word is cut."""
    words = folded(text.replace("\0", " ")).split()
    return [word[:LONGEST_WORD] for word in words[:MOST_WORDS]]


def tells(word: str) -> bool:
    """Whether the word is long enough to be looked for in everything at once.

    >>> tells("дом"), tells("№5"), tells("а-я")
    (True, False, False)
    """
    return bool(_TELLING.search(word))
