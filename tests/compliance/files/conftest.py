"""The seed documents, and the same table written in every format the system takes."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
import xlsxwriter

from tests.building.places import DOCUMENTS, SEEDS

Line = list[str]


def copies_and_seeds(name: str) -> list[Path]:
    """Our copy of a seed, and the seed itself where it stands beside the repository."""
    return [path for path in (DOCUMENTS / name, SEEDS / name) if path.exists()]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for fixture, name in (
        ("smolensk", "smolensk-regional-plan-2017-2018.txt"),
        ("kemerovo", "kemerovo-rating-findings-plans-2016.txt"),
    ):
        if fixture in metafunc.fixturenames:
            paths = copies_and_seeds(name)
            metafunc.parametrize(fixture, paths, ids=[path.parent.name for path in paths])


@pytest.fixture
def other_seeds() -> list[Path]:
    """The seeds of which we keep no copy, where they stand beside the repository."""
    return [path for path in sorted(SEEDS.glob("*.txt")) if not (DOCUMENTS / path.name).exists()]


def lines_of(path: Path) -> list[Line]:
    """The lines that are not blank, each as its cells."""
    text = path.read_text(encoding="utf-8")
    return [line.split("\t") for line in text.split("\n") if line.strip()]


def as_txt(lines: list[Line]) -> bytes:
    return "\n".join("\t".join(line) for line in lines).encode()


def as_csv(lines: list[Line]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, delimiter=";").writerows(lines)
    return stream.getvalue().encode("utf-8-sig")


def as_tsv(lines: list[Line]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, delimiter="\t").writerows(lines)
    return stream.getvalue().encode("utf-16")


def as_md(lines: list[Line]) -> bytes:
    written: list[str] = []
    for line in lines:
        if len(line) == 1:
            written += [line[0], ""]
            continue
        written.append("| " + " | ".join(line) + " |")
        if line[0].startswith("№"):
            written.append("|" + "---|" * len(line))
    return "\n".join(written).encode()


def as_xlsx(lines: list[Line]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(lines):
            for column, cell in enumerate(line):
                sheet.write_string(row, column, cell)
    return stream.getvalue()


def as_docx(lines: list[Line]) -> bytes:
    """Paragraphs and one table; a row with only its first cell filled is merged across."""
    document = docx.Document()
    table = None
    for line in lines:
        if len(line) == 1:
            document.add_paragraph(re.sub(r"\*\*", "", line[0]))
            continue
        table = table or document.add_table(rows=0, cols=len(line))
        cells = table.add_row().cells
        if any(line[1:]):
            for cell, value in zip(cells, line, strict=True):
                cell.text = value
        else:
            cells[0].merge(cells[-1]).text = line[0]
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def as_html(lines: list[Line]) -> bytes:
    """Paragraphs and one table, whose cells keep the tags that stand in them."""
    written, rows = [], []
    for line in lines:
        if len(line) > 1:
            rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>")
            continue
        written += [f"<table>{''.join(rows)}</table>"] * bool(rows) + [f"<p>{line[0]}</p>"]
        rows = []
    written += [f"<table>{''.join(rows)}</table>"] * bool(rows)
    return f"<html><body>{''.join(written)}</body></html>".replace("**", "").encode()


WRITERS: dict[str, Callable[[list[Line]], bytes]] = {
    "txt": as_txt,
    "csv": as_csv,
    "tsv": as_tsv,
    "md": as_md,
    "xlsx": as_xlsx,
    "docx": as_docx,
    "html": as_html,
}


@pytest.fixture(params=sorted(WRITERS))
def written(request: pytest.FixtureRequest) -> Callable[[Path], tuple[bytes, str]]:
    """Writes a text with tabs again as a file of one format: its bytes and its name."""
    return lambda path: (WRITERS[request.param](lines_of(path)), f"plan.{request.param}")
