"""The numbers that Word itself writes before paragraphs: they are seen, and stand in no text.

A paragraph names a list (`w:numId`) and a level in it. Lists that share an abstract one count
together, unless a list says where it begins anew. See ECMA-376, part 1, 17.9.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from compliance.files.incoming.parts import Element
from compliance.files.incoming.word_names import MAIN, child, number, switch, value
from compliance.files.incoming.word_styles import Styles

LEVELS = 9
LARGEST_ROMAN = 3999
PLACE = re.compile(r"%([1-9])")
ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
LATIN = "abcdefghijklmnopqrstuvwxyz"
RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"
BULLETS = {"o": "–", "": "–"}


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list counts and what it writes."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    restarts_after: int | None = None
    is_legal: bool = False
    is_hidden: bool = False
    style: str | None = None


@dataclass
class Numbering:
    """The lists of a document, and how far each has counted."""

    styles: Styles
    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    overrides: dict[str, dict[int, int]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    begun: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def read(cls, root: Element | None, styles: Styles) -> Numbering:
        """The lists in a document's part for them."""
        made = cls(styles)
        if root is None:
            return made
        linked: dict[str, str] = {}
        for one in root.iterfind(f"{MAIN}abstractNum"):
            name = value(one, "abstractNumId") or ""
            made.levels[name] = _levels(one)
            for kind in ("styleLink", "numStyleLink"):
                if (style := value(child(one, kind))) and (kind == "styleLink"):
                    linked[style] = name
        for one in root.iterfind(f"{MAIN}abstractNum"):
            style = value(child(one, "numStyleLink"))
            if style in linked:
                made.levels[value(one, "abstractNumId") or ""] = made.levels[linked[style]]
        for one in root.iterfind(f"{MAIN}num"):
            made._take(one)
        return made

    def _take(self, one: Element) -> None:
        """Note a list, and where it begins anew or counts otherwise than its abstract one."""
        name = value(one, "numId") or ""
        abstract = value(child(one, "abstractNumId")) or ""
        own = {
            number(override, "ilvl") or 0: _level(level)
            for override in one.iterfind(f"{MAIN}lvlOverride")
            if (level := child(override, "lvl")) is not None
        }
        if own:
            self.levels[f"{abstract}/{name}"] = self.levels.get(abstract, {}) | own
            abstract = f"{abstract}/{name}"
        self.lists[name] = abstract
        self.overrides[name] = {
            number(override, "ilvl") or 0: start
            for override in one.iterfind(f"{MAIN}lvlOverride")
            if (start := number(child(override, "startOverride"))) is not None
        }

    def next(self, properties: Element | None) -> str:
        """What Word writes before the next paragraph with these properties; empty for nothing."""
        found = self._list_of(properties)
        if found is None:
            return ""
        name, at = found
        abstract = self.lists.get(name)
        level = self.levels.get(abstract or "", {}).get(at)
        if abstract is None or level is None:
            return ""
        self._count(name, abstract, at, level)
        if level.is_hidden or (level.format == "none" and "%" in level.text):
            return ""
        return self._written(abstract, at, level)

    def _list_of(self, properties: Element | None) -> tuple[str, int] | None:
        """The list and the level of a paragraph, by itself or by its style."""
        own = child(properties, "numPr")
        name, at = value(child(own, "numId")), number(child(own, "ilvl"))
        for style in self.styles.of_paragraph(properties):
            if name is not None and at is not None:
                break
            of_style = child(style, "pPr", "numPr")
            inherited = value(child(of_style, "numId"))
            name = inherited if name is None else name
            if at is None and of_style is not None:
                at = number(child(of_style, "ilvl"))
                at = self._level_of(name, value(style, "styleId")) if at is None else at
        return None if name in {None, "0"} else (name or "", min(at or 0, LEVELS - 1))

    def _level_of(self, name: str | None, style: str | None) -> int | None:
        """The level that belongs to a style, where a list gives each level one."""
        levels = self.levels.get(self.lists.get(name or "", ""), {})
        return next((at for at, level in levels.items() if level.style == style), None)

    def _count(self, name: str, abstract: str, at: int, level: Level) -> None:
        counts = self.counts[abstract.partition("/")[0]]
        start = self.overrides.get(name, {}).get(at)
        if start is not None and (name, at) not in self.begun:
            counts[at] = start
        else:
            counts[at] = counts[at] + 1 if at in counts else level.start
        self.begun.add((name, at))
        for lower in [one for one in counts if one > at]:
            after = self.levels[abstract].get(lower, level).restarts_after
            if after is None or (after > 0 and at < after):
                del counts[lower]

    def _written(self, abstract: str, at: int, level: Level) -> str:
        if level.format == "bullet":
            sign = level.text.strip()
            return "–" if not sign or not sign.isprintable() or sign in BULLETS else sign
        counts, levels = self.counts[abstract.partition("/")[0]], self.levels[abstract]

        def figure(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            one = levels.get(place, level)
            form = "decimal" if level.is_legal else one.format
            return written_number(counts.setdefault(place, one.start) if place < at else
                                  counts.get(place, one.start), form)  # fmt: skip

        return PLACE.sub(figure, level.text).strip()


def _levels(abstract: Element) -> dict[int, Level]:
    return {number(one, "ilvl") or 0: _level(one) for one in abstract.iterfind(f"{MAIN}lvl")}


def _level(one: Element) -> Level:
    start = number(child(one, "start"))
    return Level(
        start=1 if start is None else start,
        format=value(child(one, "numFmt")) or "decimal",
        text=value(child(one, "lvlText")) or "",
        restarts_after=number(child(one, "lvlRestart")),
        is_legal=bool(switch(one, "isLgl")),
        is_hidden=bool(switch(child(one, "rPr"), "vanish")),
        style=value(child(one, "pStyle")),
    )


def written_number(count: int, format: str) -> str:
    """A number as a list of this format writes it: 4, IV, iv, г, d, 04."""
    match format:
        case "upperRoman" | "lowerRoman" if 0 < count <= LARGEST_ROMAN:
            roman = _roman(count)
            return roman if format == "upperRoman" else roman.lower()
        case "upperLetter" | "lowerLetter" if count > 0:
            return _cased(_letters(count, LATIN), format)
        case "russianUpper" | "russianLower" if count > 0:
            return _cased(_letters(count, RUSSIAN), format)
        case "decimalZero":
            return f"{count:02}"
        case "ordinal":
            return f"{count}-й"
        case "none":
            return ""
    return str(count)


def _cased(letters: str, format: str) -> str:
    return letters.upper() if format.startswith(("upper", "russianUpper")) else letters


def _letters(count: int, alphabet: str) -> str:
    """а … я, then аа, бб: the same letter over again, as Word writes it."""
    times, place = divmod(count - 1, len(alphabet))
    return alphabet[place] * min(times + 1, 10)


def _roman(count: int) -> str:
    written = ""
    for size, sign in ROMAN:
        written += sign * (count // size)
        count %= size
    return written
