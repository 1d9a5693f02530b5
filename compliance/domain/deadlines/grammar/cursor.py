"""A place in the tokens of a phrase, and the smallest steps that rules are made of."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from compliance.domain.deadlines.grammar.tokens import ORDINAL_ENDINGS, Token, clean, tokens_of

Result = TypeVar("Result")

_IGNORED: Final = frozenset("«»\"'`“”„’‘*!•·▪")
"""Quotation marks and decoration; they never carry meaning in a deadline."""

_END: Final = Token("end", "", 0, 0, 0)

_TENS: Final = frozenset({20, 30, 40, 50, 60, 70, 80, 90})

MAX_HEADS = 31
"""Longest list of numbers before one unit («1, 2, … числа»); keeps look-ahead finite."""


class Cursor:
    """Reads tokens forward; a rule that fails puts `position` back where it began."""

    def __init__(self, text: str) -> None:
        self.text = clean(text)
        self.tokens = _meaningful(tokens_of(self.text))
        self.position = 0
        self.texts = frozenset(token.text for token in self.tokens)
        self.kinds = frozenset(token.kind for token in self.tokens)
        """Which words and kinds occur: rules for rare things look here first, which saves time."""
        self.steps = 0
        """Tokens examined so far: a measure of the work, for the test that it grows linearly."""
        self.quoted: set[int] = set()
        """Positions in free tails, which are kept as written and not interpreted."""
        self.item: Callable[[Cursor], object | None] = _nothing
        """The rule that reads one item; free tails ask it whether an item begins."""
        self.is_scouting = False
        """Whether a free tail is looking for its end; free tails inside it then take one word."""

    def peek(self, offset: int = 0) -> Token:
        self.steps += 1
        position = self.position + offset
        return self.tokens[position] if position < len(self.tokens) else _END

    @property
    def has_number(self) -> bool:
        return "number" in self.kinds

    @property
    def is_at_end(self) -> bool:
        return self.position >= len(self.tokens)

    def take_kind(self, *kinds: str) -> Token | None:
        token = self.peek()
        if token.kind in kinds:
            self.position += 1
            return token
        return None

    def take(self, *texts: str) -> Token | None:
        """The next token when it is one of the words or signs."""
        token = self.peek()
        if token.text in texts:
            self.position += 1
            return token
        return None

    def take_phrase(self, *words: str) -> bool:
        """All the words one after another, or none of them; «a|b» means either."""
        for offset, word in enumerate(words):
            if self.peek(offset).text not in word.split("|"):
                return False
        self.position += len(words)
        return True

    def attempt(self, rule: Callable[["Cursor"], Result]) -> Result:
        """What the rule finds; when it finds nothing, the cursor has not moved."""
        start = self.position
        found = rule(self)
        if found is None:
            self.position = start
        return found

    def first_of(self, rules: Sequence[Callable[["Cursor"], Result | None]]) -> Result | None:
        for rule in rules:
            found = self.attempt(rule)
            if found is not None:
                return found
        return None

    def written(self, first: int, last: int) -> str:
        """The clean text from one token up to, not including, another; spaces made single."""
        if first >= last:
            return ""
        words = self.text[self.tokens[first].start : self.tokens[last - 1].end]
        return " ".join(words.split())

    def corrected_words(self) -> list[str]:
        """Words as written whose spelling was corrected, outside the free tails."""
        return [
            self.text[token.start : token.end]
            for position, token in enumerate(self.tokens)
            if token.raw and token.is_corrected and position not in self.quoted
        ]


def _nothing(_: Cursor) -> None:
    return None


def _meaningful(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without decoration, and without the full stop of an abbreviation."""
    kept: list[Token] = []
    for place, token in enumerate(tokens):
        if token.text in _IGNORED or _is_in_sheet_date(tokens[place - 1 : place + 4]):
            continue
        if token.text == "." and kept and kept[-1].text.isalpha():
            continue
        kept.append(token)
    return kept


def _is_in_sheet_date(tokens: Sequence[Token]) -> bool:
    """Whether the second of these is the first sign of «01.окт.26», as a spreadsheet shows it."""
    kinds = ["number", "sign", "month", "sign", "number"]
    return (
        [token.kind for token in tokens] == kinds
        and tokens[1].text == tokens[3].text
        and tokens[1].text in (".", "-")
        and all(token.glued for token in tokens[1:])
        and len(tokens[4].text) in (2, 4)
    )


def number(cursor: Cursor) -> int | None:
    """A count: 5, пять, двадцать один, 5-ти, 3 (трех), трех (3)."""
    value = _number_said(cursor)
    if value is not None:
        cursor.attempt(lambda inner: _repeated_in_brackets(inner, value))
    return value


def _number_said(cursor: Cursor) -> int | None:
    """The count without what stands behind it in brackets."""
    token = cursor.take_kind("number", "cardinal")
    if token is None or token.number < 0:
        return None
    if token.kind == "number":
        _take_ending(cursor)
    elif token.number in _TENS and cursor.peek().kind == "cardinal" and cursor.peek().number < 10:
        cursor.position += 1
        return token.number + cursor.peek(-1).number
    return token.number


def ordinal(cursor: Cursor) -> int | None:
    """A place in a row: 1, 1-й, I, П, первый, тридцать первое, 10 (десятое), десятое (10)."""
    value = _ordinal_said(cursor)
    if value is not None:
        cursor.attempt(lambda inner: _repeated_in_brackets(inner, value))
    return value


def _ordinal_said(cursor: Cursor) -> int | None:
    """The ordinal without what stands behind it in brackets."""
    token = cursor.peek()
    if token.kind == "number" and token.number > 0:
        cursor.position += 1
        _take_ending(cursor)
        return token.number
    if token.kind == "ordinal":
        cursor.position += 1
        return token.number
    if token.kind == "cardinal" and token.number in _TENS:
        following = cursor.peek(1)
        if following.kind == "ordinal" and following.number < 10:
            cursor.position += 2
            return token.number + following.number
    if token.roman:
        cursor.position += 1
        _take_ending(cursor)
        return token.roman
    return None


def _take_ending(cursor: Cursor) -> None:
    """Skip «-го», «го», «-ти» after a figure."""
    token = cursor.peek()
    if token.glued and token.text in ORDINAL_ENDINGS:
        cursor.position += 1
    elif token.glued and token.text == "-":
        ending = cursor.peek(1)
        if ending.glued and ending.text in ORDINAL_ENDINGS:
            cursor.position += 2


def _repeated_in_brackets(cursor: Cursor, value: int) -> bool | None:
    """«(трёх)» after «3», «(10)» after «десятого»; another number there stays unread.

    Figures after figures are no repetition: «1 (1, 2) квартал».
    """
    is_after_figures = cursor.peek(-1).kind == "number" or cursor.peek(-1).text in ORDINAL_ENDINGS
    if not cursor.take("("):
        return None
    if is_after_figures and cursor.peek().kind == "number":
        return None
    said = _ordinal_said(cursor) or _number_said(cursor)
    return True if said == value and cursor.take(")") else None


def heads(cursor: Cursor) -> list[tuple[int, int]] | None:
    """Numbers before their common unit, as ranges: «1, 3-4 кварталы» gives (1, 1), (3, 4)."""
    found: list[tuple[int, int]] = []
    while len(found) < MAX_HEADS:
        before = cursor.position
        if found and not _joiner(cursor):
            break
        value = ordinal(cursor)
        if value is None or (found and _is_year(value) != _is_year(found[0][0])):
            cursor.position = before
            break
        found.append((value, _range_end(cursor, value)))
    return found or None


def _is_year(value: int) -> bool:
    return value >= 1000


def _joiner(cursor: Cursor) -> bool:
    if cursor.take(",", "/"):
        cursor.take("и")
        return True
    return cursor.take("и") is not None


def _range_end(cursor: Cursor, first: int) -> int:
    """The end of «1-3»; of «2017-18» the second year in full. `first` when there is no range."""
    before = cursor.position
    if cursor.take("-"):
        cursor.take("-")
        value = ordinal(cursor)
        if value is not None and _is_year(first) and value < 100:
            value += first // 100 * 100
        if value is not None and _is_year(value) == _is_year(first):
            return value
    cursor.position = before
    return first
