"""One cell, several parties."""

import pytest

from compliance.domain.documents.reading import Source, TracedText
from compliance.domain.documents.reading.ledger import Ledger
from compliance.domain.documents.reading.responsible import Names, read_aliases, read_responsible

NAMES = Names.of(
    {"Департамент": "Департамент социального развития", "организации": "организаций области"},
    alone=["завхоз", "отдел учёта"],
)


def split(words: str) -> list[str]:
    source = Source(words, (), (0,))
    cell = TracedText.at(words, 0)
    return [p.text for p in read_responsible(cell, NAMES, Ledger(source))]


@pytest.mark.parametrize(
    ("words", "parties"),
    [
        ("Директор", ["Директор"]),
        ("Директор, завхоз", ["Директор", "завхоз"]),
        ("Директор; завхоз.", ["Директор", "завхоз"]),
        ("Организации Департамент", ["Организации", "Департамент"]),
        ("Департамент организации завхоз", ["Департамент", "организации", "завхоз"]),
        ("Завхоз отдел учета", ["Завхоз", "отдел учета"]),
        ("Директор учреждения Заместитель директора", None),
        ("Директор Учреждения", ["Директор Учреждения"]),
        ("- Директор\n- завхоз", None),
        ("1. Директор, 2. завхоз", ["Директор", "завхоз"]),
        ("заведующий\nспециалист по кадрам", ["заведующий", "специалист по кадрам"]),
        ("Департамент, некоммерческие\nорганизации", ["Департамент", "некоммерческие организации"]),
        ("иные\nорганизации (по согласованию)", ["иные организации (по согласованию)"]),
        ("иные организации (по согласованию)", ["иные организации (по согласованию)"]),
        ("отделы (сектор, группа) защиты, юрист", ["отделы (сектор, группа) защиты", "юрист"]),
        ("Центр «Мама, папа, я», юрист", ["Центр «Мама, папа, я»", "юрист"]),
        ("Центр «Приют «Надежда», юрист", ["Центр «Приют «Надежда»", "юрист"]),
        ("отдел (сектор, юрист", ["отдел (сектор", "юрист"]),
        ("Иванов И.И., директор, Петрова П.П., юрист", None),
        ("директор, Иванов И.И., юрист, Петрова П.П.", None),
        ("директор Иванов И.И.", ["директор Иванов И.И."]),
        ("организации, оказывающие услуги, юрист", ["организации, оказывающие услуги", "юрист"]),
        ("руководитель, заведующие отделениями", ["руководитель", "заведующие отделениями"]),
        (" , ; ", []),
        ("", []),
    ],
)
def test_a_cell_is_split_into_its_parties(words, parties):
    expected = SPELT_OUT[words] if parties is None else parties
    assert split(words) == expected


SPELT_OUT = {
    "Директор учреждения Заместитель директора": ["Директор учреждения", "Заместитель директора"],
    "- Директор\n- завхоз": ["Директор", "завхоз"],
    "Иванов И.И., директор, Петрова П.П., юрист": ["Иванов И.И., директор", "Петрова П.П., юрист"],
    "директор, Иванов И.И., юрист, Петрова П.П.": ["директор, Иванов И.И.", "юрист, Петрова П.П."],
}


def test_a_short_name_stands_for_its_full_one_with_or_without_its_dots():
    names = Names.of({"Отдел учёта": "Отдел учёта и отчётности"}, alone=[])
    words = "отдел учета"
    cell = TracedText.at(words, 0)
    (party,) = read_responsible(cell, names, Ledger(Source(words, (), (0,))))
    assert (party.text, party.name) == (words, "Отдел учёта и отчётности")


def test_a_short_name_in_another_case_keeps_its_own_spelling():
    cell = TracedText.at("департамент, Организации", 0)
    parties = read_responsible(cell, NAMES, Ledger(Source(cell.value, (), (0,))))
    assert [p.name for p in parties] == ["Департамент социального развития", "организации"]


def test_a_short_name_is_introduced_by_the_words_before_the_bracket():
    words = "Сайты Министерства труда области (далее – Министерство), суды (далее - судами)"
    assert read_aliases([TracedText.at(words, 0)]) == {"Министерство": "Министерства труда области"}
