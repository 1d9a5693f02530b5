"""Documents of every format, and mistakes made in them at random: what a reader must bear."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable

from tests.building import office
from tests.building.office import (
    CHAIR,
    HEADING,
    NAMES,
    POLL,
    STAND,
    TITLE,
    Book,
    cell,
    in_list,
    level,
    numbering,
    packed,
    paragraph,
    row,
    run,
)
from tests.building.places import ROOT

DOCUMENTS = ROOT / "tests" / "documents"
ROWS = [HEADING, STAND, CHAIR, POLL]
WILD = (
    "0", "-1", "1", "99999999999", "4294967295", "", "x", "NaN", "1e308", "true", "A0",
    "XFD1048576", "../../x", "\u202e", "%1%9", "[$-F800]0;;;@", "rId99",
)  # fmt: skip
ATTRIBUTE = re.compile(r'(?<==")[^"<>]*(?=")')
ELEMENT = re.compile(r"<[^<>]+>")
LONGEST_SLICE = 400  # characters taken out or said twice


def documents() -> dict[str, bytes]:
    """One document of each format, rich in what its reader knows."""
    table = "\n".join("\t".join(row) for row in ROWS)
    listed = "\n".join([TITLE, *(one for row in ROWS for one in row)])
    return {
        "docx": _word(),
        "xlsx": _workbook(),
        "html": _page().encode("cp1251"),
        "pdf": (DOCUMENTS / "struck-and-merged.pdf").read_bytes(),
        "txt": f"{TITLE}\n\n{table}\nУТВЕРЖДАЮ\nДиректор".encode(),
        "csv": f"{TITLE};;;\n{table.replace(chr(9), ';')}\n".encode("utf-16"),
        "md": f"# {TITLE}\n\n|{'|'.join(HEADING)}|\n|--|--|--|--|\n|{'|'.join(STAND)}|".encode(),
        "drawn": f"{TITLE}\n+--+---+\n| № | {' | '.join(HEADING[1:])} |\n+--+---+\n"
        f"| {' | '.join(STAND)} |\n+--+---+\n".encode("cp866", "ignore"),
        "listed": listed.replace("№", "N").encode("koi8-r", "replace"),
    }


def _word() -> bytes:
    """Lists, merged cells, changes, hidden words, a box, a note, a header."""
    box = paragraph(f"<w:r><w:txbxContent>{paragraph('СОГЛАСОВАНО')}</w:txbxContent></w:r>")
    change = f'<w:ins w:id="2">{run("кресло")}</w:ins><w:del w:id="1">{run("стул")}</w:del>'
    note = f"<w:footnote>{paragraph('сноска')}</w:footnote>"
    return office.plan(
        row(cell(paragraph(properties=in_list())), *STAND[1:]),
        row("2", cell(paragraph(run("Купить", "<w:strike/>"), change)), *CHAIR[2:]),
        row(*POLL[1:], properties='<w:gridBefore w:val="1"/>'),
        row(
            "4",
            cell("Стенд", '<w:vMerge w:val="restart"/>'),
            cell("май", '<w:gridSpan w:val="2"/>'),
        ),
        row("5", cell("", "<w:vMerge/>"), run("июнь", "<w:vanish/>"), "Петров П.П."),
        before=box,
        after='<w:sectPr><w:headerReference r:id="header1"/></w:sectPr>',
        numbering=numbering(level("decimal", "%1."), level("upperRoman", "%1.%2")),
        header1=f"<w:hdr {NAMES}>{paragraph('Приложение')}</w:hdr>",
        footnotes=f"<w:footnotes {NAMES}>{note}</w:footnotes>",
    )


def _workbook() -> bytes:
    """Number formats, merged and hidden cells, rich text, an error, a box, a hidden sheet."""
    day = {"num_format": "[$-419]d mmmm yyyy;@"}
    book = Book(STAND, ("2", "Купить", (46357, day), "Петров П.П."), POLL, ("4", "Сайт", 0.5, ""))
    book.sheet.merge_range(8, 0, 8, 3, "II. Комфортность")
    book.sheet.merge_range(9, 0, 10, 0, 5)
    book.sheet.set_row(5, None, None, {"hidden": True})
    struck = book.file.add_format({"font_strikeout": True})
    book.sheet.write_rich_string(9, 1, struck, "стол", " стул")
    book.sheet.write_formula(9, 2, "=1/0", None, "#DIV/0!")
    book.sheet.insert_textbox(0, 6, "УТВЕРЖДАЮ")
    book.add("Черновик", "Старое", (CHAIR,)).hide()
    return book.content()


def _page() -> str:
    rows = "".join("<tr>" + "".join(f"<td>{one}</td>" for one in row) + "</tr>" for row in ROWS)
    return (
        f"<html><body><h1>{TITLE}</h1><div hidden>тайна</div><table>{rows}"
        "<tr><td rowspan=2>4<td colspan=2>Стенд<ul><li>раз<li>два</ul><td><s>май</s> июнь</tr>"
        "<tr><td>Сайт<td>июль</tr></table></body></html>"
    )


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The document with a few mistakes in it: in its bytes, or in the text of one of its parts."""
    if content.startswith(b"PK") and chance.random() < 0.8:
        return _with_a_part_changed(content, chance)
    if chance.random() < 0.5 and not content.startswith((b"PK", b"%PDF")):
        return _with_text_changed(content, chance)
    broken = bytearray(content)
    for _change in range(chance.randint(1, 12)):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    return bytes(broken[: chance.randint(1, len(broken))] if chance.random() < 0.2 else broken)


def _with_a_part_changed(content: bytes, chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = chance.choice(sorted(parts))
    if chance.random() < 0.1:
        del parts[name]
    else:
        parts[name] = _with_text_changed(parts[name], chance)
    return packed(parts)


def _with_text_changed(content: bytes, chance: random.Random) -> bytes:
    text = content.decode("utf-8", "surrogateescape")
    for _change in range(chance.randint(1, 4)):
        text = chance.choice(CHANGES)(text, chance)
    return text.encode("utf-8", "surrogateescape")


def _one_of(pattern: re.Pattern[str], text: str, chance: random.Random) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return chance.choice(found) if found else None


def _value(text: str, chance: random.Random) -> str:
    """Another value in an attribute."""
    match = _one_of(ATTRIBUTE, text, chance)
    return text[: match.start()] + chance.choice(WILD) + text[match.end() :] if match else text


def _element(text: str, chance: random.Random) -> str:
    """A tag taken out, or made empty."""
    match = _one_of(ELEMENT, text, chance)
    if match is None:
        return text
    tag = match[0].replace(">", "/>") if chance.random() < 0.3 else ""
    return text[: match.start()] + tag + text[match.end() :]


def _words(text: str, chance: random.Random) -> str:
    """Wild words where something stood."""
    place = chance.randrange(len(text) + 1)
    return text[:place] + chance.choice(WILD) * chance.randint(1, 50) + text[place + 1 :]


def _twice(text: str, chance: random.Random) -> str:
    """A piece said twice, or several hundred times, or left out."""
    start = chance.randrange(len(text) + 1)
    piece = text[start : start + chance.randint(1, LONGEST_SLICE)]
    return text[:start] + piece * chance.choice((0, 2, 2, 300)) + text[start + len(piece) :]


CHANGES: tuple[Callable[[str, random.Random], str], ...] = (_value, _element, _words, _twice)
