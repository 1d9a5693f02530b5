"""What reading costs grows as its input does: no expression and no reader takes it squared.

Seconds of computing, not of waiting, are compared, and only where they can be measured: four times
the input may take eight times as long (it takes four); an expression that goes over its text again
for each of its characters takes sixteen.
"""

from __future__ import annotations

import ast
import importlib
import io
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import docx
import pytest
import xlsxwriter
from docx.oxml import parse_xml

import compliance.domain
import compliance.files
import compliance.services
from compliance.files.incoming.files import read_file

SMALL, LARGE = 1_500, 6_000
MEASURABLE = 0.003  # seconds; a squared expression takes 0.01 and more
MOST_GROWTH = 8.0
SIGNS = (
    " ", "\n", "\t", "1", "1.", "1.1 ", "12 ", "2016 ", "2016-", "01.01.2016 ", "а", "А", "Аб ",
    "a", "a.", "слово ", "А. ", "-", "– ", "«", "«а»", '"', "(", ")", "№", "№ 1 ", ",", ", ", ";",
    ".", "_", "|", "|-", "* ", "=", "<", "<a ", "&", "&a", "г. ", "\\", "@a.", "::", "й",
)  # fmt: skip


def expressions() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every expression of the domain, the readers and the services, with its place."""
    for package in (compliance.domain, compliance.files, compliance.services):
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                yield from named(f"{found.name}.{name}", value)
            for place, text in written_in_place(module.__file__ or ""):
                yield f"{found.name}:{place}", re.compile(text)


def named(place: str, value: object) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The expressions in a module's variable: itself, or those in a tuple, list or dict."""
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield place, value
    elif isinstance(value, dict):
        for one in (*value.keys(), *value.values()):
            yield from named(place, one)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from named(place, one)


def written_in_place(path: str) -> Iterator[tuple[int, str]]:
    """Expressions given to `re.search` and the like as a plain text, with their lines."""
    if not path:
        return
    with open(path, encoding="utf-8") as source:
        tree = ast.parse(source.read())
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield node.lineno, first.value


def grows_too_fast(work: Callable[[str], object], text: Callable[[int], str]) -> bool:
    """Whether four times the text takes more than eight times as long, four times in a row."""
    return all(_grew(work, text) for _again in range(4))


def _grew(work: Callable[[str], object], text: Callable[[int], str]) -> bool:
    large = seconds(work, text(LARGE))
    return large > MEASURABLE and large > MOST_GROWTH * seconds(work, text(SMALL))


def seconds(work: Callable[[Any], object], given: Any) -> float:
    """Seconds of computing that the work takes."""
    began = time.process_time()
    work(given)
    return time.process_time() - began


def texts(pattern: str) -> Iterator[Callable[[int], str]]:
    """Texts of any length that tempt this expression: signs and its own words, over and over."""
    words = sorted(set(re.findall(r"[а-яёА-ЯЁa-z№]{3,}", pattern)), key=len)[-6:]
    for sign in (*SIGNS, *(f"{word} " for word in words), *words):
        for before in ("", "1", *words[-2:]):
            yield (
                lambda size, sign=sign, before=before: before + sign * (size // len(sign)) + "\x01"
            )


ALL = {pattern.pattern: (place, pattern) for place, pattern in expressions()}


def test_the_expressions_are_found():
    assert len(ALL) > 60
    places = {place.rpartition(".")[2] for place, _pattern in expressions()}
    assert {"ITEM_NUMBER", "NUMBER_CELL", "RULE"} <= places


def test_every_expression_takes_time_as_its_text_grows():
    wrong = [
        (place, text(40))
        for place, pattern in ALL.values()
        for text in texts(pattern.pattern)
        if grows_too_fast(pattern.search, text)
    ]
    assert wrong == []


def test_the_test_above_sees_an_expression_that_does_not():
    squared = re.compile(r"^\s*\d+\s*[.)]?\s*$")
    assert any(grows_too_fast(squared.search, text) for text in texts(squared.pattern))


def table(size: int, cell: str) -> list[list[str]]:
    """A plan of so many measures, each with this text in its cells."""
    head = ["№", "Мероприятие", "Срок реализации", "Ответственный"]
    rows = [
        [str(n + 1), f"Дело {n} {cell}", f"{cell} май 2026", f"{cell}, директор"]
        for n in range(size)
    ]
    return [head, *rows]


def as_text(rows: list[list[str]], mark: str) -> bytes:
    return ("План на 2026 год\n\n" + "\n".join(mark.join(row) for row in rows)).encode()


def as_markdown(rows: list[list[str]]) -> bytes:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(["План на 2026 год", "", lines[0], "|---|---|---|---|", *lines[1:]]).encode()


def as_workbook(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "План на 2026 год")
        for place, row in enumerate(rows, start=1):
            sheet.write_row(place, 0, row)
    return out.getvalue()


def as_word(rows: list[list[str]]) -> bytes:
    cells = [
        "<w:tr>"
        + "".join(f"<w:tc><w:p><w:r><w:t>{c}</w:t></w:r></w:p></w:tc>" for c in row)
        + "</w:tr>"
        for row in rows
    ]
    made = docx.Document()
    made.add_paragraph("План на 2026 год")
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    made.element.body.insert(1, parse_xml(f"<w:tbl {names}>{''.join(cells)}</w:tbl>"))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def as_page(rows: list[list[str]]) -> bytes:
    cells = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    return f"<html><p>План на 2026 год</p><table>{cells}</table></html>".encode()


WRITERS: dict[str, Callable[[list[list[str]]], bytes]] = {
    "html": as_page,
    "txt": lambda rows: as_text(rows, "\t"),
    "tsv": lambda rows: as_text(rows, "\t"),
    "csv": lambda rows: as_text(rows, ";"),
    "md": as_markdown,
    "xlsx": as_workbook,
    "docx": as_word,
}
# Few rows with long cells, and many rows with short ones; the larger has four times the signs.
# So many rows that a look at all of them for each one outweighs what each costs by itself.
SHAPES = {"rows": (500, 2_000, 1, 1), "cells": (3, 3, 250, 1_000)}
IN_CELLS = {"rows": ("слово ", "1.1. "), "cells": ("слово ", "1.1. ", " " * 6, "«а» ", "г. Б ")}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("format", WRITERS)
def test_a_reader_takes_time_as_its_file_grows(format, shape):
    few, many, short, long = SHAPES[shape]
    wrong = []
    for sign in IN_CELLS[shape]:
        small, large = (
            WRITERS[format](table(rows, sign * times))
            for rows, times in ((few, short), (many, long))
        )

        def grew(small: bytes = small, large: bytes = large) -> bool:
            took = seconds(lambda content: read_file(content, f"a.{format}"), large)
            return took > 0.2 and took > MOST_GROWTH * seconds(
                lambda content: read_file(content, f"a.{format}"), small
            )

        if all(grew() for _again in range(3)):
            wrong.append(sign)
    assert wrong == []
