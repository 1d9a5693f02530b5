"""What a person sees in a document of Word is what is read; the rest is withheld, and said."""

from __future__ import annotations

import pytest

from compliance.files.incoming.word_numbers import written_number
from tests.building.office import (
    CHAIR,
    HEADING,
    NAMES,
    POLL,
    STAND,
    TITLE,
    cell,
    changed,
    in_list,
    level,
    numbering,
    paragraph,
    plan,
    row,
    run,
    styles,
    table,
    word_file,
)
from tests.building.readings import items, read, warned

STRIKE, HIDDEN = "<w:strike/>", "<w:vanish/>"
DECIMAL = numbering(level("decimal", "%1."), level("decimal", "%1.%2."))
NUMBERED = cell(paragraph(properties=in_list()))


def struck(*words: str, mark: str = STRIKE) -> str:
    return row(*(run(one, mark) for one in words))


# --- Hidden, struck out, changed ------------------------------------------------------------------


def test_struck_out_words_were_withdrawn():
    two_dates = paragraph(run("до 01.06.2026", STRIKE), " до 01.08.2026")
    document = read(
        plan(
            row(*STAND[:2], cell(two_dates), STAND[3]),
            struck(*CHAIR),
            row(*POLL[:2], run(POLL[2], "<w:dstrike/>"), POLL[3]),
            struck("4", "Осталось", "май", "Петров П.П.", mark='<w:strike w:val="0"/>'),
        )
    )
    assert items(document) == [
        ("1", "Обновить стенд у входа", "до 01.08.2026"),
        ("3", "Провести опрос", None),
        ("4", "Осталось", "май"),
    ]
    assert [one for one in warned(document) if one[0] == "struck_text"] == [
        ("struck_text", 3, "до 01.06.2026"),
        ("struck_text", 4, "2 Купить кресло до 01.09.2026 Петров П.П."),
        ("struck_text", 5, "до 01.12.2026"),
    ]


@pytest.mark.parametrize(
    ("looks", "parts"),
    [
        (HIDDEN, {}),
        ('<w:rStyle w:val="quiet"/>', {"styles": styles(
            '<w:style w:type="character" w:styleId="loud"><w:rPr><w:vanish/></w:rPr></w:style>'
            '<w:style w:type="character" w:styleId="quiet"><w:basedOn w:val="loud"/></w:style>')}),
        ('<w:color w:val="FFFFFF"/>', {}),
        ('<w:sz w:val="2"/>', {}),
    ],
    ids=["direct", "by style", "white", "tiny"],
)  # fmt: skip
def test_hidden_words_are_not_read(looks, parts):
    words = cell(paragraph("Обновить стенд", run(" СКРЫТО", looks)))
    document = read(plan(row("1", words, *STAND[2:]), **parts))
    assert items(document) == [("1", "Обновить стенд", "до 01.06.2026")]
    assert warned(document) == [("hidden_text", 3, "СКРЫТО")]


def test_white_words_on_a_coloured_ground_are_seen():
    dark = '<w:shd w:val="clear" w:fill="1F4E79"/>'
    heading = row(*(cell(run(one, '<w:color w:val="FFFFFF"/>'), dark) for one in HEADING))
    document = read(word_file(paragraph(TITLE) + table(heading, row(*STAND))))
    assert items(document) == [STAND[:3]] and warned(document) == []


def test_a_hidden_row_and_a_deleted_one_are_no_rows():
    document = read(
        plan(
            row(*STAND),
            row(*CHAIR, properties="<w:hidden/>"),
            row(*CHAIR, properties='<w:del w:id="1"/>'),
            row(*POLL),
        )
    )
    assert items(document) == [STAND[:3], POLL[:3]]
    assert warned(document) == [
        ("hidden_row", 4, "2 Купить кресло до 01.09.2026 Петров П.П."),
        ("deleted_text", 5, "2 Купить кресло до 01.09.2026 Петров П.П."),
    ]


def test_what_was_inserted_is_read_and_what_was_deleted_is_not_and_both_are_said():
    change = paragraph(
        "Купить ",
        '<w:del w:id="1"><w:r><w:delText>стул</w:delText></w:r></w:del>',
        f'<w:ins w:id="2">{run("кресло")}</w:ins>',
    )
    document = read(plan(row("2", cell(change), *CHAIR[2:])))
    assert items(document) == [CHAIR[:3]]
    assert warned(document) == [("deleted_text", 3, "стул"), ("inserted_text", 1, "кресло")]


def test_a_remark_beside_the_text_is_said():
    comment = f'<w:comment w:id="1">{paragraph("Уточнить срок")}</w:comment>'
    comments = f"<w:comments {NAMES}>{comment}</w:comments>"
    document = read(plan(row(*STAND), comments=comments))
    assert warned(document) == [("comment", 3, "Уточнить срок")]


# --- Automatic numbers ----------------------------------------------------------------------------


def test_the_numbers_that_word_itself_writes_are_read():
    rows = [row(NUMBERED, *one[1:]) for one in (STAND, CHAIR, POLL)]
    document = read(plan(*rows, numbering=DECIMAL))
    assert items(document) == [STAND[:3], CHAIR[:3], POLL[:3]]


def test_rows_with_nothing_but_an_automatic_number_and_a_measure_are_measures():
    document = read(
        plan(*(row(NUMBERED, one[1], "", "") for one in (STAND, CHAIR, POLL)), numbering=DECIMAL)
    )
    assert items(document) == [(one[0], one[1], None) for one in (STAND, CHAIR, POLL)]


def test_the_levels_of_a_list_count_each_for_itself():
    levels = [0, 1, 1, 0, 1]
    rows = [
        row(cell(paragraph(properties=in_list(at))), f"Дело {n}", "май", "Петров П.П.")
        for n, at in enumerate(levels)
    ]
    document = read(plan(*rows, numbering=DECIMAL))
    assert [one.number for one in document.items] == ["1", "1.1", "1.2", "2", "2.1"]


def test_a_list_may_be_named_by_the_style_and_begin_anew():
    of_style = styles(
        '<w:style w:type="paragraph" w:styleId="num">'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="own"><w:basedOn w:val="num"/></w:style>'
    )
    anew = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>'
    )
    styled = cell(paragraph(properties='<w:pStyle w:val="own"/>'))
    plain = cell(
        paragraph(properties='<w:pStyle w:val="own"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    )
    other = cell(paragraph(properties=in_list(number=2)))
    rows = [
        row(one, f"Дело {n}", "май", "Петров П.П.")
        for n, one in enumerate([styled, styled, plain, other, other])
    ]
    document = read(
        plan(*rows, numbering=numbering(level("decimal", "%1."), lists=anew), styles=of_style)
    )
    assert [one.number for one in document.items] == ["1", "2", None, "7", "8"]


def test_a_hidden_or_deleted_row_and_a_covered_cell_take_no_number():
    covered = cell(paragraph(properties=in_list()), "<w:vMerge/>")
    opening = cell(paragraph(properties=in_list()), '<w:vMerge w:val="restart"/>')
    rows = [
        row(NUMBERED, *STAND[1:], properties="<w:hidden/>"),
        row(opening, *STAND[1:]),
        row(covered, *CHAIR[1:]),
        row(NUMBERED, *POLL[1:]),
    ]
    document = read(plan(*rows, numbering=DECIMAL))
    assert [one.number for one in document.items][-1] == "2"


def test_a_number_whose_row_was_struck_out_goes_with_it():
    rows = [
        row(NUMBERED, *STAND[1:]),
        row(NUMBERED, *(run(one, STRIKE) for one in CHAIR[1:])),
        row(NUMBERED, *POLL[1:]),
    ]
    document = read(plan(*rows, numbering=DECIMAL))
    assert items(document) == [STAND[:3], ("3", *POLL[1:3])]


@pytest.mark.parametrize(
    ("count", "format", "written"),
    [
        (4, "upperRoman", "IV"), (9, "lowerRoman", "ix"), (3, "russianLower", "в"),
        (10, "russianUpper", "К"), (27, "lowerLetter", "aa"), (5, "decimalZero", "05"),
        (5, "none", ""), (5, "unheard", "5"), (0, "upperRoman", "0"),
    ],
)  # fmt: skip
def test_a_number_is_written_in_the_format_of_its_level(count, format, written):
    assert written_number(count, format) == written


def test_marks_of_a_list_inside_a_cell_stand_before_its_lines():
    bullets = numbering(level("bullet", "\uf0b7"))
    words = cell(paragraph("сайт", properties=in_list()) + paragraph("стенд", properties=in_list()))
    source_row = read(plan(row("1", words, *STAND[2:]), numbering=bullets)).items[0]
    assert source_row.measure == "– сайт – стенд"


# --- Where cells stand ----------------------------------------------------------------------------


def test_a_row_may_begin_a_column_later_and_end_a_column_earlier():
    document = read(
        plan(
            row(*STAND),
            row(*CHAIR[1:], properties='<w:gridBefore w:val="1"/>'),
            row(*POLL[:3], properties='<w:gridAfter w:val="1"/>'),
        )
    )
    assert items(document) == [STAND[:3], (None, *CHAIR[1:3]), POLL[:3]]


def test_borders_that_differ_by_a_hair_make_no_column():
    wide = '<w:gridSpan w:val="2"/>'
    body = table(
        row(HEADING[0], cell(HEADING[1], wide), HEADING[2], HEADING[3]),
        row("1", "Обновить стенд у входа", cell("до 01.06.2026", wide), "Иванова А.А."),
        row("2", cell("Купить кресло", wide), "до 01.09.2026", "Петров П.П."),
        widths=(500, 3000, 40, 2000, 2000),
    )
    document = read(word_file(paragraph(TITLE) + body))
    assert items(document) == [STAND[:3], CHAIR[:3]]


def test_the_words_of_a_covered_cell_are_not_seen():
    document = read(
        plan(
            row("1", cell("Стенд", '<w:vMerge w:val="restart"/>'), *STAND[2:]),
            row("2", cell("НЕ ВИДНО", "<w:vMerge/>"), *CHAIR[2:]),
        )
    )
    assert ("hidden_text", 4, "НЕ ВИДНО") in warned(document)


def test_a_table_inside_the_only_cell_of_another_is_a_table():
    inner = paragraph(TITLE) + table(row(*HEADING), row(*STAND)) + paragraph()
    assert items(read(word_file(table(row(cell(inner)), widths=(9000,))))) == [STAND[:3]]


def test_content_controls_links_fields_and_formulas_hold_words():
    words = paragraph(
        f"<w:sdt><w:sdtPr/><w:sdtContent>{run('Обновить ')}</w:sdtContent></w:sdt>",
        f'<w:hyperlink r:id="x">{run("стенд")}</w:hyperlink>',
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText> DATE </w:instrText></w:r>',
        f'<w:fldSimple w:instr="X">{run(" у")}</w:fldSimple>',
        "<w:r><w:tab/><w:t>вхо</w:t><w:softHyphen/><w:t>да</w:t></w:r>",
        "<m:oMath><m:r><m:t> 2+2</m:t></m:r></m:oMath>",
    )
    assert (
        read(plan(row("1", cell(words), *STAND[2:]))).items[0].measure
        == "Обновить стенд у входа 2+2"
    )


def test_headers_footers_notes_and_boxes_are_read():
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="header1"/>'
        '<w:headerReference w:type="first" r:id="header2"/>'
        '<w:footerReference w:type="default" r:id="footer1"/></w:sectPr>'
    )
    inner = paragraph("СОГЛАСОВАНО Министр")
    box = paragraph(f"<w:r><w:pict><w:txbxContent>{inner}</w:txbxContent></w:pict></w:r>")
    document = read(
        word_file(
            box + table(row(*HEADING), row(*STAND)) + section,
            header1=f"<w:hdr {NAMES}>{paragraph(TITLE)}</w:hdr>",
            header2=f"<w:hdr {NAMES}>{paragraph('НЕ ПЕЧАТАЕТСЯ')}</w:hdr>",
            footer1=f"<w:ftr {NAMES}>{paragraph('стр. 1')}</w:ftr>",
            footnotes=f"<w:footnotes {NAMES}>"
            f'<w:footnote w:type="separator">{paragraph("—")}</w:footnote>'
            f"<w:footnote>{paragraph('при наличии средств')}</w:footnote></w:footnotes>",
        )
    )
    assert document.title == TITLE
    assert [party.text for party in document.parties] == ["СОГЛАСОВАНО Министр"]
    assert [one.text for one in document.unplaced] == ["стр. 1", "при наличии средств"]


def test_the_strict_vocabulary_is_read_as_the_usual_one():
    def strict(text: str) -> str:
        return text.replace(
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "http://purl.oclc.org/ooxml/wordprocessingml/main",
        )

    assert items(read(changed(plan(row(*STAND)), "word/document.xml", strict))) == [STAND[:3]]
