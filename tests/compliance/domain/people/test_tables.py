"""Cells of a table of people read without a database: headings, blanks, dates, odd signs."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.folding import name_key
from compliance.domain.people.tables import (
    OrganisationRow,
    PersonRow,
    RowProblem,
    grouped,
    read_people,
)
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


# --- Each heading, limit and complaint ----------------------------------------------------------

PLACE_HEAD = ["Наименование", "Вид"]
PLACE = ["ГБУ «Дом»", "Учреждение"]


def read_places(*rows, head=PLACE_HEAD, name="Организации"):
    return read_people([(name, [head, *rows])])


@pytest.mark.parametrize(
    ("name", "is_read"),
    [
        ("Организации", True), ("УЧРЕЖДЕНИЯ области", True), ("Люди", False),
        ("Сотрудники", False), ("Работники 2026", False),
    ],
)  # fmt: skip
def test_a_sheet_is_known_by_how_its_name_begins(name, is_read):
    table = read_people([(name, [PLACE_HEAD if is_read else HEAD, PLACE if is_read else ROW])])
    assert (len(table.organisations), len(table.people)) == ((1, 0) if is_read else (0, 1))


@pytest.mark.parametrize("name", ["Мои организации", "Прочие люди", "Лист1"])
def test_other_sheets_are_left_alone(name):
    assert read_people([(name, [HEAD, ROW]), ("Люди", [HEAD, ROW])]).problems == []
    assert read_people([(name, [HEAD, ROW])]).problems == [RowProblem("", 0, "", "no_sheet")]


def test_a_workbook_without_rows_is_told():
    assert read_people([("Люди", [HEAD])]).problems == [RowProblem("", 0, "", "no_rows")]


@pytest.mark.parametrize(
    ("field", "headings"),
    [
        ("short_name", "краткое наименование, СОКРАЩЁННОЕ НАИМЕНОВАНИЕ"),
        ("parent", "входит в, вышестоящая организация, подчиняется"),
        ("rating_group", "группа рейтинга, группа"),
        ("municipality", "муниципалитет, муниципальное образование, территория"),
    ],
)
def test_a_column_of_organisations_is_known_by_each_of_its_headings(field, headings):
    for heading in headings.split(", "):
        (row,) = read_places([*PLACE, "так"], head=[*PLACE_HEAD, heading]).organisations
        assert getattr(row, field) == "так", heading


@pytest.mark.parametrize("name", ["Полное наименование", "Организация", "Учреждение"])
@pytest.mark.parametrize("kind", ["Вид организации", "Тип"])
def test_name_and_kind_have_other_headings_too(name, kind):
    (row,) = read_places(PLACE, head=[name, kind]).organisations
    assert row == OrganisationRow(2, "ГБУ «Дом»", "institution")


@pytest.mark.parametrize(
    ("field", "headings", "value", "said"),
    [
        ("login", "Логин, Имя для входа", "anna", "anna"),
        ("post", "Должность", "методист", "методист"),
        ("starts_on", "Работает с, С, Дата начала", "01.02.2026", date(2026, 2, 1)),
        ("ends_on", "Работает по, По, Дата окончания", "01.02.2026", date(2026, 2, 1)),
    ],
)
def test_a_column_of_people_is_known_by_each_of_its_headings(field, headings, value, said):
    for heading in headings.split(", "):
        (row,) = read_people([("Люди", [[*HEAD[:4], heading], [*ROW[:4], value]])]).people
        assert getattr(row, field) == said, heading


@pytest.mark.parametrize("name", ["ФИО", "Ф.И.О."])
@pytest.mark.parametrize("email", ["Адрес электронной почты", "E-mail", "Почта"])
def test_name_and_address_of_a_person_have_other_headings_too(name, email):
    (row,) = read_people([("Люди", [[name, email, "Учреждение", "Роль"], ROW[:4]])]).people
    assert row == PersonRow(2, "Учебнова Анна", "a@example.org", "Центр", "coordinator")


def test_headings_stand_within_the_first_ten_rows():
    blank = [["", "", "", "", ""]]
    assert len(read_people([("Люди", [*blank * 9, HEAD, ROW])]).people) == 1
    assert read_people([("Люди", [*blank * 10, HEAD, ROW])]).problems == [
        RowProblem("Люди", 1, column, "column_missing")
        for column in ("Фамилия, имя, отчество", "Электронная почта", "Организация", "Роль")
    ]


def test_of_missing_headings_those_are_told_that_the_fullest_row_lacks():
    rows = [["Роль"], ["ФИО", "Почта", "Роль"], ["ФИО"]]
    assert read_people([("Люди", rows)]).problems == [
        RowProblem("Люди", 1, "Организация", "column_missing")
    ]


@pytest.mark.parametrize(
    ("heading", "most"),
    [
        ("Наименование", 500), ("Краткое наименование", 200), ("Входит в", 500),
        ("Группа рейтинга", 200), ("Муниципалитет", 200),
    ],
)  # fmt: skip
def test_a_cell_of_organisations_holds_so_many_letters(heading, most):
    def problems(length):
        cells = {**dict(zip(PLACE_HEAD, PLACE, strict=True)), heading: "д" * length}
        return read_places(list(cells.values()), head=list(cells)).problems

    assert problems(most) == []
    assert problems(most + 1) == [
        RowProblem("Организации", 2, heading, "too_long", {"text": str(most), "guess": ""})
    ]


@pytest.mark.parametrize(
    ("heading", "most"),
    [
        ("Фамилия, имя, отчество", 200), ("Организация", 500), ("Логин", 150), ("Должность", 300),
    ],
)  # fmt: skip
def test_a_cell_of_people_holds_so_many_letters(heading, most):
    head = [*HEAD[:4], "Логин", "Должность"]

    def problems(length):
        cells = {**dict(zip(head, [*ROW[:4], "", ""], strict=True)), heading: "д" * length}
        return read_people([("Люди", [head, list(cells.values())])]).problems

    assert problems(most) == []
    assert problems(most + 1) == [
        RowProblem("Люди", 2, heading, "too_long", {"text": str(most), "guess": ""})
    ]


def test_an_address_holds_254_letters():
    host = "@" + "b" * 60 + ".org"
    fits = "a" * (254 - len(host)) + host
    assert read([ROW[0], fits, *ROW[2:]]).problems == []
    assert [one.code for one in read([ROW[0], f"a{fits}", *ROW[2:]]).problems] == ["too_long"]


@pytest.mark.parametrize("day", ["01.01.1950", "31.12.2100"])
def test_the_first_and_the_last_day_that_can_be_meant(day):
    assert read([*ROW[:4], day]).problems == []


@pytest.mark.parametrize(
    ("day", "said"), [("31.12.1949", "31.12.1949"), ("2101-01-01", "01.01.2101")]
)
def test_a_day_beyond_them_is_absurd(day, said):
    assert read([*ROW[:4], day]).problems == [
        RowProblem("Люди", 2, "Работает с", "absurd_date", {"text": said, "guess": ""})
    ]


PEOPLE_HEAD = [*HEAD, "Работает по", "Логин", "Должность"]
GOOD = ["Учебнова Анна", "a@example.org", "Центр", "Куратор", "", "", "", ""]


@pytest.mark.parametrize(
    ("column", "value", "code", "text", "guess"),
    [
        ("Фамилия, имя, отчество", "", "empty_cell", "", ""),
        ("Электронная почта", "", "empty_cell", "", ""),
        ("Организация", " ", "empty_cell", "", ""),
        ("Роль", "", "empty_cell", "", ""),
        ("Роль", "Куратр", "unknown_role", "Куратр", "Куратор"),
        ("Роль", "н" * 50, "unknown_role", "н" * 50, ""),
        ("Фамилия, имя, отчество", "=1+1", "formula", "=1+1", ""),
        ("Должность", "+7 800", "formula", "+7 800", ""),
        ("Должность", "@" + "д" * 50, "formula", "@" + "д" * 39, ""),
        ("Должность", "-", "formula", "-", ""),
        ("Электронная почта", "анна@example.org", "email_cyrillic", "анна@example.org", ""),
        ("Электронная почта", "anna@exаmple.org", "email_cyrillic", "anna@exаmple.org", ""),
        ("Электронная почта", "anna", "bad_email", "anna", ""),
        ("Электронная почта", "a..b@example.org", "bad_email", "a..b@example.org", ""),
        ("Электронная почта", "x" * 100, "bad_email", "x" * 80, ""),
        ("Логин", "анна анна", "bad_login", "анна анна", ""),
        ("Работает с", "завтра" * 20, "bad_date", ("завтра" * 20)[:80], ""),
    ],
)
def test_a_cell_that_cannot_be_taken_is_told_with_its_place(column, value, code, text, guess):
    row = dict(zip(PEOPLE_HEAD, GOOD, strict=True)) | {column: value}
    table = read_people([("Люди", [PEOPLE_HEAD, list(row.values())])])
    assert table.people == []
    assert table.problems == [RowProblem("Люди", 2, column, code, {"text": text, "guess": guess})]


def test_an_address_of_another_script_is_an_address():
    (row,) = read([ROW[0], "anna@пример.рф", *ROW[2:]]).people
    assert row.email == "anna@пример.рф"


def test_a_soft_hyphen_parts_no_word():
    (row,) = read(["Учеб\u00adнова\u200b Анна", *ROW[1:]]).people
    assert row.full_name == "Учебнова Анна"


def test_a_role_ends_no_earlier_than_it_begins():
    def problems(first, last):
        row = [*GOOD[:4], first, last, "", ""]
        return read_people([("Люди", [PEOPLE_HEAD, row])]).problems

    assert problems("02.02.2026", "02.02.2026") == problems("", "01.01.2026") == []
    assert problems("02.02.2026", "01.02.2026") == [
        RowProblem(
            "Люди", 2, "Работает по", "ends_before_start", {"text": "01.02.2026", "guess": ""}
        )
    ]


def test_all_that_a_row_of_people_says():
    row = ["Учебнова Анна", "A@Example.org", "Центр", "Инспектор", "01.02.2026", "1.3.2026",
           "anna", "методист"]  # fmt: skip
    assert read_people([("Люди", [PEOPLE_HEAD, row])]).people == [
        PersonRow(
            2, "Учебнова Анна", "a@example.org", "Центр", "inspector", login="anna",
            post="методист", starts_on=date(2026, 2, 1), ends_on=date(2026, 3, 1),
        )
    ]  # fmt: skip


ALL_PLACES = [*PLACE_HEAD, "Краткое наименование", "Входит в", "Группа рейтинга", "Муниципалитет",
              "Сайт", "Часовой пояс"]  # fmt: skip


def test_all_that_a_row_of_organisations_says():
    row = [*PLACE, "Дом", "Министерство", "Стационары", "г. Учебный", "https://example.org",
           "Asia/Omsk"]  # fmt: skip
    assert read_places(row, head=ALL_PLACES).organisations == [
        OrganisationRow(
            2, "ГБУ «Дом»", "institution", short_name="Дом", parent="Министерство",
            rating_group="Стационары", municipality="г. Учебный", website="https://example.org",
            time_zone="Asia/Omsk",
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "value", "code", "text", "guess"),
    [
        ("Наименование", "", "empty_cell", "", ""),
        ("Вид", "", "empty_cell", "", ""),
        ("Вид", "Учереждение", "unknown_kind", "Учереждение", "Учреждение"),
        ("Сайт", "example.org", "bad_website", "example.org", ""),
        ("Сайт", "https://пример", "bad_website", "https://пример", ""),
        ("Часовой пояс", "Москва", "unknown_time_zone", "Москва", ""),
    ],
)
def test_a_cell_of_organisations_is_told_with_its_place(column, value, code, text, guess):
    row = dict(zip(ALL_PLACES, [*PLACE, *[""] * 6], strict=True)) | {column: value}
    table = read_places(list(row.values()), head=ALL_PLACES)
    assert table.organisations == []
    assert table.problems == [
        RowProblem("Организации", 2, column, code, {"text": text, "guess": guess})
    ]


def test_a_short_row_is_as_if_its_last_cells_were_blank():
    assert [row.post for row in read_people([("Люди", [PEOPLE_HEAD, GOOD[:4]])]).people] == [""]


def test_many_rows_are_told_where_they_are_too_many():
    (problem,) = read(*[ROW] * 10_001).problems
    assert problem == RowProblem("Люди", 10_002, "", "too_many_rows", {"limit": 10_000})


def people(*rows):
    return [PersonRow(line, *row) for line, row in enumerate(rows, start=2)]


def test_rows_of_one_address_with_two_names_contradict_each_other():
    rows = people(
        ("Учебнова Анна", "a@example.org", "Центр", "hr"),
        ("УЧЕБНОВА  Анна", "a@example.org", "Дом", "hr"),
        ("Учебнова Инна", "a@example.org", "Дом", "executor"),
    )
    ((mine, problem),) = grouped(rows)
    assert mine == rows
    assert problem == RowProblem(
        "Люди", 4, "Фамилия, имя, отчество", "names_differ",
        {"text": "a@example.org", "other": 2},
    )  # fmt: skip


def test_two_people_have_two_logins_and_one_person_one():
    shared = people(
        ("Учебнова Анна", "a@example.org", "Центр", "hr", "anna"),
        ("Макетова Вера", "v@example.org", "Центр", "hr", "ANNA"),
    )
    assert [problem for _, problem in grouped(shared)] == [
        None,
        RowProblem("Люди", 3, "Логин", "login_differs", {"text": "ANNA"}),
    ]
    changed = people(
        ("Учебнова Анна", "a@example.org", "Центр", "hr", "anna"),
        ("Учебнова Анна", "a@example.org", "Дом", "hr", "anna2"),
    )
    assert [problem for _, problem in grouped(changed)] == [
        RowProblem("Люди", 2, "Логин", "login_differs", {"text": "anna"})
    ]


def test_a_long_unknown_word_is_guessed_by_its_beginning():
    known = {"а" * 150: "А"}
    assert nearest("а" * 150 + "б" * 100, known) == "А"
    assert nearest("б" * 30 + "а" * 120, known) == "А"  # 0.8 alike
    assert nearest("б" * 45 + "а" * 105, known) == ""  # 0.7 alike
