"""Each character that is not blank is placed, unplaced or markup, whatever the document."""

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.domain.documents.reading import Document, Source, SourceBuilder, read_document
from compliance.files.incoming.markdown import read_markdown
from compliance.files.incoming.plain_text import read_text
from compliance.files.incoming.separated import read_separated

HEADERS = [
    ["№ п/п", "Наименование мероприятия", "Форма реализации", "Сроки", "Ответственные"],
    ["№", "Показатель", "Факт", "Максимум", "Мероприятия", "Срок", "Ответственный"],
    ["Мероприятие", "Исполнители", "Срок исполнения"],
    ["№", "Наименование учреждения", "", "Интегральное значение критериев", "Место в рейтинге"],
    ["№", "Основание реализации", "Мероприятия", "Информация о выполнении", "Результат"],
]
PHRASES = [
    "УТВЕРЖДЕН", "СОГЛАСОВАНО", "План на 2020-2021 годы", "1.", "1.1.", "I. Открытость", "2", "0,5",
    "Постоянно", "в течение 2020 г.", "Департамент (далее – Департамент)", "Департамент",
    "Организации Департамент", "иные (по согласованию)", "<ul style='x'> - раз </ul>",
    "&laquo;да&raquo;",
    "**жирно**", "- нет сайта", "Планы по улучшению", "Результаты рассмотрения", "29,70",
    "a < b > c",
    "(протокол от 05.12.2016 № 30-ОС)", "№", '"в кавычках"', "Рейтинг (Дома (дневные)) области",
    "Иванов И.И.", "«незакрытая", "(незакрытая", "&nbsp;", "\u200b", "продолжение", "&#8212;",
]  # fmt: skip
LONGEST_NUMBER = len("123456, 123456")
JUNK = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r"), max_size=30)
CELL = st.one_of(st.just(""), st.sampled_from(PHRASES), JUNK)
LINES = st.lists(
    st.one_of(
        st.lists(CELL, min_size=1, max_size=8),
        st.sampled_from(HEADERS),
    ),
    max_size=25,
)


def built(lines: list[list[str]]) -> Source:
    builder = SourceBuilder()
    for index, line in enumerate(lines):
        if len(line) == 1:
            builder.paragraph(line[0])
        else:
            texts = builder.row(line, spanning=index % 7 == 6)
            if index % 5 == 4:
                builder.row([texts[0], *line[1:]])
    return builder.build()


def non_blank(words: str) -> Counter[str]:
    return Counter(sign for sign in words if not sign.isspace())


def check(source: Source) -> None:
    document = read_document(source)
    coverage = document.coverage
    assert coverage.characters == non_blank(source.text).total()
    assert coverage.placed + coverage.unplaced + coverage.markup == coverage.characters
    assert min(coverage.placed, coverage.unplaced, coverage.markup) >= 0
    left = Counter[str]()
    for one in document.unplaced:
        left += non_blank(one.text)
    assert left.total() == coverage.unplaced
    if "&" not in source.text:
        written = non_blank(source.text)
        assert left <= written
        for one in fields_of(document.as_json(lambda text, period: {})):
            assert non_blank(one) <= written
        numbers = LONGEST_NUMBER * len(numbers_of(document))
        fields = fields_of(document.as_json(lambda text, period: {}))
        assert coverage.placed <= numbers + sum(non_blank(one).total() for one in fields)


def numbers_of(document: Document) -> list[float]:
    """Numbers are spelt in their own way in a source: "29,70"."""
    points = [one for item in document.items for one in (item.fact, item.maximum)]
    places = [one for it in document.institutions for one in (it.score, it.rank)]
    return [one for one in (*points, *places) if one is not None]


def fields_of(value: Any, key: str = "") -> list[str]:
    """The strings of a document's fields (numbers as their source may have spelt them)."""
    if key in {"kind", "role", "unplaced", "warnings", "coverage", "period", "date", "basis"}:
        return []
    if key in {"organization", "lines", "shared"}:
        return []
    if isinstance(value, dict):
        return [one for name, part in value.items() for one in fields_of(part, name)]
    if isinstance(value, list):
        return [one for part in value for one in fields_of(part)]
    return [value] if isinstance(value, str) else []


@settings(max_examples=300)
@given(LINES)
def test_of_tables_built_cell_by_cell(lines):
    check(built(lines))


@settings(max_examples=300)
@given(LINES)
def test_of_texts_with_tabs(lines):
    check(read_text("\n".join("\t".join(line) for line in lines)))


@settings(max_examples=200)
@given(LINES)
def test_of_cells_under_each_other(lines):
    check(read_text("\n".join("\n\t".join(["", *line]) for line in lines)))


@settings(max_examples=200)
@given(LINES, st.sampled_from(",;\t"))
def test_of_separated_values(lines, delimiter):
    check(read_separated("\n".join(delimiter.join(line) for line in lines)))


@settings(max_examples=200)
@given(LINES)
def test_of_markdown(lines):
    check(read_markdown("\n".join("| " + " | ".join(line) + " |" for line in lines)))
