"""From raw text to tokens: cleaning, numbers, words in their dictionary meaning, signs.

Everything a scanner, a keyboard or Word does to a phrase is undone here, so that the grammar sees
clean tokens: look-alike letters, soft hyphens, words broken over lines, spaces of every width.
Each step is one pass over the text.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from compliance.domain.deadlines.grammar.vocabulary import (
    ALIASES,
    GRAMMAR_WORDS,
    VOCABULARY,
    Lexeme,
    words,
)
from compliance.domain.folding import folded

_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63\uff0d~"


class _Cleaning(dict[int, str | None]):
    """What each character becomes in a clean text, worked out when it first occurs."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        category = unicodedata.category(char)
        if char in _DASHES:
            found: str | None = "-"
        elif category in ("Cf", "Mn"):
            found = None
        elif char != "\n" and (char.isspace() or category in ("Cc", "Zs", "Co", "Cn", "Cs")):
            found = " "
        else:
            found = char
        self[code] = found
        return found


_CLEANING: Final = _Cleaning()

_CYRILLIC_OF: Final = str.maketrans("aceopxykmtbh", "асеорхукмтвн")
"""Latin letters that look like Cyrillic ones, in lower case."""

_ROMAN_OF: Final = str.maketrans(
    {"l": "i", "і": "i", "ӏ": "i", "1": "i", "у": "v", "y": "v", "х": "x",
     "п": "ii", "ш": "iii"}
)  # fmt: skip
"""What people type for Roman figures: І, l, У, Х, П for II, Ш for III."""
_ROMAN: Final = {
    "i": 1, "ii": 2, "iii": 3, "iiii": 4, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8,
    "ix": 9, "x": 10, "xi": 11, "xii": 12,
}  # fmt: skip

ORDINAL_ENDINGS: Final = frozenset(
    words("го й ый ой ая я ое е ти х м ом ому му ми ого ье ьего ий ей ых ым ю ую ему его ем ех")
)
"""What stands after a figure: 1-го, 2-й, 5-ти, 3-х."""

_MIN_CORRECTED, _MAX_CORRECTED = 6, 24
"""Lengths of words in which one typing slip is looked for; shorter words are too much alike."""


@dataclass(frozen=True, slots=True)
class Token:
    """A number, word or sign, its dictionary meaning, and where it stands in the clean text."""

    kind: str
    """number | sign | word (not in the dictionary) | a kind of the vocabulary"""
    text: str
    """Lower case, without ё and look-alikes."""
    value: int | str
    start: int
    end: int
    glued: bool = False
    """No space before it."""
    roman: int = 0
    raw: str = ""
    """The word before its spelling was corrected; equal to `text` when it was not."""

    @property
    def is_corrected(self) -> bool:
        return self.raw != self.text

    @property
    def number(self) -> int:
        return self.value if isinstance(self.value, int) else 0


def clean(text: str) -> str:
    """The text without invisible characters, accents and doubled spaces; case is kept."""
    composed = "№".join(unicodedata.normalize("NFKC", part) for part in text.split("№"))
    return composed.translate(_CLEANING)


def tokens_of(text: str) -> list[Token]:
    """The tokens of a clean text, with broken words joined."""
    return _joined(list(_split(text)))


def _split(text: str) -> Iterable[Token]:
    position, last_end = 0, -1
    while position < len(text):
        char = text[position]
        if char.isspace():
            position += 1
            continue
        start, glued = position, position == last_end
        if char.isalpha():
            while position < len(text) and text[position].isalpha():
                position += 1
            yield _word(text[start:position], start, glued)
        elif char.isdecimal():
            while position < len(text) and text[position].isdecimal():
                position += 1
            yield _number(text[start:position], start, glued)
        else:
            position += 1
            yield Token("sign", char, 0, start, position, glued)
        last_end = position


def _number(digits: str, start: int, glued: bool) -> Token:
    value = int(digits) if len(digits) <= 6 else -1
    return Token("number", digits, value, start, start + len(digits), glued)


def _word(text: str, start: int, glued: bool) -> Token:
    raw, word, lexeme = _meaning(text)
    roman = _ROMAN.get(text.lower().translate(_ROMAN_OF), 0) if len(text) <= 4 else 0
    return Token(lexeme.kind, word, lexeme.value, start, start + len(text), glued, roman, raw)


@lru_cache(maxsize=8192)
def _meaning(text: str) -> tuple[str, str, Lexeme]:
    """The word as typed but in plain letters, in right spelling, and its lexeme."""
    raw = folded(text)
    if any(char < "\u0400" for char in raw):
        raw = raw.translate(_CYRILLIC_OF)
    raw = ALIASES.get(raw, raw)
    if raw in VOCABULARY:
        return raw, raw, VOCABULARY[raw]
    found = None if raw in GRAMMAR_WORDS else _corrected(raw)
    return (raw, found, VOCABULARY[found]) if found else (raw, raw, Lexeme("word"))


def is_known(word: str) -> bool:
    return word in VOCABULARY or word in GRAMMAR_WORDS


def _corrected(word: str) -> str | None:
    """The one dictionary word a single slip away (a letter lost, added, changed or swapped).

    None when there is no such word or when the candidates mean different things.
    """
    if not _MIN_CORRECTED <= len(word) <= _MAX_CORRECTED:
        return None
    found = {form for key in _with_one_lost(word) for form in _SLIPS.get(key, ())}
    close = sorted(form for form in found if form[0] == word[0] and _is_one_slip(form, word))
    meanings = {VOCABULARY[form] for form in close}
    return close[0] if len(meanings) == 1 else None


def _with_one_lost(word: str) -> list[str]:
    return [word, *(word[:n] + word[n + 1 :] for n in range(len(word)))]


def _is_one_slip(form: str, word: str) -> bool:
    if len(form) != len(word):
        short, long = sorted((form, word), key=len)
        return any(long[:n] + long[n + 1 :] == short for n in range(len(long)))
    differ = [n for n in range(len(form)) if form[n] != word[n]]
    if len(differ) == 1:
        return True
    return (
        len(differ) == 2
        and differ[1] == differ[0] + 1
        and form[differ[0]] == word[differ[1]]
        and form[differ[1]] == word[differ[0]]
    )


_CORRECTABLE: Final = frozenset(
    words(
        "freq continuous month weekday quarter half month_word working calendar reporting next"
        " last immediately"
    )
)
_LONG_CORRECTABLE: Final = frozenset({"need", "established"})
_LONG = 10
"""From this length on a slip in «необходимости» is safe; shorter ones hit other real words."""


def _is_correctable(form: str) -> bool:
    kind = VOCABULARY[form].kind
    if kind in _LONG_CORRECTABLE:
        return len(form) >= _LONG
    return kind in _CORRECTABLE and len(form) >= _MIN_CORRECTED


def _slips() -> dict[str, list[str]]:
    slips: dict[str, list[str]] = {}
    for form in VOCABULARY:
        if _is_correctable(form):
            for key in _with_one_lost(form):
                slips.setdefault(key, []).append(form)
    return slips


_SLIPS: Final = _slips()


def _joined(tokens: list[Token]) -> list[Token]:
    """The tokens with hyphenated words, broken words and «1V» put together."""
    result: list[Token] = []
    position = 0
    while position < len(tokens):
        token, used = _join_at(tokens, position)
        result.append(token)
        position += used
    return result


def _join_at(tokens: list[Token], position: int) -> tuple[Token, int]:
    """The token that begins here, and how many raw tokens it is made of."""
    first = tokens[position]
    second = tokens[position + 1] if position + 1 < len(tokens) else None
    third = tokens[position + 2] if position + 2 < len(tokens) else None
    if second is None:
        return first, 1
    if first.kind == "number" and second.glued and second.text in ("v", "у"):
        roman = _ROMAN.get(first.text.translate(_ROMAN_OF) + "v", 0)
        if roman:
            return replace(first, kind="word", end=second.end, roman=roman, value=0), 2
    if not first.raw:
        return first, 1
    if third is not None and second.text == "-" and second.glued and third.raw:
        for joiner in ("-", "") if third.glued else ("",):
            whole = f"{first.raw}{joiner}{third.raw}"
            if whole in VOCABULARY:
                return _compound(first, third, whole), 3
    if second.raw and not second.glued and not is_known(second.raw):
        whole = first.raw + second.raw
        if whole in VOCABULARY and (first.raw == "еже" or not is_known(first.raw)):
            return _compound(first, second, whole), 2
    return first, 1


def _compound(first: Token, last: Token, whole: str) -> Token:
    lexeme = VOCABULARY[whole]
    return replace(
        first,
        kind=lexeme.kind,
        text=whole,
        raw=whole,
        value=lexeme.value,
        end=last.end,
        roman=0,
    )
