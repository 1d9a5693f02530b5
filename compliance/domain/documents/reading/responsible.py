"""Who answers for a measure: one cell split into parties, short names resolved."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from compliance.domain.documents.reading.document import Responsible
from compliance.domain.documents.reading.ledger import Ledger
from compliance.domain.documents.reading.text import TracedText
from compliance.domain.documents.reading.vocabulary import (
    ALIAS,
    BY_AGREEMENT,
    PARTY_HEAD,
    PERSON,
    POST_ALONE,
    QUALIFIER,
)
from compliance.domain.folding import folded

SIGN = r"(?:[-–—•·*]|\d{1,2}[.)](?!\d))"
LEADING_SIGNS = re.compile(rf"\s*(?:{SIGN}\s*)*")
NEXT_IN_LIST = re.compile(rf"\n[ \t]{{0,20}}{SIGN}\s")
FULL_STOP = re.compile(r"[а-яё]{3}\.$")
SEPARATORS = re.compile(r"[,;.•·*–—-]|(?<= )/(?= )|(?<!\S)\d{1,2}[.)]")
JOINING_WORDS = {
    "и", "или", "при", "в", "с", "от", "по", "на", "за", "к", "главный",
    "старший", "старшая", "ведущий", "и.о.", "врио", "исполняющий", "обязанности",
}  # fmt: skip

# A word that says of what kind the next line's body is ("некоммерческие ⏎ организации"); a post
# that only looks like one ("заведующий") ends a party.
DESCRIBING = (
    "ые", "ие", "ый", "ий", "ой", "ая", "яя", "ое", "ее", "ых", "их", "ого", "его", "ыми", "ими",
)  # fmt: skip
POSTS = ("заведующ", "управляющ", "командующ", "служащ", "ответственн")

LONGEST_NAME = 300  # characters before "(далее – …)"
LONGEST_WORD = 40
LONGEST_LINE = 200
MOST_WORDS = 40
"""Length of a cell that may be several names without commas; a longer one is prose."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a document calls its parties, all keys folded.

    `full`: the name to print for a short name; `known`: names that occur alone somewhere, which
    tell where one party ends when only a blank separates two.
    """

    full: Mapping[str, str]
    known: frozenset[str]

    @classmethod
    def of(cls, aliases: Mapping[str, str], alone: Iterable[str]) -> "Names":
        """A full name in another grammatical case ("организаций …") cannot be printed: the short
        name is printed instead, spelt as it was introduced."""
        full = {
            folded(short): name if _first_word(name) == _first_word(short) else short
            for short, name in aliases.items()
        }
        return cls(full, frozenset(folded(name) for name in alone) | full.keys())


def _first_word(name: str) -> str:
    return folded(name.split()[0])


def read_aliases(texts: Iterable[TracedText]) -> dict[str, str]:
    """The short names a document introduces by "(далее – …)", with the full names.

    The full name begins at the nearest word before the bracket that has the short name's stem,
    so it keeps the grammatical case it was written in.
    """
    aliases: dict[str, str] = {}
    for text in texts:
        words = str(text)
        for match in ALIAS.finditer(words):
            short = match["short"]
            full = _full_name(words[: match.start()][-LONGEST_NAME:], short)
            if full:
                aliases.setdefault(short, full)
    return aliases


def _full_name(before: str, short: str) -> str | None:
    stem = re.escape(re.split(r"\s", short)[0][:6])
    starts = [match.start() for match in re.finditer(rf"\b{stem}", before, re.IGNORECASE)]
    return before[starts[-1] :].strip() if starts else None


def read_responsible(cell: TracedText, names: Names, ledger: Ledger) -> tuple[Responsible, ...]:
    """The parties of a cell in order, each as written and by its full name."""
    parts = [part for piece in split_parties(cell) for part in _split_known(piece, names.known)]
    for match in SEPARATORS.finditer(cell.value):
        ledger.discard(cell.group(match))
    return tuple(_party(ledger.place(_bare(part)), names) for part in parts)


def split_parties(cell: TracedText) -> list[TracedText]:
    """The cell cut at commas, semicolons and new parties' first words, outside brackets.

    What describes a party further stays with it: a clause ("осуществляющие …") with the party
    before it, a person's name with the post beside it, in the order that the cell begins with.
    """
    return [cell[start:end] for start, end in _party_spans(cell.value)]


@lru_cache(maxsize=2048)
def _party_spans(value: str) -> tuple[tuple[int, int], ...]:
    cell = TracedText.at(value, 0)
    spans = [(start, end) for start, end in _cut(value) if _bare(cell[start:end])]
    words = [str(cell[start:end]) for start, end in spans]
    names_lead = bool(words) and bool(PERSON.match(words[0]))
    parties: list[tuple[int, int]] = []
    size = 0
    for index, (start, end) in enumerate(spans):
        pair = size == 1 and _is_pair(words[index - 1], words[index], names_lead=names_lead)
        if parties and (pair or QUALIFIER.match(words[index])):
            parties[-1] = (parties[-1][0], end)
            size += 1
        else:
            parties.append((start, end))
            size = 1
    return tuple(parties)


def _is_pair(first: str, second: str, *, names_lead: bool) -> bool:
    """Whether two parts are a person's name and post, in the order the cell keeps to."""
    name, post = (first, second) if names_lead else (second, first)
    return bool(PERSON.match(name)) and not PERSON.match(post)


def _bare(part: TracedText) -> TracedText:
    """The party without the list sign before it and the full stop after its last word."""
    signs = LEADING_SIGNS.match(part.value)
    bare = part[signs.end() if signs else 0 :].strip()
    return bare[:-1] if FULL_STOP.search(bare.value[-4:]) else bare


def _cut(value: str) -> Iterator[tuple[int, int]]:
    """The spans between separators that stand outside brackets and quotes."""
    opening, closing = _balanced_brackets(value)
    start = depth = 0
    for index, sign in enumerate(value):
        depth = max(0, depth + (sign in opening) - (sign in closing))
        if depth:
            continue
        if sign in ",;" or (sign == "/" and value[index - 1 : index + 2] == " / "):
            yield start, index
            start = index + 1
        elif sign.isspace() and _begins_party(value, start, index):
            yield start, index
            start = index
    yield start, len(value)


def _balanced_brackets(value: str) -> tuple[str, str]:
    """The brackets and quotes to respect: a kind left open by mistake would swallow the rest."""
    kept = [(a, b) for a, b in ("()", "«»") if value.count(a) == value.count(b)]
    return "".join(a for a, _ in kept), "".join(b for _, b in kept)


def _begins_party(value: str, start: int, index: int) -> bool:
    """Whether a new party begins after the blank at `index` although there is no comma."""
    in_list = NEXT_IN_LIST.match(value, index)
    on_line = value[index] == "\n" and _opens_line(value, index + 1)
    if not in_list and not on_line and not PARTY_HEAD.match(value, index + 1):
        return False
    before = value[max(start, index - LONGEST_WORD) : index].split()
    if not before or re.fullmatch(SIGN, before[-1]):
        return False
    if on_line and not in_list and _describes(before[-1].lower()):
        return False
    return bool(in_list) or before[-1].lower() not in JOINING_WORDS


def _describes(word: str) -> bool:
    return word.endswith(DESCRIBING) and not word.startswith(POSTS)


def _opens_line(value: str, start: int) -> bool:
    """Whether the line names a post, a body or a person that the line above does not go on to."""
    line = value[start : start + LONGEST_LINE].split("\n")[0].strip()
    return bool(POST_ALONE.match(line) or PERSON.match(line.strip(" ,;.")))


def _split_known(piece: TracedText, known: frozenset[str]) -> list[TracedText]:
    """The piece cut into known names when it is nothing but two or more of them in a row."""
    words = list(re.finditer(r"\S+", piece.value))
    if folded(str(piece)) in known or not 2 <= len(words) <= MOST_WORDS:
        return [piece]
    for end in range(len(words) - 1, 0, -1):
        head = piece[words[0].start() : words[end - 1].end()]
        if folded(str(head)) not in known:
            continue
        rest = piece[words[end].start() :]
        tail = _split_known(rest, known)
        if len(tail) > 1 or folded(str(rest)) in known:
            return [head, *tail]
    return [piece]


def _party(text: str, names: Names) -> Responsible:
    """The party, under the full name that its short name stands for."""
    bare = BY_AGREEMENT.sub("", text).strip()
    introduced = ALIAS.search(bare)
    name = introduced["short"] if introduced else bare
    return Responsible(text, names.full.get(folded(name), name), bare != text)
