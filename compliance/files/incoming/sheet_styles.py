"""What the styles of a workbook make of its cells: number formats, strike, unseen colours."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from compliance.domain.documents.reading.source import Piece, Withheld
from compliance.files.incoming.number_formats import BUILT_IN, GENERAL
from compliance.files.incoming.parts import Element, Parts

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
WHITE = {"FFFFFFFF", "00FFFFFF"}
WHITE_INDEXES = {"1", "9"}
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
UNSEEN = dict.fromkeys((*range(9), 11, 12, *range(14, 32)), " ")


@dataclass(frozen=True, slots=True)
class Style:
    """How cells of one style look."""

    format: str = GENERAL
    is_struck: bool = False
    is_white: bool = False
    is_filled: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Words of a cell in one font; without a font of their own, in the cell's."""

    text: str
    has_font: bool = False
    is_struck: bool = False
    is_white: bool = False


@dataclass(frozen=True)
class Styles:
    """The styles of a workbook by number, and which of its conditional ones change the meaning."""

    cells: list[Style] = field(default_factory=list)
    telling: frozenset[str] = frozenset()

    def of(self, number: str | None) -> Style:
        """The style of a cell; a plain one for a number that the workbook does not have."""
        if number is None or not number.isdecimal() or int(number) >= len(self.cells):
            return self.cells[0] if self.cells else PLAIN
        return self.cells[int(number)]


PLAIN = Style()


def read_styles(root: Element | None) -> Styles:
    """The styles in a workbook's part for them."""
    if root is None:
        return Styles()
    codes = BUILT_IN | {
        int(one.get("numFmtId", "0")): one.get("formatCode") or GENERAL
        for one in root.iterfind(f"{MAIN}numFmts/{MAIN}numFmt")
    }
    fonts = root.findall(f"{MAIN}fonts/{MAIN}font")
    fills = [_is_filled(one) for one in root.iterfind(f"{MAIN}fills/{MAIN}fill")]
    cells = []
    for one in root.iterfind(f"{MAIN}cellXfs/{MAIN}xf"):
        font = _at(fonts, one.get("fontId"))
        cells.append(
            Style(
                codes.get(int(one.get("numFmtId", "0")), GENERAL),
                font is not None and _is_on(font.find(f"{MAIN}strike")),
                font is not None and _is_white(font.find(f"{MAIN}color")),
                bool(_at(fills, one.get("fillId"))),
            )
        )
    return Styles(cells, frozenset(_telling(root)))


def _telling(root: Element) -> list[str]:
    """The numbers of conditional styles by which a cell would be read otherwise."""
    return [
        str(number)
        for number, one in enumerate(root.iterfind(f"{MAIN}dxfs/{MAIN}dxf"))
        if _is_on(one.find(f"{MAIN}font/{MAIN}strike"))
        or one.find(f"{MAIN}numFmt") is not None
        or (_is_white(one.find(f"{MAIN}font/{MAIN}color")) and one.find(f"{MAIN}fill") is None)
    ]


def _at(listed: list[Element], number: str | None) -> Element | None:
    place = int(number or "0")
    return listed[place] if place < len(listed) else None


def _is_on(element: Element | None) -> bool:
    return element is not None and element.get("val", "1") not in {"0", "false"}


def _is_white(color: Element | None) -> bool:
    if color is None:
        return False
    if color.get("theme") is not None:
        return color.get("theme") == "0" and float(color.get("tint", "0")) == 0
    return color.get("rgb", "").upper() in WHITE or color.get("indexed") in WHITE_INDEXES


def _is_filled(fill: Element) -> bool:
    """Whether cells have a colour behind them that is not white."""
    pattern = fill.find(f"{MAIN}patternFill")
    if pattern is None:
        return True
    if pattern.get("patternType", "none") == "none":
        return False
    return pattern.get("patternType") != "solid" or not _is_white(pattern.find(f"{MAIN}fgColor"))


def read_runs(item: Element) -> tuple[Run, ...]:
    """The words of a rich or plain text, without those that tell how to pronounce it."""
    runs = []
    for child in item:
        if child.tag == f"{MAIN}t":
            runs.append(Run(plain(child.text)))
        elif child.tag == f"{MAIN}r":
            words = plain("".join(one.text or "" for one in child.iterfind(f"{MAIN}t")))
            font = child.find(f"{MAIN}rPr")
            if font is None:
                runs.append(Run(words))
            else:
                struck = _is_on(font.find(f"{MAIN}strike"))
                runs.append(Run(words, True, struck, _is_white(font.find(f"{MAIN}color"))))
    return tuple(runs)


def read_shared(parts: Parts, name: str | None) -> list[tuple[Run, ...]]:
    """The texts that the cells of a workbook name by number."""
    root = parts.xml(name)
    return [] if root is None else [read_runs(one) for one in root.iterfind(f"{MAIN}si")]


def plain(text: str | None) -> str:
    """The text without invisible characters, which a sheet may hold escaped (`_x0000_`)."""
    if not text:
        return ""
    if "_x" in text:
        text = ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.translate(UNSEEN).replace("\r\n", "\n").replace("\r", "\n")


def pieces(runs: tuple[Run, ...], style: Style, *, has_colours: bool) -> tuple[Piece, ...]:
    """The words of a cell, with those withheld that are struck out or can't be seen.

    `has_colours`: whether something else may colour the cell's ground, so white may be seen.
    """
    if len(runs) == 1 and not (style.is_struck or style.is_white or runs[0].has_font):
        return (runs[0].text,)
    found: list[Piece] = []
    for run in runs:
        struck, white = (
            (run.is_struck, run.is_white) if run.has_font else (style.is_struck, style.is_white)
        )
        if struck:
            found.append(Withheld(run.text, "struck_text"))
        elif white and not style.is_filled and not has_colours:
            found.append(Withheld(run.text, "hidden_text"))
        else:
            found.append(run.text)
    return tuple(found)
