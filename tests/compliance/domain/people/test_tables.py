"""Cells of a table of people read without a database: headings, blanks, dates, odd signs."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.folding import name_key
from compliance.domain.people.tables import grouped, read_people
from compliance.domain.people.vocabulary import KINDS, ROLES, code_of, nearest

HEAD = ["Фамилия, имя, отчество", "Электронная почта", "Организация", "Роль", "Работает с"]
ROW = ["Учебнова Анна", "a@example.org", "Центр", "Куратор", ""]


def read(*rows, name="Люди"):
    return read_people([(name, [HEAD, *rows])])


def test_headings_are_known_in_any_case_place_and_company():
    rows = [
        ["Список работников", "", "", "", ""],
        ["телефон", " РОЛЬ * ", "организация", "e-MAIL", "фио"],
        ["8 800", "куратор", "Центр", " A@Example.ORG ", " Учебнова\u00a0 Анна\x00 "],
    ]
    table = read_people([("ЛЮДИ (2026)", rows)])
    assert table.problems == []
    (row,) = table.people
    assert (row.full_name, row.email, row.role) == ("Учебнова Анна", "a@example.org", "coordinator")
    assert row.line == 3


@pytest.mark.parametrize(
    "value", [date(2026, 9, 1), datetime(2026, 9, 1), "01.09.2026", "1.9.2026 г.", "2026-09-01"]
)
def test_a_date_may_be_a_date_or_words(value):
    assert read([*ROW[:4], value]).people[0].starts_on == date(2026, 9, 1)


@pytest.mark.parametrize("value", [45000.5, True, "скоро", "29.02.2025", "32.01.2026", "0"])
def test_what_is_no_date_is_told(value):
    assert [one.code for one in read([*ROW[:4], value]).problems] == ["bad_date"]


def test_missing_and_repeated_headings_are_told_and_the_sheet_is_not_read():
    missing = read_people([("Люди", [HEAD[:2], ROW])])
    assert {(one.column, one.code) for one in missing.problems} == {
        ("Организация", "column_missing"), ("Роль", "column_missing"),
    }  # fmt: skip
    twice = read_people([("Люди", [[*HEAD, "Роль"], ROW])])
    assert [one.code for one in twice.problems] == ["column_twice"] and not twice.people
    assert [one.code for one in read_people([("Лист1", [HEAD])]).problems] == ["no_sheet"]


def test_examples_and_blank_rows_are_passed_over():
    table = read(["Пример: Учебнова", "x", "", "", ""], ["", " ", "\u200b", "", ""], ROW)
    assert (len(table.people), table.examples, table.problems) == (1, 1, [])


def test_ten_thousand_rows_are_read_and_one_more_is_not():
    assert len(read(*[ROW] * 10_000).people) == 10_000
    assert [one.code for one in read(*[ROW] * 10_001).problems] == ["too_many_rows"]


def test_one_address_is_one_person_and_a_login_belongs_to_the_address_beside_it():
    head = [*HEAD, "Логин"]
    rows = [[*ROW, "anna"], ["Учебнова Анна", "", "Центр", "Куратор", "", "anna"]]
    table = read_people([("Люди", [head, *rows])])
    assert [(len(mine), problem) for mine, problem in grouped(table.people)] == [(2, None)]


def test_names_are_compared_without_case_quotes_and_yo():
    assert name_key("ГБУ «Надёжный дом»") == name_key('гбу  "НАДЕЖНЫЙ ДОМ"')
    assert nearest("Надежный домм", {"надежный дом": "Надёжный дом"}) == "Надёжный дом"
    assert code_of("  ДИРЕКТОР", ROLES) == "director"


@given(st.lists(st.lists(st.one_of(st.text(), st.floats(), st.none(), st.dates()), max_size=6)))
def test_no_cell_breaks_the_reading(rows):
    table = read(*rows)
    assert all(row.full_name and row.role in ROLES for row in table.people)


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("executor", "ответственный исполнитель, ИСПОЛНИТЕЛЬ"),
        ("director", "руководитель учреждения, директор, руководитель"),
        ("coordinator", "куратор"),
        ("inspector", "проверяющий, инспектор"),
        ("head", "руководитель органа власти, министр"),
        ("council", "член общественного совета, член совета"),
        ("hr", "кадры и премирование, кадры"),
        ("administrator", "администратор"),
    ],
)
def test_a_role_is_known_by_each_of_its_names(role, words):
    for word in words.split(", "):
        assert code_of(word, ROLES) == role, word


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("ministry", "министерство, департамент, орган власти"),
        ("institution", "учреждение"),
        ("council", "общественный совет, совет"),
    ],
)
def test_a_kind_of_organisation_is_known_by_each_of_its_names(kind, words):
    for word in words.split(", "):
        assert code_of(word, KINDS) == kind, word


def test_the_template_shows_the_first_name_of_each_role():
    assert [names[0] for names in ROLES.values()] == [
        "Ответственный исполнитель", "Руководитель учреждения", "Куратор", "Проверяющий",
        "Руководитель органа власти", "Член общественного совета", "Кадры и премирование",
        "Администратор",
    ]  # fmt: skip
