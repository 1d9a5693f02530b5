"""Every format is told by its bytes, and the same plan in each is read as the same plan."""

from __future__ import annotations

import base64
import io
import os
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image

from compliance.domain.documents.reading import Document, UnreadableDocument
from compliance.files.incoming import intake
from compliance.files.incoming.files import read_file
from compliance.files.incoming.office import office_program
from tests.building.office import CHAIR, HEADING, POLL, STAND, TITLE, Book, packed
from tests.building.places import ROOT

ROWS = [HEADING, STAND, CHAIR, POLL]
DOCUMENTS = ROOT / "tests" / "documents"


def read(content: bytes, name: str = "файл") -> tuple[Document, str]:
    document, facts = read_file(content, name)
    coverage = document.coverage
    assert coverage.characters == coverage.placed + coverage.unplaced + coverage.markup
    return document, facts.format


def rows_of(document: Document) -> list[tuple[str | None, ...]]:
    return [
        (one.number, one.measure, one.deadline_text, one.responsible[0].text)
        for one in document.items
    ]


def separated(sign: str) -> str:
    return "\n".join([TITLE, "", *(sign.join(row) for row in ROWS)])


def drawn(bars: str, cross: str, dash: str) -> str:
    """A table with a border between its rows, and cells of two lines."""
    sizes = [max(len(row[column]) for row in ROWS) // 2 + 8 for column in range(4)]
    border = cross + cross.join(dash * (size + 2) for size in sizes) + cross
    lines = [TITLE, border]
    for row in ROWS:
        halves = [cut(value, size) for value, size in zip(row, sizes, strict=True)]
        for part in (0, 1):
            cells = [half[part].ljust(size) for half, size in zip(halves, sizes, strict=True)]
            lines.append(f"{bars} " + f" {bars} ".join(cells) + f" {bars}")
        lines.append(border)
    return "\n".join(lines)


def cut(words: str, size: int) -> tuple[str, str]:
    """The words in two lines no longer than this."""
    if len(words) <= size:
        return words, ""
    place = words.rindex(" ", 0, size)
    return words[:place], words[place + 1 :]


def page(table: str) -> str:
    return f"<!DOCTYPE html><html><head><title>x</title></head><body><h1>{TITLE}</h1>{table}</body>"


def html() -> str:
    rows = "".join("<tr>" + "".join(f"<td>{one}</td>" for one in row) + "</tr>" for row in ROWS)
    return page(f"<table>{rows}</table>")


def roles() -> str:
    rows = "".join(
        '<div role="row">' + "".join(f'<span role="cell">{one}</span>' for one in row) + "</div>"
        for row in ROWS
    )
    return page(f'<div role="table">{rows}</div>')


def saved_page() -> bytes:
    body = base64.encodebytes(html().encode()).decode()
    return (
        "From: <Saved by a browser>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related; boundary="b"\n\n--b\n'
        "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
        f"{body}\n--b--\n"
    ).encode()


def with_macros() -> bytes:
    with zipfile.ZipFile(io.BytesIO(Book(*ROWS[1:]).content())) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    return packed(parts | {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 Sub Auto_Open()"})


WRITERS: dict[str, tuple[str, Callable[[], bytes | str]]] = {
    "tabs": ("txt", lambda: separated("\t")),
    "semicolons": ("csv", lambda: separated(";")),
    "bars": ("md", lambda: separated("|")),
    "commas": ("csv", lambda: separated(",")),
    "drawn with plus": ("txt", lambda: drawn("|", "+", "-")),
    "drawn with lines": ("txt", lambda: drawn("│", "┼", "─")),
    "a cell a line": ("txt", lambda: "\n".join([TITLE, *(one for row in ROWS for one in row)])),
    "blank lines between": (
        "txt", lambda: "\n\n".join([TITLE, *(one for row in ROWS for one in row)])
    ),
    "page": ("html", html),
    "page by roles": ("html", roles),
    "saved page": ("mht", saved_page),
    "xlsx": ("xlsx", lambda: Book(*ROWS[1:]).content()),
    "xlsm": ("xlsm", with_macros),
}  # fmt: skip


@pytest.mark.parametrize("writer", WRITERS)
def test_the_same_plan_is_read_from_every_format_whatever_the_file_is_called(writer):
    format, write = WRITERS[writer]
    written = write()
    content = written.encode() if isinstance(written, str) else written
    for name in ("план.txt", "план.docx", "план"):
        document, found = read(content, name)
        assert found == format and document.title == TITLE
        assert rows_of(document) == [STAND, CHAIR, POLL]
        assert document.warnings == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "cp866", "koi8-r"])
@pytest.mark.parametrize("writer", ["tabs", "semicolons", "page", "drawn with plus"])
def test_every_encoding_of_a_russian_office_is_told_by_its_bytes(writer, encoding):
    text = WRITERS[writer][1]()
    assert isinstance(text, str)
    plain = text.replace("№", "N").replace("«", '"').replace("»", '"')
    document, _format = read(plain.encode(encoding))
    assert rows_of(document) == [STAND, CHAIR, POLL]


# --- PDF ------------------------------------------------------------------------------------------


def test_a_pdf_with_a_text_layer_is_read_by_its_borders():
    document, format = read((DOCUMENTS / "struck-and-merged.pdf").read_bytes())
    assert format == "pdf"
    assert rows_of(document) == [
        ("1", "Обновить стенд у входа", "до 01.08.2026", "Иванова А.А."),
        ("2", "Купить кресло", "до 01.09.2026", "Петров П.П."),
        ("3", "Купить кресло", "до 01.12.2026", "Сидорова С.С."),
    ]
    assert document.sections[0].title == "Открытость и доступность информации"
    assert [(one.code, one.text) for one in document.warnings] == [("struck_text", "до 01.06.2026")]


def test_a_plan_of_several_pages_is_read_from_a_pdf_as_from_its_text(smolensk):
    """Rows go on over the pages' ends, and words are broken at their hyphens."""
    printed, _format = read((DOCUMENTS / "smolensk.pdf").read_bytes())
    original, _format = read(smolensk.read_bytes())
    assert len(printed.items) == 14 and printed.unplaced == printed.warnings == ()
    assert [replace(one, lines=(0, 0)) for one in printed.items] == [
        replace(one, lines=(0, 0)) for one in original.items
    ]


def test_a_scan_is_refused():
    out = io.BytesIO()
    Image.new("RGB", (60, 60), "white").save(out, "PDF")
    with pytest.raises(UnreadableDocument) as caught:
        read(out.getvalue())
    assert caught.value.code == "no_text_layer"


# --- Pages ----------------------------------------------------------------------------------------


def test_what_a_page_hides_or_strikes_out_is_withheld():
    head = "<tr>" + "".join(f"<th>{one}</th>" for one in HEADING) + "</tr>"
    table = (
        f"{head}<tr><td>1<td>Обновить <s>доску</s> стенд<td>до 01.06.2026<td>Иванова А.А.</tr>"
        '<tr style="display: none"><td>2<td>СКРЫТО<td>май<td>Петров П.П.</tr>'
        "<tr><td rowspan=2>3<td rowspan=2>Провести опрос<td>до 01.12.2026<td>Сидорова С.С.</tr>"
        "<tr><td><td>Петров П.П.</tr><tr><td colspan=4>II. Комфортность</tr>"
        "<tr><td>4<td>Купить:<ol><li>кресло<li>стол</ol><td>май<br>2026<td>Петров П.П.</tr>"
    )
    document, _format = read(page(f"<div hidden>тайна</div><table>{table}</table>").encode())
    assert [(one.code, one.text) for one in document.warnings] == [
        ("hidden_text", "тайна"),
        ("struck_text", "доску"),
        ("hidden_row", "2 СКРЫТО май Петров П.П."),
    ]
    assert [one.measure for one in document.items][-1] == "Купить: 1. кресло 2. стол"
    assert document.items[-1].deadline_text == "май 2026"
    assert document.sections[-1].title == "Комфортность"


def test_scripts_and_styles_of_a_page_are_no_text():
    document, _format = read(html().replace("<h1>", "<script>тайна</script><h1>").encode())
    assert document.coverage.unplaced == 0


def test_a_table_that_only_lays_out_the_page_is_none():
    layout = html().replace("<table>", "<table><tr><td>Меню<td><table>", 1)
    document, _format = read(layout.replace("</table>", "</table></table>").encode())
    assert rows_of(document) == [STAND, CHAIR, POLL]


# --- A cell a line --------------------------------------------------------------------------------


def test_a_row_with_a_cell_missing_is_read_as_far_as_it_goes_and_said():
    lines = [TITLE, *HEADING, *STAND, CHAIR[0], CHAIR[1], CHAIR[3], "II. Комфортность", *POLL]
    document, _format = read("\n".join(lines).encode())
    assert [one.measure for one in document.items] == [STAND[1], CHAIR[1], POLL[1]]
    assert [(one.code, one.line) for one in document.warnings][:1] == [("row_uncertain", 10)]


def test_a_blank_line_among_cells_is_an_empty_cell():
    lines = [TITLE, *HEADING, *STAND, CHAIR[0], CHAIR[1], "", CHAIR[3], *POLL]
    document, _format = read("\n".join(lines).encode())
    assert [one.deadline_text for one in document.items] == [STAND[2], None, POLL[2]]
    assert document.warnings == ()


# --- Old formats ----------------------------------------------------------------------------------


def old_spreadsheet() -> bytes:
    """An .ods of four rows, as plainly as one may be written."""
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    rows = "".join(
        "<table:table-row>"
        + "".join(
            '<table:table-cell office:value-type="string">'
            f"<text:p>{one}</text:p></table:table-cell>"
            for one in row
        )
        + "</table:table-row>"
        for row in [(TITLE,), *ROWS]
    )
    content = (
        f'<office:document-content xmlns:office="{office}office:1.0"'
        f' xmlns:table="{office}table:1.0" xmlns:text="{office}text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="План">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        f'<manifest:manifest xmlns:manifest="{office}manifest:1.0"><manifest:file-entry'
        ' manifest:full-path="/" manifest:media-type='
        '"application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
    )
    return packed(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": manifest.encode(),
        }
    )


def test_a_workbook_whose_formats_cannot_be_seen_is_read_plainly_and_said():
    document, format = read(old_spreadsheet())
    assert format == "ods" and rows_of(document) == [STAND, CHAIR, POLL]
    assert [one.code for one in document.warnings] == ["formats_unseen"]


def rtf() -> bytes:
    """A plan as Word writes it in RTF: the signs outside ASCII by their numbers."""
    cells = "".join(rf"\cellx{2000 * place}" for place in range(1, 5))
    rows = "".join(
        rf"\trowd{cells}" + "".join(rf"\pard\intbl {one}\cell" for one in row) + r"\row"
        for row in ROWS
    )
    text = rf"{{\rtf1\ansi\uc1 {TITLE}\par {rows}\pard\par}}"
    return "".join(one if one < "\x80" else rf"\u{ord(one)}?" for one in text).encode()


@pytest.mark.skipif(office_program() is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(("write", "format"), [(rtf, "rtf"), (old_spreadsheet, "ods")])
def test_old_formats_are_read_through_libreoffice(write, format):
    document, facts = intake.read_file(write(), "план", bounds=intake.Bounds(seconds=120))
    assert facts.format == format and rows_of(document) == [STAND, CHAIR, POLL]
    assert document.warnings == ()


@pytest.fixture
def office(monkeypatch, tmp_path):
    """Something that is called like LibreOffice and does what the test says."""

    def install(script: str) -> None:
        program = tmp_path / "soffice"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    return install


def test_an_old_file_is_made_new_before_it_is_read_and_its_facts_stay_its_own(office, tmp_path):
    (tmp_path / "made.xlsx").write_bytes(Book(*ROWS[1:]).content())
    office(
        'while [ "$1" != --outdir ]; do shift; done\n'
        f'mkdir -p "$2"; cp "{tmp_path}/made.xlsx" "$2/in.xlsx"'
    )
    content = old_spreadsheet()
    document, facts = intake.read_file(content, "план.xls")
    assert rows_of(document) == [STAND, CHAIR, POLL] and document.warnings == ()
    assert facts.format == "ods"
    assert facts.sha256 == read_file(content, "план.xls")[1].sha256


@pytest.mark.parametrize(
    ("script", "code"), [("exit 1", "damaged_file"), ("sleep 60", "takes_too_long")]
)
def test_a_program_that_makes_nothing_or_does_not_end_is_a_refusal(office, script, code):
    office(script)
    with pytest.raises(Exception) as caught:
        intake.read_file(rtf(), "план.rtf", bounds=intake.Bounds(seconds=2))
    assert caught.value.code == code


def test_without_libreoffice_one_sentence_says_how_to_save(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(UnreadableDocument) as caught:
        intake.read_file(rtf(), "план.rtf")
    assert (caught.value.code, caught.value.values) == ("needs_office", {"format": "rtf"})
