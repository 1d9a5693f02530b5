"""What a Word document's styles say of its words: hidden, struck out, numbered."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from compliance.files.incoming.parts import Element
from compliance.files.incoming.word_names import MAIN, child, switch, value, word

MOST_ANCESTORS = 20  # styles that a style is based on, one on another


class Styles:
    """The styles of a document by their names."""

    def __init__(self, root: Element | None) -> None:
        listed = [] if root is None else root.findall(f"{MAIN}style")
        self._styles = {value(one, "styleId") or "": one for one in listed}
        self._defaults = child(root, "docDefaults", "rPrDefault", "rPr")
        self._plain = {
            value(one, "type"): value(one, "styleId") for one in listed
            if value(one, "default") in {"1", "true", "on"}
        }  # fmt: skip
        self.family = lru_cache(maxsize=1024)(self._family)

    def _family(self, name: str | None) -> tuple[Element, ...]:
        """The style and those it is based on, nearest first."""
        found: list[Element] = []
        while name in self._styles and len(found) < MOST_ANCESTORS:
            found.append(self._styles[name])
            name = value(child(found[-1], "basedOn"))
        return tuple(found)

    def of_paragraph(self, properties: Element | None) -> tuple[Element, ...]:
        """The styles of a paragraph with these properties, nearest first."""
        named = value(child(properties, "pStyle"))
        return self.family(named or self._plain.get("paragraph"))

    def says(self, run: Element | None, paragraph: Element | None, name: str) -> bool:
        """Whether words with these properties are hidden (`vanish`) or struck out (`strike`)."""
        for properties in self._layers(run, paragraph):
            found = switch(properties, name)
            if found is not None:
                return found
        return False

    def look(self, run: Element | None, paragraph: Element | None, name: str) -> str | None:
        """The value of a property (colour, size) of words with these properties."""
        for properties in self._layers(run, paragraph):
            found = value(child(properties, name))
            if found is not None:
                return found
        return None

    def _layers(self, run: Element | None, paragraph: Element | None) -> Iterator[Element | None]:
        yield run
        for style in self.family(value(child(run, "rStyle"))):
            yield child(style, "rPr")
        for style in self.of_paragraph(paragraph):
            yield child(style, "rPr")
        yield self._defaults

    def is_shaded(self, table: Element) -> bool:
        """Whether a table's own style may put a colour behind its cells."""
        for style in self.family(value(child(table, "tblPr", "tblStyle"))):
            if any(
                value(one, "fill") not in {None, "auto", "FFFFFF"}
                for one in style.iter(word("shd"))
            ):
                return True
        return False
