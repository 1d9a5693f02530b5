"""The headings of sections as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.plans.headings import (
    MOST,
    Heading,
    next_number,
    read_headings,
    write_headings,
)
from compliance.domain.refusals import Refusal


@pytest.mark.parametrize(
    ("line", "number", "title"),
    [
        ("I. Открытость", "I", "Открытость"),
        ("  IV)  Вежливость   работников ", "IV", "Вежливость работников"),
        ("2.1. Сайт", "2.1", "Сайт"),
        ("3.Комфорт", "3", "Комфорт"),
        ("Комфортность условий", "", "Комфортность условий"),
        ("5 шагов к порядку", "", "5 шагов к порядку"),
        ("2026. Итоги", "", "2026. Итоги"),
        ("V.", "", "V."),
    ],
)
def test_a_number_stands_before_a_point_or_a_bracket(line, number, title):
    assert read_headings(line) == [Heading(title, number)]


def test_blank_lines_are_no_headings():
    assert [str(one) for one in read_headings("\n I. А\n\n \r\nБ\n")] == ["I. А", "Б"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("\n".join("А" * (MOST + 1)), "too_many_headings"),
        ("I. " + "а" * 1001, "heading_too_long"),
    ],
)
def test_what_the_tables_cannot_hold_is_refused(text, code):
    with pytest.raises(Refusal) as caught:
        read_headings(text)
    assert caught.value.code == code


@given(st.lists(st.text(st.sampled_from("IVX12.) абв"), max_size=12), max_size=MOST))
def test_what_is_written_is_read_back(lines):
    found = read_headings("\n".join(lines))
    assert read_headings(write_headings(found)) == found


@pytest.mark.parametrize(
    ("section", "numbers", "expected"),
    [
        ("II", ["2.1", "2.2"], "2.3"),
        ("IV", [], "4.1"),
        ("XIX", [], "19.1"),
        ("3", [], "3.1"),
        ("", [], ""),
        ("", ["9."], "10."),
        ("I", ["1.9"], "1.10"),
        ("I", ["а)"], ""),
    ],
)
def test_a_new_measure_carries_the_numbers_on(section, numbers, expected):
    assert next_number(section, numbers) == expected


def test_a_number_fits_its_column_of_twenty_signs():
    assert next_number("I", ["11.1.1.1.1.1.1.1.1.8"]) == "11.1.1.1.1.1.1.1.1.9"
    assert len(next_number("I", ["11.1.1.1.1.1.1.1.1.9"])) == 20
    assert len(next_number("VII раздел с длинным именем", [])) == 20
