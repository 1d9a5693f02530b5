"""Small files of Word and Excel, written part by part: what a test is about stands in the test."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import xlsxwriter

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
TITLE = "План мероприятий ГБУ «Дом ветеранов «Липки»» на 2026 год"
HEADING = ("№", "Мероприятие", "Срок", "Ответственный исполнитель")
CHAIR = ("2", "Купить кресло", "до 01.09.2026", "Петров П.П.")
STAND = ("1", "Обновить стенд у входа", "до 01.06.2026", "Иванова А.А.")
POLL = ("3", "Провести опрос", "до 01.12.2026", "Сидорова С.С.")


def run(text: str, properties: str = "") -> str:
    """A run of words with these properties (`<w:strike/>`)."""
    looks = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{looks}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    """A paragraph of runs; a bare text is a run of its own."""
    inner = "".join(one if one.startswith("<") else run(one) for one in runs if one)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def cell(content: str, properties: str = "") -> str:
    """A cell; what does not begin with a paragraph or a table becomes a paragraph."""
    inner = content if content.startswith(("<w:p>", "<w:tbl>")) else paragraph(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    """A row of a table."""
    inner = "".join(one if one.startswith("<w:tc>") else cell(one) for one in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"


def table(*rows: str, widths: tuple[int, ...] = (500, 3000, 2000, 2000)) -> str:
    """A table with this grid."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def plan(*rows: str, before: str = "", after: str = "", **parts: str) -> bytes:
    """A Word file: the title and a table of these rows under the usual heading."""
    return word_file(paragraph(TITLE) + before + table(row(*HEADING), *rows) + after, **parts)


def word_file(body: str, **parts: str) -> bytes:
    """A Word file with this body; further parts by the kind by which the document names them."""
    written = {
        "_rels/.rels": _relations({"rId1": ("officeDocument", "word/document.xml")}),
        "word/document.xml": f"<w:document {NAMES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relations(
            {name: (name.rstrip("0123456789"), f"{name}.xml") for name in parts}
        ),
    }
    written |= {f"word/{name}.xml": content for name, content in parts.items()}
    return packed({name: content.encode() for name, content in written.items()})


def styles(inner: str) -> str:
    """The part for styles."""
    return f"<w:styles {NAMES}>{inner}</w:styles>"


def numbering(
    *levels: str, lists: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
) -> str:
    """The part for lists: one abstract list with these levels."""
    listed = "".join(f'<w:lvl w:ilvl="{n}">{level}</w:lvl>' for n, level in enumerate(levels))
    return (
        f'<w:numbering {NAMES}><w:abstractNum w:abstractNumId="0">{listed}</w:abstractNum>'
        f"{lists}</w:numbering>"
    )


def level(format: str, text: str, more: str = "") -> str:
    """One level of a list."""
    return f'<w:start w:val="1"/><w:numFmt w:val="{format}"/>{more}<w:lvlText w:val="{text}"/>'


def in_list(level: int = 0, number: int = 1, more: str = "") -> str:
    """The properties of a paragraph in a list."""
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>{more}'


def _relations(named: dict[str, tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="{id}" Type="{KINDS}{kind}" Target="{target}"/>'
        for id, (kind, target) in named.items()
    )
    return f'<Relationships xmlns="{PACKAGE}relationships">{listed}</Relationships>'


def packed(parts: dict[str, bytes]) -> bytes:
    """A package of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def changed(package: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The package with one part changed."""
    with zipfile.ZipFile(io.BytesIO(package)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    before = parts[part].decode()
    parts[part] = change(before).encode()
    assert parts[part] != before.encode()
    return packed(parts)


def sheet_changed(package: bytes, old: str, new: str, sheet: int = 1) -> bytes:
    """The workbook with something in a sheet replaced, as a regular expression."""
    part = f"xl/worksheets/sheet{sheet}.xml"
    return changed(package, part, lambda text: re.sub(old, new, text, count=1))


class Book:
    """A workbook with a plan: the title, a blank row, the heading, then rows from the fourth."""

    def __init__(self, *rows: tuple[object, ...], **options: object) -> None:
        self.out = io.BytesIO()
        self.file = xlsxwriter.Workbook(self.out, options)
        self.sheet = self.add("План", TITLE, rows)

    def add(self, name: str, title: str, rows: tuple[tuple[object, ...], ...]):
        """One more sheet with such a plan."""
        sheet = self.file.add_worksheet(name)
        sheet.write(0, 0, title)
        sheet.write_row(2, 0, HEADING)
        for place, one in enumerate(rows, start=3):
            for column, value in enumerate(one):
                if isinstance(value, tuple):
                    sheet.write(place, column, value[0], self.file.add_format(value[1]))
                else:
                    sheet.write(place, column, value)
        return sheet

    def content(self) -> bytes:
        """The finished file."""
        self.file.close()
        return self.out.getvalue()
