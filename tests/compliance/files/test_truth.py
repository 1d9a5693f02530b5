"""Random plans written in every format are read back as they were, or a person is told."""

from __future__ import annotations

import csv
import html
import io
import random
import re
from collections.abc import Callable

import pytest

from compliance.files.incoming.files import read_file
from tests.building.office import HEADING, TITLE, Book, plan, row

ROUNDS = 25
WORDS = (
    "обновить", "стенд", "сайт", "в", "учреждении", "«Липки»", '"Горячая линия"', "3,5", "1.5 %",
    "№ 5", "и/или", "(при наличии)", "e-mail", "a@b.ru", "–", "x|y", "a;b", "C&A", "<b и", "<5",
    "> 5",
    "50\\60", "*", "_", "ё", "й", "№", "100500", "т.д.", "#1", "~", "=", "+7", "'",
)  # fmt: skip
DEADLINES = ("до 01.06.2026", "май 2026", "ежеквартально", "I квартал 2026 г.", "постоянно")
PEOPLE = ("Иванова А.А.", "директор", "Петров П.П.", "заведующий отделением")
Row = tuple[str, str, str, str]


def random_plan(chance: random.Random) -> list[Row]:
    return [
        (
            str(number),
            " ".join(["Сделать", *chance.choices(WORDS, k=chance.randint(1, 8))]),
            chance.choice(DEADLINES),
            chance.choice(PEOPLE),
        )
        for number in range(1, chance.randint(2, 7))
    ]


def as_text(rows: list[Row]) -> bytes:
    return "\n".join([TITLE, *("\t".join(one) for one in [HEADING, *rows])]).encode()


def as_separated(rows: list[Row], sign: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=sign).writerows([(TITLE,), HEADING, *rows])
    return out.getvalue().encode("utf-8-sig")


def as_markdown(rows: list[Row]) -> bytes:
    def line(cells: tuple[str, ...]) -> str:
        return "| " + " | ".join(re.sub(r"([\\|*_~<>#=`])", r"\\\1", one) for one in cells) + " |"

    return "\n".join([f"# {TITLE}", "", line(HEADING), "|--|--|--|--|", *map(line, rows)]).encode()


def as_page(rows: list[Row]) -> bytes:
    written = "".join(
        "<tr>" + "".join(f"<td>{html.escape(one)}</td>" for one in cells) + "</tr>"
        for cells in [HEADING, *rows]
    )
    return f"<html><body><p>{TITLE}</p><table>{written}</table></body></html>".encode()


def as_workbook(rows: list[Row]) -> bytes:
    return Book(*((int(one[0]), *one[1:]) for one in rows), strings_to_formulas=False).content()


def as_word(rows: list[Row]) -> bytes:
    return plan(*(row(*(html.escape(one) for one in cells)) for cells in rows))


WRITERS: dict[str, Callable[[list[Row]], bytes]] = {
    "txt": as_text,
    "tsv": lambda rows: as_separated(rows, "\t"),
    "csv": lambda rows: as_separated(rows, ";"),
    "commas": lambda rows: as_separated(rows, ","),
    "md": as_markdown,
    "html": as_page,
    "xlsx": as_workbook,
    "docx": as_word,
}


@pytest.mark.parametrize("format", WRITERS)
def test_a_random_plan_comes_back_as_it_was(format):
    chance = random.Random(f"{format} 442")
    for _round in range(ROUNDS):
        rows = random_plan(chance)
        document, _facts = read_file(WRITERS[format](rows), "план")
        assert [
            (one.number, one.measure, one.deadline_text, one.responsible[0].text)
            for one in document.items
        ] == rows
        assert document.title == TITLE and document.coverage.unplaced == 0
