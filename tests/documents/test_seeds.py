"""The seeds of Kirov and Berezovsky, field by field: expected by where each cell stands in them.

The copies beside this test differ from the seeds in the names of persons only.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from compliance.domain.documents.reading import Document, Kind
from compliance.domain.documents.reading.document import Item
from compliance.files.incoming.files import read_file

HERE = Path(__file__).parent
KIROV, BEREZOVSKY = "kirov-institution-plan-2020", "berezovsky-execution-report-2024"
TAGS = re.compile(r"<[^>]*>")
SYLLABLE_TWICE = "му-"  # at the foot of a page, before "муниципальных" at the head of the next


def seed_lines(name: str) -> list[list[str]]:
    text = (HERE / "seeds" / f"{name}.txt").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.split("\n")]


def read(name: str) -> Document:
    path = HERE / "seeds" / f"{name}.txt"
    return read_file(path.read_bytes(), path.name)[0]


def cell_of(reference: str, lines: list[list[str]]) -> str | None:
    """The text that an expected cell names."""
    if reference == "-":
        return None
    if reference.startswith("="):
        return reference[2:-1]
    whole = ""
    for part in reference.split("+"):
        place, _, words = part.rstrip("]").partition("[")
        line, column = map(int, place.split(":"))
        text = " ".join(html.unescape(TAGS.sub(" ", lines[line - 1][column])).split())
        if words:
            first, last = words.split("..")
            text = text[text.index(first) :]
            text = text[: text.index(last) + len(last)]
        if whole.endswith("-"):
            whole = whole.removesuffix(SYLLABLE_TWICE).removesuffix("-") + text
        else:
            whole = f"{whole} {text}".strip()
    return whole or None


def expected(name: str, seed: str) -> Iterator[list[str | None]]:
    lines = seed_lines(seed)
    for row in (HERE / f"{name}.expected.txt").read_text(encoding="utf-8").splitlines():
        if row and not row.startswith("#"):
            section, number, *cells = (cell.strip() for cell in row.split(" | "))
            yield [section, None if number == "-" else number, *(cell_of(c, lines) for c in cells)]


def right_cells(found: list[list[str | None]], wanted: list[list[str | None]]) -> tuple[int, int]:
    """How many cells are right, and of how many; a row too few or too many has none right."""
    right = [
        (row, column, one)
        for row, (got, want) in enumerate(zip(found, wanted, strict=False))
        for column, one in enumerate(want)
        if got[column] == one
    ]
    total = sum(len(row) for row in (wanted if len(wanted) >= len(found) else found))
    return len(right), total


def points(value: float | None) -> str | None:
    return None if value is None else f"{value:g}".replace(".", ",")


def kirov_cells(section: str | None, item: Item) -> list[str | None]:
    parties = ", ".join(party.text for party in item.responsible)
    return [
        section, item.number, item.indicator, points(item.fact), points(item.maximum), item.measure,
        item.deadline_text, parties,
    ]  # fmt: skip


def test_every_cell_of_the_scanned_plan_of_kirov():
    document = read(KIROV)
    found = [kirov_cells(s.number, item) for s in document.sections for item in s.items]
    wanted = list(expected("kirov", KIROV))
    right, total = right_cells(found, wanted)
    print(f"Kirov: {right} of {total} cells right")  # noqa: T201 - the figure is asked for
    assert found == wanted
    assert (right, total) == (272, 272)


def test_its_sections_and_deadlines_are_whole_and_each_mend_is_told():
    document = read(KIROV)
    assert document.kind is Kind.INSTITUTION_PLAN and document.refusal is None
    assert [one.number for one in document.sections] == ["I", "II", "III", "IV", "V", "VI"]
    tied = [item.deadline_text for item in document.items if item.deadline_text]
    listed = [one for one in document.warnings if one.code == "deadline_without_measure"]
    # "Ежемесячно Ежеквартально" is one cell of the 38 and two deadlines.
    assert (len(tied), len(listed)) == (34, 5)
    assert [one.text for one in document.unplaced] == [
        "Постоянно", "Постоянно", "Постоянно", "2020 г.", "Постоянно",
    ]  # fmt: skip
    codes = {one.code for one in document.warnings}
    assert codes == {
        "cell_moved", "section_number_mended", "row_split", "responsible_inherited",
        "deadline_without_measure", "measure_missing",
    }  # fmt: skip
    mended = next(one for one in document.warnings if one.code == "section_number_mended")
    assert (mended.line, mended.text) == (84, "К → V")


def berezovsky_cells(section: str | None, item: Item) -> list[str | None]:
    return [section, item.number, item.indicator, item.measure, item.execution, item.result]


def test_every_cell_of_the_report_of_berezovsky():
    document = read(BEREZOVSKY)
    found = [berezovsky_cells(s.number, item) for s in document.sections for item in s.items]
    wanted = list(expected("berezovsky", BEREZOVSKY))
    right, total = right_cells(found, wanted)
    print(f"Berezovsky: {right} of {total} cells right")  # noqa: T201 - the figure is asked for
    assert found == wanted
    assert (right, total) == (456, 456)


def test_its_indicators_head_their_parts_and_shared_measures_are_marked():
    document = read(BEREZOVSKY)
    assert document.kind is Kind.EXECUTION_REPORT
    assert [one.number for one in document.sections] == ["I", "II", "III", "IV", "V"]
    parts = [item for item in document.items if "." in (item.number or "")]
    assert (len(document.items) - len(parts), len(parts)) == (23, 53)
    assert all(len(item.indicators) == 2 for item in parts)
    assert sum("measure" in item.shared for item in parts) == 19
    assert [(one.line, one.text) for one in document.unplaced] == [
        (126, "Директор"),
        (130, "О.О.Образцова"),
    ]


@pytest.mark.parametrize(
    ("number", "fact"),
    [
        ("1.1", ("сайт и социальные сети учреждения", 696, None, None)),
        ("1.1", ("распространение информационных листовок и буклетов", 2823, None, None)),
        ("5.1", ("принято", 38, None, "человек")),
        ("1.5", ("волонтеров", 328, None, "человека")),
        ("1.5", ("благотворительных средств на сумму", 6325765.69, None, "рублей")),
        ("8.1", ("обслужено", 59, None, "пациентов")),
    ],
)
def test_numbers_in_its_prose_are_offered_as_facts(number, fact):
    items = [item for item in read(BEREZOVSKY).items if item.number == number]
    found = [(one.name, one.value, one.of, one.unit) for item in items for one in item.facts]
    assert fact in found


def test_one_of_how_many_is_such_a_fact_too():
    (last,) = read(BEREZOVSKY).items[-1].facts
    assert (last.value, last.of, last.unit) == (716, 719, "опрошенных")


def test_broken_numbers_and_words_are_mended_and_told():
    document = read(BEREZOVSKY)
    told = [one.text for one in document.warnings if one.code == "number_mended"]
    assert told == ["2.10", "2.11", "2.12", "2.13"]
    mended = {one.text for one in document.warnings if one.code == "hyphen_mended"}
    assert {"телефону", "муниципальных", "правонарушениям", "деятельности"} <= mended
