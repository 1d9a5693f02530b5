"""What is sent by mistake or in malice: read within bounds, or refused with one code."""

from __future__ import annotations

import io
import resource
import time
import zipfile

import pytest
from PIL import Image

from compliance.domain.documents.reading import OversizedDocument, UnreadableDocument
from compliance.files.incoming.files import open_document, read_file
from tests.building.office import (
    HEADING,
    STAND,
    TITLE,
    Book,
    cell,
    changed,
    in_list,
    level,
    numbering,
    packed,
    paragraph,
    plan,
    row,
    styles,
    table,
    word_file,
)

BODY, SHEET = "word/document.xml", "xl/worksheets/sheet1.xml"
ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
MEGABYTE = "а" * 1_000_000
WHOLE_SHEET = '<mergeCell ref="A1:XFD1048576"/>'
ALL_COLUMNS = '<col min="1" max="16384" hidden="1"/>'


def book() -> bytes:
    return Book(STAND).content()


def in_sheet(old: str, new: str) -> bytes:
    return changed(book(), SHEET, lambda text: text.replace(old, new, 1))


def without_a_member() -> bytes:
    """A package of which one member's bytes are others than it says."""
    content = bytearray(plan(row(*STAND)))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as package:
        place = package.getinfo(BODY).header_offset + 60
    content[place : place + 20] = b"\x00" * 20
    return bytes(content)


def with_rows(rows: str, after: str = "") -> bytes:
    """A workbook with further rows in its sheet."""
    return in_sheet("</sheetData>", f"{rows}</sheetData>{after}")


def many_rows(count: int) -> bytes:
    cells = '<c r="A{n}"><v>{n}</v></c><c r="C{n}"><v>1</v></c>'
    return with_rows("".join(f'<row r="{n}">{cells.format(n=n)}</row>' for n in range(5, count)))


def with_entity(content: bytes, part: str) -> bytes:
    """The package, one part of which names another file of the machine."""
    return changed(content, part, lambda text: ENTITY + text.rpartition("?>")[2])


def locked() -> bytes:
    """A PDF that says it is encrypted, with keys that no password fits."""
    out = io.BytesIO()
    Image.new("RGB", (10, 10)).save(out, "PDF")
    keys = f"/Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}>"
    said = f"trailer\n<< /ID [<41> <41>] /Encrypt << {keys} >>".encode()
    return out.getvalue().replace(b"trailer\n<<", said)


REFUSED = {
    "external entity": (lambda: with_entity(plan(row(*STAND)), BODY), "damaged_file"),
    "entity in a sheet": (lambda: with_entity(book(), SHEET), "damaged_file"),
    "damaged member": (without_a_member, "damaged_file"),
    "no document in it": (lambda: packed({"a.txt": b"text"}), "unknown_format"),
    "a cell of a megabyte": (lambda: plan(row("1", MEGABYTE, "май", "Я")), "cell_too_long"),
    "in a sheet": (
        lambda: with_rows(f'<row r="9"><c t="inlineStr"><is><t>{MEGABYTE}</t></is></c></row>'),
        "cell_too_long",
    ),
    "in a page": (lambda: f"<table><tr><td>{MEGABYTE}</table>".encode(), "too_much_text"),
    "in a text": (lambda: f"№\tМероприятие\n1\t{MEGABYTE}".encode(), "too_much_text"),
    "a hundred thousand rows": (lambda: many_rows(100_000), "too_many_cells"),
    "a far cell": (
        lambda: with_rows('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "too_many_cells",
    ),
    "a row beyond all": (
        lambda: with_rows('<row r="9999999"><c><v>1</v></c></row>'), "damaged_file",
    ),
    "merged over all": (
        lambda: with_rows("", f"<mergeCells>{WHOLE_SHEET * 50_000}</mergeCells>"),
        "too_many_cells",
    ),
    "a locked pdf": (locked, "encrypted"),
    "a deep page": (lambda: ("<div>" * 5_000 + "План").encode(), "too_many_cells"),
    "a page of tags": (lambda: ("<table>" + "<tr><td>1" * 260_000).encode(), "too_much_text"),
    "wide spans": (
        lambda: ("<table>" + ("<tr>" + "<td colspan=100>1" * 300) * 20).encode(), "too_much_text",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_costs_too_much_or_is_no_document_is_refused_at_once(kind):
    make, code = REFUSED[kind]
    content = make()
    began = time.process_time()
    with pytest.raises(UnreadableDocument) as caught:
        open_document(content, "план")
    assert caught.value.code == code
    assert time.process_time() - began < 8


def in_turn(depth: int) -> str:
    """Tables each in a cell of another."""
    inner = paragraph("Стенд")
    for _level in range(depth):
        inner = table(row(cell(inner + paragraph())), widths=(900,))
    return inner


READ = {
    "styles in a circle": lambda: plan(
        row(*STAND),
        styles=styles('<w:style w:type="paragraph" w:styleId="a"><w:basedOn w:val="a"/></w:style>'),
        before=paragraph("Приложение", properties='<w:pStyle w:val="a"/>'),
    ),
    "a list that names itself": lambda: plan(
        row(*STAND),
        before=paragraph("x", properties=in_list(8, 1)),
        numbering=numbering(*[level("upperRoman", "%1%2%3%4%5%6%7%8%9")] * 9),
    ),
    "tables in tables": lambda: word_file(paragraph(TITLE) + in_turn(20)),
    "a wide grid": lambda: word_file(table(row(*HEADING), row(*STAND), widths=(1,) * 5_000)),
    "hidden columns over and over": lambda: in_sheet(
        "<sheetData>", f"<cols>{ALL_COLUMNS * 20_000}</cols><sheetData>"
    ),
    "empty cells down to the end": lambda: in_sheet(
        "</sheetData>", '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    ),
    "a number of three hundred digits": lambda: with_rows(
        '<row r="9"><c r="A9"><v>1e300</v></c></row>'
    ),
    "bars": lambda: ("|" * 200_000).encode(),
    "borders": lambda: ("+-" * 20 + "\n|" + "+" * 100_000 + "|\n" + "+-" * 20 + "\n").encode(),
    "quotes": lambda: ('\t"' * 40_000 + "\n\t").encode(),
    "numbers, one a line": lambda: (
        "№\nМероприятие\nСрок\n" + "1\nДело\nмай\n" * 8_000
    ).encode(),
    "headings, one a line": lambda: ("№\nМероприятие\nСрок\n" * 6_000).encode(),
    "semicolons": lambda: (TITLE + "\n" + ("а;" * 10 + "\n") * 4_000).encode(),
}  # fmt: skip


@pytest.mark.parametrize("kind", READ)
def test_what_is_made_to_be_slow_is_not(kind):
    content = READ[kind]()
    began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    document, _facts = read_file(content, "план")
    coverage = document.coverage
    assert coverage.characters == coverage.placed + coverage.unplaced + coverage.markup
    assert time.process_time() - began < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 700_000  # kilobytes


# --- What small files cost more than they look ---------------------------------------------------


def seconds_to_read(content: bytes) -> tuple[float, str]:
    """(seconds of the processor, why it was refused or "" where it was read)."""
    began, code = time.process_time(), ""
    try:
        open_document(content, "файл")
    except (UnreadableDocument, OversizedDocument) as error:
        code = error.code
    return time.process_time() - began, code


def test_a_merged_cell_counts_in_each_row_that_it_covers():
    rows = "<tr><td>Стенд</td></tr>" * 299
    cell = f"<tr><td rowspan=300>{'а' * 90_000}</td><td>Стенд</td></tr>"
    _seconds, code = seconds_to_read(f"<html><table>{cell}{rows}</table></html>".encode())
    assert code == "too_much_text"


@pytest.mark.parametrize(
    "content",
    [
        f"<html><p style='{'text-decoration' * 20_000}'>План</p></html>",
        "План на 2026 год\n" + "|-" * 100_000,
        "MIME-Version: 1.0\nContent-Type: multipart/related; " + 'a="b"; ' * 20_000 + "\n\nx",
    ],
    ids=["a style without end", "a line of strokes", "a header without end"],
)
def test_no_words_are_read_for_seconds(content):
    assert seconds_to_read(content.encode())[0] < 5


def test_a_letter_as_a_number_opens_no_row_of_a_listed_table():
    lines = ["№", "Мероприятие", "Срок", "1", "Стенд", "май", "а)", "Сайт", "июнь", "2", "Кресло"]
    assert seconds_to_read("\n".join(["План на 2026 год", *lines, "июль"]).encode())[1] == ""


def test_a_column_below_the_first_is_no_column():
    columns = '<cols><col min="-999999999" max="1" hidden="1"/></cols>'
    spent, _code = seconds_to_read(in_sheet("<sheetData>", f"{columns}<sheetData>"))
    assert spent < 1
