"""The language of a workbook's number formats, taken apart: sections and their tokens.

ECMA-376, part 1, 18.8.31: up to four sections for positive numbers, negative ones, zero and text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

LONG_DATE, LONG_TIME = "d mmmm yyyy г.", "h:mm:ss"  # what [$-F800] and [$-F400] show
LONGEST_FORMAT = 255  # characters; Excel takes no longer one
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<blank>.)|\*(?P<filler>.)'
    r"|\[(?P<bracket>[^\]]*)\]|(?P<general>general)|(?P<half>am/pm|a/p)"
    r"|(?P<date>[ymdhs]+)|(?P<power>e[+-])|(?P<digits>[0#?]+)"
    r"|(?P<sign>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a format: its kind (a group of `_TOKEN`) and its signs."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One of the up to four parts of a format."""

    tokens: tuple[Token, ...]
    condition: tuple[str, float] | None

    @property
    def is_date(self) -> bool:
        return any(token.kind in {"date", "half", "elapsed"} for token in self.tokens)

    @property
    def is_general(self) -> bool:
        return any(token.kind == "general" for token in self.tokens)


@lru_cache(maxsize=512)
def sections_of(code: str) -> tuple[Section, ...]:
    """The sections of a format."""
    sections: list[list[Token]] = [[]]
    for match in _TOKEN.finditer(code[:LONGEST_FORMAT]):
        kind = match.lastgroup or "sign"
        text = match[kind]
        if kind == "sign" and text == ";":
            sections.append([])
        elif kind == "bracket":
            sections[-1] += _bracket(text)
        else:
            sections[-1].append(Token(kind, text))
    return tuple(_section(tokens) for tokens in sections[:4])


def _section(tokens: list[Token]) -> Section:
    found = [one.text for one in tokens if one.kind == "condition"]
    condition = _CONDITION.fullmatch(found[0]) if found else None
    kept = tuple(one for one in tokens if one.kind != "condition")
    return Section(kept, (condition[1], float(condition[2])) if condition else None)


def _bracket(text: str) -> list[Token]:
    """What a bracket adds: elapsed time, a condition, a currency's sign; colours add nothing."""
    lower = text.lower()
    if lower.startswith("$"):
        sign, _dash, place = text[1:].partition("-")
        if place.upper() in {"F800", "X-SYSDATE"}:
            return [Token("system", LONG_DATE)]
        if place.upper() in {"F400", "X-SYSTIME"}:
            return [Token("system", LONG_TIME)]
        return [Token("quoted", sign)] if sign else []
    if lower and len(set(lower)) == 1 and lower[0] in "hms":
        return [Token("elapsed", lower)]
    return [Token("condition", text)] if _CONDITION.fullmatch(text) else []


def literal(token: Token) -> str:
    """What a token adds of itself."""
    if token.kind in {"quoted", "escaped"}:
        return token.text
    if token.kind == "blank":
        return " "
    return token.text if token.kind in {"sign", "date", "power"} else ""
