"""Word documents as a source."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
from docx.oxml.ns import qn

from compliance.domain.documents.reading import OversizedDocument, SourceBuilder, UnreadableDocument
from compliance.domain.documents.reading.source import MOST_CELLS, Source
from compliance.domain.documents.reading.text import TracedText
from compliance.files.incoming.sprawl import check_parts

Element = Any
"""An XML element; python-docx and lxml give no types for it."""

PARAGRAPH, TABLE, TEXT, TEXT_BOX = qn("w:p"), qn("w:tbl"), qn("w:t"), qn("w:txbxContent")
BREAKS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
# Elements that only wrap others: content controls, tracked insertions, tags.
WRAPPERS = {
    qn(name) for name in ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:smartTag", "w:customXml")
}
# Deleted by a tracked change, or the older copy of a drawing that is there twice.
SKIPPED = {
    qn("w:del"),
    qn("w:moveFrom"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}


def read_word(content: bytes) -> Source:
    """Paragraphs and table rows in order; each takes one line number."""
    check_parts(content)
    try:
        body = docx.Document(BytesIO(content)).element.body
    except (
        Exception
    ) as error:  # python-docx lets through whatever zipfile, lxml or it itself raises
        raise UnreadableDocument("damaged_file", format="docx") from error
    builder = SourceBuilder()
    for block in _blocks(body):
        if block.tag == PARAGRAPH:
            builder.paragraph(_paragraph(block))
        else:
            _read_table(block, builder)
    return builder.build()


def _blocks(parent: Element) -> Iterator[Element]:
    """The paragraphs and tables under an element, freed from wrappers and text boxes."""
    for child in parent.iterchildren():
        if child.tag in (PARAGRAPH, TABLE):
            yield child
        elif child.tag in WRAPPERS:
            yield from _blocks(child)
        if child.tag == PARAGRAPH:
            for box in _descendants(child):
                if box.tag == TEXT_BOX:
                    yield from _blocks(box)


def _descendants(parent: Element) -> Iterator[Element]:
    """Everything under an element that is to be read, text boxes only as a whole."""
    for child in parent.iterchildren():
        if child.tag in SKIPPED:
            continue
        yield child
        if child.tag != TEXT_BOX:
            yield from _descendants(child)


def _paragraph(paragraph: Element) -> str:
    parts = []
    for element in _descendants(paragraph):
        if element.tag == TEXT:
            parts.append(element.text or "")
        elif element.tag in BREAKS:
            parts.append(BREAKS[element.tag])
    return "".join(parts)


def _read_table(table: Element, builder: SourceBuilder) -> None:
    above: dict[int, TracedText] = {}
    grid = len(table.findall(f"{qn('w:tblGrid')}/{qn('w:gridCol')}"))
    for row in _children(table, qn("w:tr")):
        cells: list[str | TracedText] = []
        widths: list[int] = []
        for cell in _children(row, qn("w:tc")):
            column = sum(widths)
            merged = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            is_lower = merged is not None and merged.get(qn("w:val")) != "restart"
            own = _cell_text(cell)
            cells.append(above[column] if is_lower and column in above and not own.strip() else own)
            widths.append(_span(cell))
            cells += [""] * (widths[-1] - 1)
            if len(cells) > MOST_CELLS:
                raise OversizedDocument("too_many_cells")
        spanning = len(widths) == 1 and widths[0] >= grid > 1
        texts = builder.row(cells, spanning=spanning)
        above = dict(enumerate(texts))


def _children(parent: Element, tag: str) -> Iterator[Element]:
    for child in parent.iterchildren():
        if child.tag == tag:
            yield child
        elif child.tag in WRAPPERS:
            yield from _children(child, tag)


def _span(cell: Element) -> int:
    """How many columns of the grid a cell takes."""
    span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    value = span.get(qn("w:val")) if span is not None else None
    return max(1, min(int(value), 100)) if value and value.isdecimal() else 1


def _cell_text(cell: Element) -> str:
    """The paragraphs of a cell, and of tables inside it, one a line."""
    lines = []
    for block in _blocks(cell):
        if block.tag == PARAGRAPH:
            lines.append(_paragraph(block))
        else:
            inner = [
                one for row in _children(block, qn("w:tr")) for one in _children(row, qn("w:tc"))
            ]
            lines += [_cell_text(one) for one in inner]
    return "\n".join(lines)
