"""Each word in each of its forms is read as what it stands for. No database."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from compliance.domain.calendar.periods import Period
from compliance.domain.deadlines import read_deadline
from compliance.domain.deadlines.grammar.vocabulary import VOCABULARY

PLAN = Period.of_years(2026)

MONTHS = [
    "январь января январю январе январем янв", "февраль февраля февралю феврале февралем фев",
    "март марта марту марте мартом мар", "апрель апреля апрелю апреле апрелем апр",
    "май мая маю мае маем", "июнь июня июню июне июнем", "июль июля июлю июле июлем",
    "август августа августу августе августом авг",
    "сентябрь сентября сентябрю сентябре сентябрем сен сент",
    "октябрь октября октябрю октябре октябрем окт",
    "ноябрь ноября ноябрю ноябре ноябрем ноя нояб",
    "декабрь декабря декабрю декабре декабрем дек",
]  # fmt: skip
WEEKDAYS = [
    "понедельник понедельника понедельникам пн", "вторник вторника вторникам вт",
    "среда среды среду средам ср", "четверг четверга четвергам чт",
    "пятница пятницы пятницу пятницам пт", "суббота субботы субботу субботам сб",
    "воскресенье воскресенья воскресеньям вс",
]  # fmt: skip
ORDINALS = [
    "первый первого первом первая", "второй второго втором вторая",
    "третий третьего третьем третья третье", "четвертый четвертого четвертом",
    "пятый пятого", "шестой шестого", "седьмой седьмого", "восьмой восьмого",
    "девятый девятого", "десятый десятого", "одиннадцатый одиннадцатого",
    "двенадцатый двенадцатого", "тринадцатый тринадцатого", "четырнадцатый четырнадцатого",
    "пятнадцатый пятнадцатого", "шестнадцатый шестнадцатого", "семнадцатый семнадцатого",
    "восемнадцатый восемнадцатого", "девятнадцатый девятнадцатого", "двадцатый двадцатого",
]  # fmt: skip
CARDINALS = {
    1: "один одного одна одну одной", 2: "два две двух двум дважды", 3: "три трех трижды",
    4: "четыре четырех", 5: "пять пяти", 6: "шесть шести", 7: "семь семи", 8: "восемь восьми",
    9: "девять девяти", 10: "десять десяти", 12: "двенадцать двенадцати",
    14: "четырнадцать четырнадцати", 15: "пятнадцать пятнадцати", 20: "двадцать двадцати",
    30: "тридцать тридцати", 40: "сорок", 60: "шестьдесят шестидесяти", 90: "девяносто",
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        ("month", dict(enumerate(MONTHS, start=1))),
        ("weekday", dict(enumerate(WEEKDAYS, start=1))),
        ("ordinal", dict(enumerate(ORDINALS, start=1)) | {30: "тридцатый тридцатого"}),
        ("cardinal", CARDINALS),
        ("season", {3: "весна весной", 6: "лето летом летний", 9: "осень осенью"}),
    ],
)
def test_a_word_has_its_kind_and_number(kind, rows):
    for number, text in rows.items():
        for form in text.split():
            assert tuple(VOCABULARY[form]) == (kind, number), form


@pytest.mark.parametrize(
    ("freq", "text"),
    [
        ("daily", "ежедневно каждодневно ежесуточно"),
        ("weekly", "еженедельно"),
        ("monthly", "ежемесячно помесячно"),
        ("quarterly", "ежеквартально поквартально"),
        ("half_yearly", "полугодично"),
        ("yearly", "ежегодно"),
    ],
)
def test_an_adverb_says_how_often(freq, text):
    for word in text.split():
        (part,) = read_deadline(word, PLAN).parts
        assert (part.kind, part.freq) == ("recurring", freq), word


@pytest.mark.parametrize(
    ("pattern", "kind", "text"),
    [
        (
            "в {} сроки",
            "external",
            "установленные определенные предусмотренные утвержденные регламентированные"
            " регламентные нормативные указанные законные плановые надлежащие согласованные"
            " обозначенные отдельные соответствующие заданные предписанные рекомендованные",
        ),
        (
            "по {}",  # behind «согласно» any words would do
            "external",
            "графику расписанию регламенту программе решению указанию распоряжению приказу"
            " поручению договору контракту соглашению законодательству закону положению"
            " предписанию постановлению письму циклограмме",
        ),
        (
            "по {}",
            "as_needed",
            "необходимости надобности потребности требованию запросу обращению заявке заявлению",
        ),
        (
            "{}",
            "continuous",
            "постоянно систематически регулярно непрерывно круглогодично бессрочно периодически"
            " повседневно круглосуточно",
        ),
        (
            "{}",
            "relative",
            "незамедлительно немедленно безотлагательно сразу оперативно срочно",
        ),
    ],
)
def test_a_word_gives_its_phrase_the_kind(pattern, kind, text):
    for word in text.split():
        phrase = pattern.format(word)
        assert [part.kind for part in read_deadline(phrase, PLAN).parts] == [kind], phrase


def written_out() -> dict[str, tuple[str, str]]:
    """The kind and value of each word of `vocabulary.txt`."""
    found, head = {}, ""
    text = Path(__file__).with_name("vocabulary.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith(" "):
            kind, _, value = head.partition(" ")
            found |= dict.fromkeys(line.split(), (kind, value or "0"))
        elif not line.startswith("#"):
            head = line.rstrip(":")
    return found


def test_every_word_means_what_is_written_out_and_there_are_no_others():
    one_form = {
        word: (lexeme.kind, str(lexeme.value))
        for word, lexeme in VOCABULARY.items()
        if lexeme.kind != "length" or word.endswith("ный")
    }
    assert one_form == written_out()


def test_a_word_of_another_language_family_is_not_taken_for_one_of_these():
    for word in ("мартен", "маяк", "среднего", "майор", "декабрист"):
        assert word not in VOCABULARY, word


def test_a_day_is_said_in_words():
    for phrase, day in (
        ("первое сентября 2026", 1),
        ("двадцать третьего сентября 2026", 23),
        ("тридцатое сентября 2026", 30),
        ("3 сентября 2026", 3),
    ):
        (part,) = read_deadline(phrase, PLAN).parts
        assert part.due_dates == (date(2026, 9, day),), phrase
