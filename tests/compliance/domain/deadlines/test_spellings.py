"""Rare spellings, abbreviations and turns of phrase mean what the plain words mean. No database."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.domain.calendar.periods import Period
from compliance.domain.deadlines import read_deadline
from compliance.domain.deadlines.wording import print_deadline

PLAN = Period.of_years(2026)

SAME = [
    # Figures with endings
    ("5-ти раз в год", "5 раз в год"),
    ("не реже 2-х раз в квартал", "не реже 2 раз в квартал"),
    ("в течение 10-ти рабочих дней со дня получения",
     "в течение 10 рабочих дней со дня получения"),
    # How often
    ("по рабочим дням", "ежедневно"),
    ("в будние дни", "ежедневно"),
    ("2 раза в течение календарного года", "2 раза в год"),
    ("раз в календарный месяц", "ежемесячно"),
    ("ежемесячно до последнего календарного дня", "ежемесячно"),
    ("каждый чт", "каждый четверг"),
    ("один раз в год", "ежегодно"),
    ("в ежедневном режиме", "ежедневно"),
    ("на ежеквартальной основе", "ежеквартально"),
    ("2 раза ежемесячно", "2 раза в месяц"),
    ("не менее 2 раз ежегодно", "не менее 2 раз в год"),
    ("ежегодно не менее 2 раз", "не менее 2 раз в год"),
    ("ежегодно: май, октябрь", "в мае ежегодно, в октябре ежегодно"),
    ("раз в полугодие: июнь, декабрь", "ежегодно: июнь, декабрь"),
    ("по полугодиям: до 1 июля, до 31 декабря", "ежегодно: до 1 июля, до 31 декабря"),
    # As long as the plan
    ("весь период", "постоянно"),
    ("в течение срока реализации плана мероприятий", "постоянно"),
    ("на период действия плана мероприятий", "постоянно"),
    # As another paper says
    ("в соответствии с установленными сроками", "в установленные сроки"),
    ("в регламентные сроки", "в установленные сроки"),
    ("согласно графику при наличии финансирования",
     "согласно графику; при наличии финансирования"),
    ("по запросу граждан при необходимости", "по запросу граждан; при необходимости"),
    # Dates and years
    ("VIII августа 2026", "8 августа 2026"),
    ("до VIII числа каждого месяца", "до 8 числа каждого месяца"),
    ("2026 г.: март, июнь", "март 2026, июнь 2026"),
    ("в 2026 году: I квартал, III квартал", "I квартал 2026, III квартал 2026"),
    ("по окончании 2026 года", "по завершении 2026 года"),
    ("к завершению 2026 года", "2026 г."),
    ("в третьем квартале 2026", "III квартал 2026"),
    ("третий квартал 2026", "III квартал 2026"),
    ("не позднее чем 1 декабря 2026", "до 1 декабря 2026"),
    ("с 1 марта и по 30 апреля 2026 г.", "с 1 марта по 30 апреля 2026 г."),
    ("в течение текущего учебного года", "в течение учебного года"),
    ("2026 г.г.", "2026 г."),
]  # fmt: skip


def meaning(phrase: str) -> tuple[str, list[dict[str, object]]]:
    """How sure the reading is, and what the phrase says, part by part, with its dates."""
    deadline = read_deadline(phrase, PLAN, date(2026, 5, 20))
    assert deadline.parts, f"{phrase!r} is not understood"
    return deadline.confidence, [part.as_json() for part in deadline.parts]


@pytest.mark.parametrize(("rare", "plain"), SAME)
def test_a_rare_spelling_means_what_the_plain_words_mean(rare: str, plain: str) -> None:
    assert meaning(rare) == meaning(plain)


def test_the_last_of_four_times_falls_into_the_next_year() -> None:
    phrase = "ежеквартально: 15 апреля, 15 июля, 15 октября, 15 января"
    found = [part.due_dates for part in read_deadline(phrase, PLAN, date(2026, 5, 20)).parts]
    assert found == [
        (date(2026, 4, 15),), (date(2026, 7, 15),), (date(2026, 10, 15),), (date(2027, 1, 15),),
    ]  # fmt: skip


def test_a_month_before_two_years_is_not_taken_for_both_of_them() -> None:
    (first,) = read_deadline("сентябрь 2026-2027 учебного года", PLAN).parts
    assert (first.start, first.end) == (date(2026, 9, 1), date(2026, 9, 30))


def test_a_school_year_is_said_to_end_in_may() -> None:
    for phrase in ("в течение 2025/2026 учебного года", "ежемесячно в 2025-2026 учебном году"):
        notes = read_deadline(phrase, PLAN, date(2026, 5, 20)).notes
        assert "school_year_ends_in_may" in {note.code for note in notes}


@pytest.mark.parametrize(
    ("phrase", "printed"),
    [
        ("I полугодие 2026", "I полугодие 2026 г."),
        ("II полугодие 2026", "II полугодие 2026 г."),
        ("не менее 1 раза в год", "не менее 1 раза в год в течение 2026 г."),
        ("не менее 21 раза в год", "не менее 21 раза в год в течение 2026 г."),
        ("не менее 11 раз в год", "не менее 11 раз в год в течение 2026 г."),
        ("11 раз в год", "11 раз в год в течение 2026 г."),
        ("12 раз в год", "12 раз в год в течение 2026 г."),
        ("22 раза в год", "22 раза в год в течение 2026 г."),
        ("2 раза в месяц", "2 раза в месяц в течение 2026 г."),
        ("каждые 5 месяцев", "1 раз в 5 месяцев в течение 2026 г."),
    ],
)
def test_numbers_are_printed_in_their_case(phrase: str, printed: str) -> None:
    assert print_deadline(read_deadline(phrase, PLAN, date(2026, 5, 20))) == printed
