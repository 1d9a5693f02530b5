"""Plans of other regions and institutions: other columns, other order, other habits."""

from datetime import date

import pytest

from compliance.domain.calendar.periods import Period
from compliance.domain.documents.reading import (
    Kind,
    PartyRole,
    SourceBuilder,
    read_document,
)

INSTITUTION_PLAN = """
Согласован:
Министерство труда и социальной защиты Калужской области
П.П. Примеров
Утверждаю:
Директор ГБУ КО «Центр социального обслуживания»
«15» января 2020 года
План
мероприятий по улучшению качества работы ГБУ КО «Центр социального обслуживания» на 2020 г.
№ | Показатель независимой оценки | Значение показателя | | Мероприятия | Срок исполнения | \
Ответственный
 | | факты | максимально | | |
1 | 2 | 3 | 4 | 5 | 6 | 7
I. Открытость и доступность информации | | | | | |
1 | Полнота информации | 3 | 3 | Обновление сайта | Постоянно | \
Директор учреждения, ответственный за ведение интернет-сайта
2 | Результативность обращений | 0,5 | 1 | Мониторинг обращений | Ежемесячно | Директор учреждения
 | | | | Проведение инструктажей | Ежеквартально |
II. Комфортность условий | | | | | |
1 | Доступность | 1 | 1 | Анкетирование получателей услуг | 2020 г. | Директор учреждения
"""


def test_a_clean_institution_plan_is_read_with_indicators_and_points(read):
    document = read(INSTITUTION_PLAN)
    assert document.kind is Kind.INSTITUTION_PLAN and document.refusal is None
    assert document.organization == "ГБУ КО «Центр социального обслуживания»"
    assert document.period == Period.of_years(2020)
    assert [(s.number, len(s.items)) for s in document.sections] == [("I", 3), ("II", 1)]
    first, second, third, _ = document.items
    assert (first.indicator, first.fact, first.maximum) == ("Полнота информации", 3, 3)
    assert (second.fact, second.maximum) == (0.5, 1)
    assert [party.text for party in first.responsible] == [
        "Директор учреждения",
        "ответственный за ведение интернет-сайта",
    ]
    assert document.unplaced == ()
    # A second measure of an indicator stands under its number; a missing executor is told.
    assert (third.number, third.indicator) == ("2", "Результативность обращений")
    assert [party.text for party in third.responsible] == ["Директор учреждения"]
    assert [warning.code for warning in document.warnings] == ["responsible_inherited"]


def test_its_parties_are_the_ministry_and_the_director(read):
    ministry, director = read(INSTITUTION_PLAN).parties
    assert ministry.role is PartyRole.AGREES and "Министерство труда" in ministry.text
    assert director.role is PartyRole.APPROVES and director.date == date(2020, 1, 15)


def test_columns_may_be_renamed_reordered_and_without_numbers(read):
    document = read("""
ПЛАН мероприятий учреждений социального обслуживания Тверской области на 2021-2023 годы
Ответственные за реализацию | \
Наименование мероприятия по устранению недостатков, выявленных в ходе независимой оценки | \
Плановый срок реализации мероприятия
Министерство, учреждения | Обновить стенды | до 31 декабря 2021 г.
Министерство | Провести опрос | ежегодно
""")
    assert document.kind is Kind.REGIONAL_PLAN
    assert document.period == Period.of_years(2021, 2023)
    (section,) = document.sections
    assert (section.number, section.title) == (None, None)
    assert [one.measure for one in section.items] == ["Обновить стенды", "Провести опрос"]
    assert [one.deadline_text for one in section.items] == ["до 31 декабря 2021 г.", "ежегодно"]
    assert [p.text for p in section.items[0].responsible] == ["Министерство", "учреждения"]
    assert document.unplaced == ()


def test_the_form_of_decree_457_with_its_header_of_two_rows(read):
    document = read("""
План по устранению недостатков МБУ «Центр» на 2022 год
Недостатки, выявленные в ходе независимой оценки | \
Наименование мероприятия по устранению недостатков | Плановый срок реализации мероприятия | \
Ответственный исполнитель (с указанием фамилии, имени, отчества и должности) | \
Сведения о ходе реализации мероприятия |
 | | | | реализованные меры по устранению выявленных недостатков | фактический срок реализации
I. Открытость и доступность информации об организации | | | | |
Нет версии для слабовидящих | Разработать версию | 01.06.2022 | \
Иванова Анна Петровна, директор | Версия работает | 28.05.2022
II. Комфортность условий предоставления услуг | | | | |
III. Доступность услуг для инвалидов | | | | |
Нет пандуса | Установить пандус | III квартал | Петров Пётр Ильич, завхоз | |
""")
    assert document.kind is Kind.INSTITUTION_PLAN
    assert [(s.number, len(s.items)) for s in document.sections] == [
        ("I", 1),
        ("II", 0),
        ("III", 1),
    ]
    first, last = document.items
    assert first.finding == "Нет версии для слабовидящих"
    assert (first.execution, first.actual_date) == ("Версия работает", "28.05.2022")
    assert [p.text for p in first.responsible] == ["Иванова Анна Петровна, директор"]
    assert last.execution is None
    assert document.unplaced == ()


def test_section_numbers_may_have_a_cell_of_their_own(read):
    document = read("""
План на 2020 год
№ | Мероприятие | Срок | Ответственный
1 | Открытость | |
1.1 | Обновить сайт | 2020 г. | Директор
2. | Комфортность | |
2.1 | Купить кресла | май | Завхоз
""")
    assert [(s.number, s.title, len(s.items)) for s in document.sections] == [
        ("1", "Открытость", 1),
        ("2", "Комфортность", 1),
    ]


def test_a_repeated_header_is_markup_and_breaks_no_row(read):
    document = read("""
План на 2020 год
№ | Мероприятие | Срок | Ответственный
1 | Обновить сайт | 2020 г. | Директор
№ | Мероприятие | Срок | Ответственный
 | и стенды | |
2 | Купить кресла | май | Завхоз
""")
    assert [one.measure for one in document.items] == ["Обновить сайт и стенды", "Купить кресла"]
    assert document.items[0].lines == (3, 5)
    assert document.unplaced == ()


def test_signatures_below_the_table_are_parties_and_notes_stay_unplaced(read):
    document = read("""
План на 2020 год
№ | Мероприятие | Срок | Ответственный
1 | Обновить сайт | 2020 г. | Директор
Примечание: сроки могут быть изменены
СОГЛАСОВАНО | УТВЕРЖДАЮ
Министр | Директор
В.В. Примеров | Г.Г. Образцов
""")
    agreed, approved = document.parties
    assert agreed.text == "СОГЛАСОВАНО Министр В.В. Примеров"
    assert approved.text == "УТВЕРЖДАЮ Директор Г.Г. Образцов"
    assert [(one.line, one.text) for one in document.unplaced] == [
        (4, "Примечание: сроки могут быть изменены")
    ]


def test_lone_cells_after_the_last_row_are_no_sections(read):
    document = read("""
План на 2020 год
№ | Мероприятие | Срок | Ответственный
1 | Обновить сайт | 2020 г. | Директор
Исполнитель Примеров | | |
Телефон по запросу | | |
""")
    assert len(document.sections) == 1
    assert [one.line for one in document.unplaced] == [4, 5]


def test_a_column_nobody_knows_is_listed_and_not_lost(read):
    document = read("""
План на 2020 год
№ | Мероприятие | Цвет папки | Срок | Ответственный
1 | Обновить сайт | синий | 2020 г. | Директор
""")
    assert [(one.line, one.text) for one in document.unplaced] == [(3, "синий")]


def test_points_that_are_no_number_stay_unplaced(read):
    document = read("""
План МБУ «Центр» на 2020 год
№ | Показатель | Факт | Максимум | Мероприятие | Срок
1 | Полнота | почти 3 | 3 | Обновить сайт | 2020 г.
""")
    assert document.items[0].fact is None and document.items[0].maximum == 3
    assert document.unplaced[0].text == "почти 3"


def test_shifted_cells_are_put_right_and_told(read):
    document = read("""
План МБУ «Центр» на 2020 год
№ | Показатель | Мероприятие | Срок | Ответственный
1 | Полнота | Обновить сайт | 2020 г. | Директор
Доля получателей | 2 | Провести опрос | Постоянно | Завхоз
""")
    assert (document.kind, document.refusal) == (Kind.INSTITUTION_PLAN, None)
    second = document.items[1]
    assert (second.number, second.indicator) == ("2", "Доля получателей")
    assert (second.measure, second.deadline_text) == ("Провести опрос", "Постоянно")
    assert [one.code for one in document.warnings] == ["cell_moved"]
    assert document.unplaced == ()


def test_a_row_that_nobody_can_put_right_is_listed_and_takes_nothing_with_it(read):
    document = read("""
План МБУ «Центр» на 2020 год
№ | Мероприятие | Срок | Ответственный
1 | Обновить сайт | 2020 г. | Директор
ИТОГО | шесть | Всего | семь
 | и стенды | | и завхоз
""")
    assert [one.measure for one in document.items] == ["Обновить сайт"]
    assert [(one.code, one.line) for one in document.warnings] == [
        ("columns_shifted", 4),
        ("columns_shifted", 5),
    ]


def test_a_report_is_read_with_execution_and_result(read):
    document = read("""
ОТЧЕТ О ВЫПОЛНЕНИИ МЕРОПРИЯТИЙ ЗА 2024 ГОД
№ п/п | Основание реализации | Мероприятия | Информация о выполнении | Результат
1 | Полнота | Обновить сайт | публикации – 19 | улучшение
""")
    assert (document.kind, document.refusal) == (Kind.EXECUTION_REPORT, None)
    (item,) = document.items
    assert (item.execution, item.result) == ("публикации – 19", "улучшение")
    assert [(fact.name, fact.value) for fact in item.facts] == [("публикации", 19)]


def test_prose_and_other_tables_are_no_plan(read):
    assert read("Независимая оценка качества").kind is Kind.NONE
    other = read("Список\nФамилия | Телефон\nПримеров | 12-34")
    assert (other.kind, other.refusal) == (Kind.NONE, "no_table")


def test_a_header_without_rows_has_no_measures(read):
    document = read("План на 2020 год\n№ | Мероприятие | Срок | Ответственный")
    assert document.refusal == "no_measures"


@pytest.mark.parametrize(
    ("title", "first", "last"),
    [
        ("План на период 2017-2018 годов", 2017, 2018),
        ("План на 2020 г.", 2020, 2020),
        ("План на 2021 – 2023 гг.", 2021, 2023),
        ("План на 2019 и 2020 годы", 2019, 2020),
        ("План по итогам независимой оценки за 2019 год на 2020 год", 2020, 2020),
        ("План (приказ от 05.12.2016 г.) на 2017 год", 2017, 2017),
    ],
)
def test_the_period_is_what_a_plan_is_for(read, title, first, last):
    document = read(f"{title}\n№ | Мероприятие | Срок\n1 | Обновить сайт | май")
    assert document.period == Period.of_years(first, last)
    assert document.warnings == ()


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("План по итогам независимой оценки 2019 года", "period_assumed"),
        ("План улучшений", "period_missing"),
    ],
)
def test_a_period_that_is_not_said_is_asked_for(read, title, code):
    document = read(f"{title}\n№ | Мероприятие | Срок\n1 | Обновить сайт | май")
    assert [warning.code for warning in document.warnings] == [code]


def test_a_measure_beside_a_cell_merged_from_above_is_one_of_its_own():
    builder = SourceBuilder()
    builder.paragraph("План мероприятий ГБУ «Центр» на 2026 год")
    builder.row(["№", "Мероприятие", "Срок", "Ответственный"])
    first = builder.row(["1", "Обновить стенд", "май", "Директор"])
    builder.row([first[0], "провести опрос", "июнь", "Директор"])
    document = read_document(builder.build())
    assert [(one.number, one.measure, one.deadline_text) for one in document.items] == [
        ("1", "Обновить стенд", "май"),
        ("1", "провести опрос", "июнь"),
    ]


def test_a_row_of_a_rating_without_an_institution_is_told(read):
    document = read("""
Рейтинг учреждений за 2026 год
№ | Наименование учреждения | Интегральное значение критериев | Место в рейтинге
1 | ГБУ «Центр» | 29,7 | 1
2 | | 28,1 | 2
""")
    assert document.kind is Kind.RATING and len(document.institutions) == 1
    assert [warning.code for warning in document.warnings] == ["row_unplaced"]


@pytest.mark.parametrize(
    ("words", "month"),
    [
        ("января", 1), ("февраля", 2), ("марта", 3), ("апреля", 4), ("мая", 5), ("июня", 6),
        ("июля", 7), ("августа", 8), ("сентября", 9), ("октября", 10), ("ноября", 11),
        ("декабря", 12),
    ],
)  # fmt: skip
def test_the_day_of_approval_is_read_in_every_month(read, words, month):
    document = read(INSTITUTION_PLAN.replace("«15» января 2020", f"«15» {words} 2020"))
    assert document.parties[1].date == date(2020, month, 15)


@pytest.mark.parametrize("header", ["Выявленные проблемы", "Недостатки", "Замечания граждан"])
def test_the_column_of_findings_is_known_by_any_of_its_names(read, header):
    document = read(f"""
План мероприятий ГБУ «Центр» на 2026 год
№ | {header} | Мероприятия | Срок | Ответственный
1 | Нет стенда | Обновить стенд | май | Директор
""")
    (item,) = document.items
    assert (item.finding, item.measure) == ("Нет стенда", "Обновить стенд")


def test_a_table_of_indicators_without_a_column_of_measures_bears_shifted_rows(read):
    document = read("""
План МБУ «Центр» на 2020 год
№ | Показатель | Срок | Ответственный
1 | Полнота | май | Директор
 | 2 | Обновить сайт | май | Директор |
""")
    assert document.items[0].indicator == "Полнота"
    assert "cell_moved" in {one.code for one in document.warnings}
