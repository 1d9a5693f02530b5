"""What a person sees in a workbook is what is read; the rest is withheld, and said."""

from __future__ import annotations

import pytest

from compliance.domain.deadlines import read_deadline
from compliance.domain.documents.reading import Document
from compliance.files.incoming.number_formats import shown_number, shown_text
from tests.building.office import CHAIR, POLL, STAND, Book, changed, sheet_changed
from tests.building.readings import items, read, warned

STRUCK = {"font_strikeout": True}


def due(document: Document) -> list[list[str]]:
    assert document.period is not None
    return [
        read_deadline(one.deadline_text or "", document.period).as_json(document.period, None)[
            "due_dates"
        ]
        for one in document.items
    ]


def test_a_deadline_is_what_its_number_format_shows():
    formats = [
        (46357, "mmm\\.yy"), (46266, "mmmm yyyy"), (46295, "dd.mm.yyyy"), (46023, "yyyy"),
        (46296, "d mmm"), (46266, "[$-419]mmmm yyyy;@"), (46295, "[$-F800]dddd, mmmm dd, yyyy"),
        (46296, "dd.mmm.yy"),
    ]  # fmt: skip
    document = read(
        Book(
            *(
                (place, f"Дело {place}", (day, {"num_format": code}), "Петров П.П.")
                for place, (day, code) in enumerate(formats, start=1)
            )
        ).content()
    )
    assert [one.deadline_text for one in document.items] == [
        "дек.26", "сентябрь 2026", "30.09.2026", "2026", "1 окт", "сентябрь 2026",
        "30 сентября 2026 г.", "01.окт.26",
    ]  # fmt: skip
    assert due(document) == [
        ["2026-12-31"], ["2026-09-30"], ["2026-09-30"], ["2026-12-31"], ["2026-10-01"],
        ["2026-09-30"], ["2026-09-30"], ["2026-10-01"],
    ]  # fmt: skip
    assert warned(document) == []


def test_hidden_rows_columns_and_sheets_are_not_the_document():
    book = Book(
        (*STAND, "скрытый столбец"), ("2", "СКРЫТАЯ СТРОКА", "до 01.02.2026", "Петров П.П."), POLL
    )
    book.sheet.set_row(4, None, None, {"hidden": True})
    book.sheet.set_column(4, 4, None, None, {"hidden": True})
    book.add("Черновик", "План на 2025 год", (("1", "СКРЫТЫЙ ЛИСТ", "май", "Петров П.П."),)).hide()
    book.add("Старое", "Старый план", ()).very_hidden()
    document = read(book.content())
    assert items(document) == [STAND[:3], POLL[:3]]
    assert warned(document) == [
        ("hidden_row", 5, "2 СКРЫТАЯ СТРОКА до 01.02.2026 Петров П.П."),
        ("hidden_column", 1, "E: скрытый столбец"),
        ("hidden_sheet", 7, "Черновик: План на 2025 год № Мероприятие Срок"
         " Ответственный исполнитель 1 СКРЫТЫЙ ЛИСТ май Петров П.П."),
        ("hidden_sheet", 11, "Старое: Старый план № Мероприятие Срок Ответственный исполнитель"),
    ]  # fmt: skip
    assert "СКРЫТАЯ СТРОКА" in " ".join(one.text for one in document.unplaced)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<row r="5"', '<row r="5" ht="0" customHeight="1"'),
        ('<row r="5"', '<row r="5" hidden="true" outlineLevel="1"'),
        ("<sheetFormatPr ", '<sheetFormatPr zeroHeight="1" '),
    ],
    ids=["no height", "group", "all others"],
)
def test_a_row_may_be_hidden_in_several_ways(old, new):
    content = Book(STAND, CHAIR, POLL).content()
    if "zeroHeight" in new:
        for number in (1, 3, 4, 6):
            content = sheet_changed(content, f'<row r="{number}"', f'<row r="{number}" ht="15"')
    document = read(sheet_changed(content, old, new))
    assert items(document) == [STAND[:3], POLL[:3]]
    assert [one.code for one in document.warnings] == ["hidden_row"]


def test_a_column_without_width_is_hidden():
    book = Book((*STAND, "черновик"))
    book.sheet.set_column(4, 4, 0)
    assert [one.code for one in read(book.content()).warnings] == ["hidden_column"]


def test_a_merged_cell_that_begins_in_a_hidden_row_is_seen_in_the_next():
    book = Book(("", "", "до 01.03.2026", "Петров П.П."), ("", "", "до 01.06.2026", "Петров П.П."))
    book.sheet.merge_range(3, 0, 4, 0, 1)
    book.sheet.merge_range(3, 1, 4, 1, "Обновить стенд")
    book.sheet.set_row(3, None, None, {"hidden": True})
    assert items(read(book.content())) == [("1", "Обновить стенд", "до 01.06.2026")]


def test_struck_out_words_were_withdrawn():
    book = Book(
        STAND,
        CHAIR,
        tuple((value, STRUCK) for value in ("3", "ЗАЧЕРКНУТО", "до 01.11.2026", "Петров П.П.")),
        ("4", *((value, STRUCK) for value in ("Номер остался", "до 01.11.2026", "Петров П.П."))),
    )
    struck = book.file.add_format(STRUCK)
    book.sheet.write_rich_string(3, 2, struck, "до 01.06.2026", " до 01.08.2026")
    document = read(book.content())
    assert items(document) == [("1", "Обновить стенд у входа", "до 01.08.2026"), CHAIR[:3]]
    assert warned(document) == [
        ("struck_text", 4, "до 01.06.2026"),
        ("struck_text", 6, "3 ЗАЧЕРКНУТО до 01.11.2026 Петров П.П."),
        ("struck_text", 7, "4 Номер остался до 01.11.2026 Петров П.П."),
    ]


def test_a_cell_with_an_error_and_a_formula_without_a_value_are_said_with_their_place():
    book = Book(
        STAND,
        ("2", "Купить кресло", "", ""),
        ("", "Провести обучение", "до 01.12.2026", "Петров П.П."),
    )
    book.sheet.write_formula(4, 2, "=VLOOKUP(B5,Z:Z,1,0)", None, "#N/A")
    book.sheet.write_formula(5, 0, "=A5+1", None, "")
    document = read(book.content())
    assert items(document) == [
        STAND[:3], ("2", "Купить кресло", None), (None, "Провести обучение", "до 01.12.2026"),
    ]  # fmt: skip
    assert warned(document)[:2] == [("error_cell", 5, "C5: #N/A"), ("error_cell", 6, "A6")]


def test_a_program_that_reckons_nothing_leaves_no_zeros_as_results():
    book = Book(STAND)
    book.sheet.write_formula(4, 0, "=A4+1")
    book.sheet.write_row(4, 1, ["Купить кресло", "май", "Петров П.П."])
    document = read(book.content())
    assert items(document)[1] == (None, "Купить кресло", "май")
    assert warned(document)[0] == ("error_cell", 5, "A5")


def test_white_letters_on_white_and_an_emptied_format_are_not_seen():
    white = {"font_color": "#FFFFFF"}
    document = read(
        Book(
            ("1", "Стенд", ("май", white | {"bg_color": "#000080"}), ("Белым", white)),
            ("2", "Стенд", (46357, {"num_format": ";;;"}), "Петров П.П."),
        ).content()
    )
    assert warned(document) == [("hidden_text", 4, "Белым"), ("hidden_text", 5, "C5: 46357")]
    assert [one.deadline_text for one in document.items] == ["май", None]


def test_a_white_heading_of_a_coloured_table_is_seen():
    white = {"font_color": "#FFFFFF"}
    book = Book(STAND)
    for column, words in enumerate(("№", "Мероприятие", "Срок", "Ответственный")):
        book.sheet.write(2, column, words, book.file.add_format(white | {"bg_color": "#1F4E79"}))
    assert items(read(book.content())) == [STAND[:3]]


def test_a_conditional_format_that_strikes_out_is_said_to_be_unseen():
    book = Book(STAND)
    format = book.file.add_format(STRUCK)
    book.sheet.conditional_format("A4:D9", {"type": "no_blanks", "format": format})
    assert warned(read(book.content())) == [("formats_unseen", 4, "План")]


def test_a_remark_beside_a_cell_is_said():
    book = Book(STAND, CHAIR)
    book.sheet.write_comment("C5", "Уточнить срок", {"author": ""})
    assert warned(read(book.content())) == [("comment", 5, "C5: Уточнить срок")]


def test_words_in_a_box_over_the_sheet_are_read():
    book = Book(STAND)
    book.sheet.insert_textbox(0, 6, "УТВЕРЖДАЮ\nДиректор Иванов И.И.")
    (party,) = read(book.content()).parties
    assert party.text == "УТВЕРЖДАЮ Директор Иванов И.И."


def test_days_are_counted_from_1904_where_the_workbook_says_so():
    book = Book((1, "Стенд", (46357 - 1462, {"num_format": "dd.mm.yyyy"}), "Петров П.П."))
    content = changed(
        book.content(),
        "xl/workbook.xml",
        lambda t: t.replace("<workbookPr", '<workbookPr date1904="1"'),
    )
    assert read(content).items[0].deadline_text == "01.12.2026"


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (3.0, "General", "3"), (2.1, "0.00", "2.10"), (2.1, "General", "2.1"),
        (0.1 + 0.2, "General", "0.3"), (0.12, "0%", "12%"), (0.125, "0.0%", "12.5%"),
        (1234567.5, "#,##0.00", "1 234 567.50"), (1234.5, '#,##0.00\\ [$₽-419]', "1 234.50 ₽"),
        (1234.5, '_-* #,##0.00\\ _₽_-;\\-* #,##0.00\\ _₽_-;_-* "-"??\\ _₽_-;_-@_-', "1 234.50"),
        (0, '_-* #,##0.00\\ _₽_-;\\-* #,##0.00\\ _₽_-;_-* "-"??\\ _₽_-;_-@_-', "-"),
        (-3, "0;-0;;@", "-3"), (0, "0;-0;;@", ""), (-5, "0.0;(0.0)", "(5.0)"),
        (7, '"№ "0', "№ 7"), (7, "000", "007"), (1, '0"."', "1."), (12, "0\\)", "12)"),
        (1_500_000, '0.0,," млн"', "1.5 млн"), (12_345, "0.00E+00", "1.23E+04"),
        (2.5, "# ?/?", "2 1/2"), (5, "[<10]0;[>=10]0.0", "5"), (15, "[<10]0;[>=10]0.0", "15.0"),
        (2.675, "0.00", "2.68"), (20190101, "0", "20190101"), (2, "0.##", "2"),
        (46296.5, "dd.mm.yyyy hh:mm", "01.10.2026 12:00"), (1.5, "[h]:mm:ss", "36:00:00"),
        (0.5, "h:mm AM/PM", "12:00 PM"),
        (46296, "[$-FC19]d mmmm yyyy \\г\\.;@", "1 октября 2026 г."),
        (46296, "dddd", "четверг"), (59, "dd.mm.yyyy", "28.02.1900"),
        (61, "dd.mm.yyyy", "01.03.1900"),
        (-1, "dd.mm.yyyy", None), (1e20, "dd.mm.yyyy", None),
    ],
)  # fmt: skip
def test_a_number_is_shown_by_its_format(value, code, shown):
    assert shown_number(value, code) == shown


def test_a_text_is_shown_by_the_fourth_part_of_its_format():
    assert shown_text("7-п", '0;0;0;"№ "@') == "№ 7-п"
    assert shown_text("7-п", "0.00") == "7-п"
    assert shown_text("7-п", ";;;") == ""
