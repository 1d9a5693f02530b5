"""Tables for office programs: nothing is run as a formula, nothing is cut without a word."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from compliance.files.outgoing.spreadsheets import SheetColumn, separated_lines, workbook

COLUMNS = [SheetColumn[list[str]]("Мероприятие", 60, lambda row: row[0])]


def cells(*texts: str) -> list[list[object]]:
    with translation.override("ru"), workbook("Доска", COLUMNS, [[one] for one in texts]) as file:
        return CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+7", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1",
        "＝1+1", "＋7", "－2", "＠SUM(A1)", "﹦1", "−2",
        " =1", "\u00a0=1", "\ufeff=1", "\u200b＝1",
    ],
)  # fmt: skip
def test_what_looks_like_a_formula_is_quoted_in_separated_text(text: str) -> None:
    _heading, line = separated_lines(["Текст"], [[text]])
    assert line.lstrip('"').startswith("'" + text[0])


@pytest.mark.parametrize("text", ["Пандус = 1", "№ 1", "«–»", "5−2", "Ёлка", ""])
def test_other_texts_stay_as_they_are(text: str) -> None:
    _heading, line = separated_lines(["Текст"], [[text]])
    assert line.strip("\r\n").strip('"') == text


def test_numbers_and_dates_are_no_texts() -> None:
    _heading, line = separated_lines(["a", "b", "c"], [[-2, Decimal("-1.5"), date(2026, 2, 3)]])
    assert line == "-2;-1,5;03.02.2026\r\n"


def test_a_text_as_long_as_a_cell_stays_whole() -> None:
    assert cells("Я" * 32_767) == [["Мероприятие"], ["Я" * 32_767]]


def test_a_longer_text_ends_with_three_dots_and_the_sheet_says_so() -> None:
    heading, first, second, blank, note = cells("Я" * 32_768, "Коротко")
    assert heading == ["Мероприятие"] and second == ["Коротко"] and blank == [""]
    assert first == ["Я" * 32_766 + "…"]
    assert str(note[0]).startswith("1 ячейка сокращена")


def test_signs_of_two_units_are_counted_as_a_workbook_counts_them() -> None:
    _heading, first, _blank, note = cells("😀" * 20_000)
    assert first == ["😀" * 16_383 + "…"]
    assert str(note[0]).startswith("1 ячейка сокращена")
