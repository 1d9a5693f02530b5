"""Workbooks made to fill the memory or to keep the reader busy are refused at once."""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from compliance.domain.documents.reading import OversizedDocument, UnreadableDocument
from compliance.files.incoming.files import open_tables
from tests.building.people_workbooks import workbook

MOST = 10_000
SHEET = "xl/worksheets/sheet1.xml"


def with_sheet(rows: str, *, before: str = "", after: str = "", **parts: bytes) -> bytes:
    """A workbook of two sheets; the first of them holds these rows."""
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{rows}</sheetData>{after}</worksheet>"
    )
    return repacked({SHEET: text.encode()} | {k.replace("__", "/"): v for k, v in parts.items()})


def repacked(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1'><c r='A1'><v>1</v></c></row><row r='9'><c r='XFD1048576'><v>1</v></c></row>",
        '<row r="1"><c r="a1"><v>1</v></c></row><row r="9"><c r="xfd1048576"><v>1</v></c></row>',
        '<row r="1"><c r="XFD1"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>',
        '<row r="1"><c r = "A1"><v>1</v></c><c r = "XFD1048576"><v>1</v></c></row>',
        "<row>" + "<c><v>1</v></c>" * (MOST + 1) + "</row>",
        "<row>" + '<c r="A1"><v>1</v></c>' * (MOST + 1) + "</row>",
    ],
    ids=["far", "single quotes", "small letters", "row alone", "spaces", "unnumbered", "the same"],
)
def test_cells_that_reach_too_far_are_refused_before_they_are_laid_out(rows):
    with pytest.raises(OversizedDocument):
        open_tables(with_sheet(rows), MOST)


def test_a_prefix_does_not_hide_a_far_cell():
    far = (
        '<?xml version="1.0"?>'
        '<s:worksheet xmlns:s="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<s:sheetData><s:row r="1"><s:c r="A1"><s:v>1</s:v></s:c></s:row>'
        '<s:row r="1048576"><s:c r="XFD1048576"><s:v>1</s:v></s:c></s:row>'
        "</s:sheetData></s:worksheet>"
    )
    with pytest.raises(OversizedDocument):
        open_tables(repacked({SHEET: far.encode()}), MOST)


def test_a_sheet_kept_in_an_unusual_place_is_measured_too():
    far = with_sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="XFD1048576"/></row>')
    moved = zipfile.ZipFile(io.BytesIO(far)).read(SHEET)
    named = zipfile.ZipFile(io.BytesIO(far)).read("xl/_rels/workbook.xml.rels")
    rels = named.replace(b"worksheets/sheet1.xml", b"media/image1.png")
    parts = {"xl/media/image1.png": moved, "xl/_rels/workbook.xml.rels": rels}
    with pytest.raises(OversizedDocument):
        open_tables(repacked(parts), MOST)


def test_many_sheets_that_show_one_part_are_counted_each_time():
    rows = "".join(
        f'<row r="{n}">' + "<c><v>1</v></c>" * 60 + "</row>" for n in range(1, MOST // 100 + 1)
    )
    once = with_sheet(rows)
    assert open_tables(once, MOST)
    book = zipfile.ZipFile(io.BytesIO(once)).read("xl/workbook.xml")
    sheets = b"".join(b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(1, 9))
    start, end = book.index(b"<sheets>") + len(b"<sheets>"), book.index(b"</sheets>")
    several = book[:start] + sheets + book[end:]
    first = zipfile.ZipFile(io.BytesIO(once)).read(SHEET)
    with pytest.raises(OversizedDocument):
        open_tables(repacked({SHEET: first, "xl/workbook.xml": several}), MOST)


def test_a_merged_area_of_a_whole_sheet_is_refused():
    merged = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    with pytest.raises(OversizedDocument):
        open_tables(with_sheet("", after=merged), MOST)


def test_broken_markup_costs_no_time():
    began = time.monotonic()
    with pytest.raises(UnreadableDocument):
        open_tables(repacked({SHEET: b"<worksheet>" + b"<c" * 500_000}), MOST)
    assert time.monotonic() - began < 5


def test_a_declaration_of_entities_is_refused():
    bomb = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>'
    with pytest.raises(UnreadableDocument):
        open_tables(with_sheet(row, before=bomb), MOST)


def test_pictures_and_other_parts_that_are_no_xml_do_no_harm():
    picture = repacked({"xl/media/image1.png": b"\x89PNG\r\n\x1a\n\x00\x00<c r='XFD1048576'/>"})
    assert [sheet.name for sheet in open_tables(picture, MOST)] == ["Организации", "Люди"]
