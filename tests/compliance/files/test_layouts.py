"""What each format adds of its own: merged cells, quotes, bars, tracked changes."""

import io

import docx
import pytest
import xlsxwriter
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from compliance.domain.documents.reading import Document, Kind, PartyRole
from compliance.files.incoming.files import read_file

HEADER = ["№", "Показатель", "Мероприятие", "Срок", "Ответственный"]


def read_word(document) -> Document:
    stream = io.BytesIO()
    document.save(stream)
    return read_file(stream.getvalue(), "plan.docx")[0]


def add_rows(table, *rows: list[str]) -> None:
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = value


@pytest.fixture
def plan():
    document = docx.Document()
    document.add_paragraph("План МБУ «Центр» на 2020 год")
    return document


def test_parties_side_by_side_in_a_word_table_are_read_column_by_column():
    document = docx.Document()
    parties = document.add_table(rows=0, cols=2)
    add_rows(
        parties,
        ["СОГЛАСОВАНО\nМинистр", "УТВЕРЖДАЮ\nДиректор МБУ «Центр»"],
        ["А.А. Примеров", "приказ от 12.01.2020 № 5-п"],
    )
    document.add_paragraph("План на 2020 год")
    add_rows(document.add_table(rows=0, cols=5), HEADER, ["1", "Да", "Сайт", "май", "Директор"])
    agreed, approved = read_word(document).parties
    assert (agreed.role, agreed.text) == (PartyRole.AGREES, "СОГЛАСОВАНО Министр А.А. Примеров")
    assert approved.role is PartyRole.APPROVES
    assert approved.basis == "приказ от 12.01.2020 № 5-п"
    assert approved.date.isoformat() == "2020-01-12"


def test_cells_merged_downwards_in_word_belong_to_each_of_their_rows(plan):
    table = plan.add_table(rows=0, cols=5)
    rows = [["1", "Полнота", "Сайт", "май", "Директор"], ["", "", "Стенд", "июнь", ""]]
    add_rows(table, HEADER, *rows)
    for column in (0, 1, 4):
        table.cell(1, column).merge(table.cell(2, column))
    document = read_word(plan)
    assert [(one.number, one.indicator, one.measure) for one in document.items] == [
        ("1", "Полнота", "Сайт"),
        ("1", "Полнота", "Стенд"),
    ]
    assert [p.text for p in document.items[1].responsible] == ["Директор"]
    assert document.warnings == () and document.unplaced == ()


def test_cells_merged_downwards_in_excel_belong_to_each_of_their_rows():
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 4, "План МБУ «Центр» на 2020 год")
        sheet.write_row(1, 0, HEADER)
        sheet.merge_range(2, 0, 2, 4, "Открытость сведений")
        sheet.write_row(3, 0, [1, "Полнота", "Сайт", "май", "Директор"])
        sheet.write_row(4, 2, ["Стенд", "июнь", "Завхоз"])
        sheet.merge_range(3, 0, 4, 0, 1)
        sheet.merge_range(3, 1, 4, 1, "Полнота")
    document, _ = read_file(stream.getvalue(), "plan.xlsx")
    assert document.kind is Kind.INSTITUTION_PLAN
    (section,) = document.sections
    assert section.title == "Открытость сведений"
    assert [(one.number, one.measure, one.lines) for one in section.items] == [
        ("1", "Сайт", (4, 4)),
        ("1", "Стенд", (5, 5)),
    ]
    assert document.unplaced == ()


def test_signs_that_cannot_be_seen_are_blanks_in_a_sheet():
    """PostgreSQL takes no text with a zero in it; a sheet may have one."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet()
    rows = [["План на 2020 год"], ["№", "Мероприятие", "Срок"], ["1", "Сайт\x00и\x08стенд", "май"]]
    for line, row in enumerate(rows):
        sheet.write_row(line, 0, row)
    book.close()
    document, _ = read_file(stream.getvalue(), "plan.xlsx")
    assert document.items[0].measure == "Сайт и стенд"


def test_text_moved_away_by_a_tracked_change_is_no_text_and_inserted_text_is(plan):
    table = plan.add_table(rows=0, cols=5)
    add_rows(table, HEADER, ["1", "Полнота", "Сайт", "май", "Директор"])
    paragraph = table.cell(1, 2).paragraphs[0]
    for tag, kind, words in (("w:moveFrom", "w:t", " старый"), ("w:ins", "w:t", " новый")):
        change, run, text = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(kind)
        text.text = words
        text.set(qn("xml:space"), "preserve")
        run.append(text)
        change.append(run)
        paragraph._p.append(change)
    assert read_word(plan).items[0].measure == "Сайт новый"


def test_quotes_and_delimiters_of_separated_values_are_markup():
    text = 'План на 2020 год\n№,Мероприятие,Срок\n1,"Обновить ""сайт"", стенд",май\n'
    document, _ = read_file(text.encode(), "plan.csv")
    assert document.items[0].measure == 'Обновить "сайт", стенд'
    assert document.coverage.unplaced == 0
    # 2 × 2 commas of the frame, 4 quotes that only quote, the header and the title's nothing.
    assert document.coverage.markup == 4 + 4 + len("№МероприятиеСрок")


def test_a_cell_that_merely_begins_with_a_quote_is_taken_as_it_stands():
    text = 'План на 2020 год\n№\tМероприятие\tСрок\n1\t"Горячая линия" и сайт\tмай\n'
    document, _ = read_file(text.encode(), "plan.tsv")
    assert document.items[0].measure == '"Горячая линия" и сайт'


def test_a_quoted_cell_may_span_lines():
    text = 'План на 2020 год;;\n№;Мероприятие;Срок\n1;"Сайт\nи стенд";май\n2;Окна;июнь\n'
    document, _ = read_file(text.encode(), "plan.csv")
    assert [(one.measure, one.lines) for one in document.items] == [
        ("Сайт и стенд", (3, 4)),
        ("Окна", (5, 5)),
    ]


def test_bars_rules_and_escapes_of_markdown_are_markup():
    text = (
        "# План на 2020 год\n\n| № | Мероприятие | Срок |\n|---|:-:|--|\n| 1\\. | a \\| b | май |\n"
    )
    document, _ = read_file(text.encode(), "plan.md")
    assert document.title == "План на 2020 год"
    assert (document.items[0].number, document.items[0].measure) == ("1", "a | b")
    assert document.unplaced == ()


def test_what_markdown_strikes_out_was_withdrawn():
    text = (
        "# План на 2020 год\n\n| № | Мероприятие | Срок |\n|--|--|--|\n"
        "| 1 | Сайт | ~~май~~ июнь |\n| ~~2~~ | ~~Стенд~~ | <s>май</s> |\n"
    )
    document, _ = read_file(text.encode(), "plan.md")
    assert [(one.measure, one.deadline_text) for one in document.items] == [("Сайт", "июнь")]
    assert [(one.code, one.line, one.text) for one in document.warnings] == [
        ("struck_text", 5, "май"),
        ("struck_text", 6, "2"),
        ("struck_text", 6, "Стенд"),
        ("struck_text", 6, "<s>май</s>"),
    ]


def test_what_a_tag_strikes_out_in_a_text_was_withdrawn():
    text = "План на 2020 год\n№\tМероприятие\tСрок\n1\tСайт\t<s>май</s> июнь\n"
    document, _ = read_file(text.encode(), "plan.txt")
    assert [one.deadline_text for one in document.items] == ["июнь"]
    assert [(one.code, one.line, one.text) for one in document.warnings] == [
        ("struck_text", 3, "май")
    ]
    coverage = document.coverage
    assert coverage.characters == coverage.placed + coverage.unplaced + coverage.markup


def test_markdown_without_outer_bars_is_a_table_too():
    text = "План на 2020 год\n\n№ | Мероприятие | Срок\n--|--|--\n1 | Сайт | май\n"
    assert read_file(text.encode(), "plan.md")[0].items[0].measure == "Сайт"
