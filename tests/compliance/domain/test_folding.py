"""Text as it is compared: the same to a reader is the same to a search."""

from __future__ import annotations

import pytest

from compliance.domain.documents.reading.source import SourceBuilder
from compliance.domain.folding import folded, name_key, search_words, visible


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Ива\u00adно\u200bв", "Иванов"),
        ("\ufeffЙод", "Йод"),
        ("И\u0306од", "Йод"),
        ("Се\u00ad\u0308дов", "Сёдов"),  # a soft hyphen between a letter and its dots
        ("Фёдор № 5", "Фёдор № 5"),
    ],
)
def test_what_prints_nothing_goes_and_letters_are_composed(text, seen):
    assert visible(text) == seen


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("ФЁДОРОВА", "федорова"),
        ("Федо\u00adрова", "федорова"),
        ("Ростов\u2011на\u2010Дону", "ростов-на-дону"),
        ("ГБУ «Дом»", 'гбу "дом"'),
        ("ГБУ „Дом“", 'гбу "дом"'),
        ("ГБУ ”Дом”", 'гбу "дом"'),
        ("И\u0306ОД", "йод"),  # й is a letter of its own, unlike ё
    ],
)
def test_case_hyphens_quotation_marks_and_ё_make_no_difference(text, compared):
    assert folded(text) == compared


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("  ГБУ «Надёжный   ДОМ», № 2 ", "гбу надежный дом 2"),
        ("Социаль\u00adный центр_«Өмет»", "социальный центр өмет"),
        ("—", ""),
    ],
)
def test_names_are_matched_by_letters_and_digits_of_any_alphabet(name, key):
    assert name_key(name) == key


def test_a_search_has_ten_words_and_none_is_endless():
    assert search_words("Ива\u00adнов\0 ПЁТР") == ["иванов", "петр"]
    assert len(search_words("слово " * 11)) == 10
    assert [len(word) for word in search_words("ж" * 70_000)] == [100]


def test_a_document_is_read_as_it_prints():
    builder = SourceBuilder()
    cells = builder.row(["Наиме\u00adнование", "Ответственныи\u0306"])
    assert [cell.value for cell in cells] == ["Наименование", "Ответственный"]
    assert builder.build().text == "Наименование\tОтветственный\t\n\t"
