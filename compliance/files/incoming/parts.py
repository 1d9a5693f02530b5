"""The XML parts of a package of Word or Excel, and how they name each other."""

from __future__ import annotations

from io import BytesIO
from posixpath import dirname, join, normpath
from typing import Any
from zipfile import ZipFile

from lxml import etree

from compliance.domain.documents.reading import UnreadableDocument

Element = Any
"""An XML element; lxml gives no types for it."""

# What "Strict Open XML" calls the same vocabularies.
STRICT, USUAL = "http://purl.oclc.org/ooxml/", "http://schemas.openxmlformats.org/"
TRANSLATED = {
    f"{STRICT}wordprocessingml/main": f"{USUAL}wordprocessingml/2006/main",
    f"{STRICT}spreadsheetml/main": f"{USUAL}spreadsheetml/2006/main",
    f"{STRICT}drawingml/main": f"{USUAL}drawingml/2006/main",
    f"{STRICT}officeDocument/relationships": f"{USUAL}officeDocument/2006/relationships",
    f"{STRICT}officeDocument/math": f"{USUAL}officeDocument/2006/math",
}
RELATION = f"{{{USUAL}officeDocument/2006/relationships}}id"


class Parts:
    """A package whose parts were measured before."""

    def __init__(self, content: bytes, format: str) -> None:
        self.format = format
        self._package = ZipFile(BytesIO(content))
        self._names = {name.lstrip("/").lower(): name for name in self._package.namelist()}

    def read(self, name: str) -> bytes | None:
        """The bytes of a part in the usual vocabulary; None when there is no such part."""
        stored = self._names.get(name.lstrip("/").lower())
        if stored is None:
            return None
        data = self._package.read(stored)
        if STRICT.encode() in data:
            for strict, usual in TRANSLATED.items():
                data = data.replace(strict.encode(), usual.encode())
        return data

    def xml(self, name: str | None) -> Element | None:
        """The root of a part; None when there is none."""
        data = self.read(name) if name else None
        return None if data is None else etree.fromstring(data, _parser())

    def main(self) -> str:
        """The name of the part that the document begins with."""
        for kind, target in self.relations("").values():
            if kind == "officeDocument":
                return target
        raise UnreadableDocument("damaged_file", format=self.format)

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """What a part points to within the package, by id: the kind and the part's name."""
        folder = dirname(name)
        found = self.xml(join(folder, "_rels", f"{name.rpartition('/')[2]}.rels"))
        if found is None:
            return {}
        return {
            one.get("Id", ""): (
                one.get("Type", "").rpartition("/")[2],
                normpath(join("/", folder, one.get("Target", ""))).lstrip("/"),
            )
            for one in found
            if isinstance(one.tag, str) and one.get("TargetMode") != "External"
        }

    def related(self, name: str, kind: str) -> str | None:
        """The name of the one part of a kind that a part points to, if any."""
        return next((part for one, part in self.relations(name).values() if one == kind), None)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
