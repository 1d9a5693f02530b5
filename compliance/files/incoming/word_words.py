"""The words of a Word paragraph: those a person reads, and those withheld, each with its code."""

from __future__ import annotations

from dataclasses import dataclass, field

from compliance.domain.documents.reading.source import Piece, Withheld
from compliance.files.incoming.parts import Element
from compliance.files.incoming.word_names import child, value, word
from compliance.files.incoming.word_numbers import Numbering
from compliance.files.incoming.word_styles import Styles

PARAGRAPH, TABLE, RUN = word("p"), word("tbl"), word("r")
TEXT, DELETED_TEXT, SYMBOL = word("t"), word("delText"), word("sym")
FORMULA_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
BREAKS = {
    word("tab"): " ", word("ptab"): " ", word("br"): "\n", word("cr"): "\n",
    word("noBreakHyphen"): "-",
}  # fmt: skip
DELETED = {word("del"), word("moveFrom")}
INSERTED = {word("ins"), word("moveTo")}
# The older copy of a drawing that is there twice; a box is read as paragraphs of its own.
SKIPPED = {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    word("txbxContent"), word("pPr"), word("rPr"), word("rt"), word("sdtPr"),
    word("tblPr"), word("trPr"), word("tcPr"),
}  # fmt: skip
TINY = 4  # half points: letters of two points can't be read
TICKED = {"F0FE", "F0FD", "F052", "F054", "F078"}
EMPTY_BOX = {"F0A8", "F06F", "F0A3"}


@dataclass
class Words:
    """Reads paragraphs, counting their automatic numbers on the way."""

    styles: Styles
    numbering: Numbering
    has_background: bool = False
    inserted: list[str] = field(default_factory=list)

    def paragraph(
        self,
        paragraph: Element,
        *,
        shaded: bool = False,
        deleted: bool = False,
        counts: bool = True,
    ) -> list[Piece]:
        """The pieces of a paragraph. `shaded`: something colours its ground, so white is seen."""
        properties = child(paragraph, "pPr")
        pieces: list[Piece] = []
        if counts and (before := self._number(properties)):
            pieces.append(before)
        shaded = shaded or self.has_background or self._has_ground(properties)
        at = _Place(properties, shaded, deleted)
        self._walk(paragraph, at, pieces)
        return pieces

    def _number(self, properties: Element | None) -> Piece | None:
        """What Word writes before the paragraph, in the looks of the paragraph's own mark."""
        mark = child(properties, "rPr")
        if self.styles.says(mark, None, "vanish") or child(mark, "del") is not None:
            return None
        written = self.numbering.next(properties)
        if not written:
            return None
        if any(self.styles.says(mark, None, name) for name in ("strike", "dstrike")):
            return Withheld(f"{written} ", "struck_text")
        return f"{written} "

    def _walk(self, parent: Element, at: _Place, pieces: list[Piece]) -> None:
        for element in parent.iterchildren():
            tag = element.tag
            if tag == RUN:
                self._run(element, at, pieces)
            elif tag == FORMULA_TEXT:
                pieces.append(element.text or "")
            elif tag in DELETED:
                self._walk(element, _Place(at.properties, at.shaded, True), pieces)
            elif tag in INSERTED:
                before = len(pieces)
                self._walk(element, at, pieces)
                self.inserted += [one for one in pieces[before:] if isinstance(one, str)]
            elif tag not in SKIPPED:
                self._walk(element, at, pieces)

    def _run(self, run: Element, at: _Place, pieces: list[Piece]) -> None:
        text = "".join(_texts(run))
        if not text:
            return
        code = self._code(child(run, "rPr"), at)
        pieces.append(Withheld(text, code) if code else text)

    def _code(self, properties: Element | None, at: _Place) -> str | None:
        """Why words are withheld; None when they are read."""
        says = self.styles.says
        if at.deleted:
            return "deleted_text"
        if says(properties, at.properties, "vanish"):
            return "hidden_text"
        if says(properties, at.properties, "strike") or says(properties, at.properties, "dstrike"):
            return "struck_text"
        if self._is_white(properties, at) or self._is_tiny(properties, at):
            return "hidden_text"
        return None

    def _is_white(self, properties: Element | None, at: _Place) -> bool:
        color = self.styles.look(properties, at.properties, "color")
        return (
            color is not None
            and color.upper() == "FFFFFF"
            and not at.shaded
            and not _is_ground(child(properties, "shd"))
            and child(properties, "highlight") is None
        )

    def _is_tiny(self, properties: Element | None, at: _Place) -> bool:
        size = self.styles.look(properties, at.properties, "sz")
        return size is not None and size.isdecimal() and int(size) <= TINY

    def _has_ground(self, properties: Element | None) -> bool:
        """Whether a paragraph or its styles put a colour behind it."""
        styles = self.styles.of_paragraph(properties)
        return _is_ground(child(properties, "shd")) or any(
            _is_ground(child(one, layer, "shd")) for one in styles for layer in ("pPr", "rPr")
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where words stand: their paragraph's properties, its ground, and whether all is deleted."""

    properties: Element | None
    shaded: bool
    deleted: bool


def _is_ground(shading: Element | None) -> bool:
    if shading is None:
        return False
    fill = (value(shading, "fill") or "auto").upper()
    return fill not in {"AUTO", "FFFFFF"} or value(shading, "val") not in {"clear", "nil", None}


def has_ground(properties: Element | None) -> bool:
    """Whether a cell or a table with these properties has a colour behind its words."""
    return _is_ground(child(properties, "shd"))


def _texts(run: Element) -> list[str]:
    """The texts of a run in order, with its breaks, also out of what only wraps them."""
    found: list[str] = []
    for element in run.iterchildren():
        tag = element.tag
        if tag in (TEXT, DELETED_TEXT, FORMULA_TEXT):
            found.append(element.text or "")
        elif tag in BREAKS:
            found.append(BREAKS[tag])
        elif tag == SYMBOL:
            found.append(_symbol(value(element, "char") or ""))
        elif tag not in SKIPPED and isinstance(tag, str):
            found += _texts(element)
    return found


def _symbol(code: str) -> str:
    """A sign of a font of pictures: ticked and empty boxes, else a bullet."""
    code = code.upper()
    if code in TICKED:
        return "☒"
    if code in EMPTY_BOX:
        return "☐"
    try:
        sign = chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""
    return "•" if "\ue000" <= sign <= "\uf8ff" else sign
