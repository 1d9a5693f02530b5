"""How phrases are understood: each class of deadline in each of its forms.

A row is a phrase, the kinds of its parts, and its due dates as MM-DD of 2026 (or in full).
"""

import json
from datetime import date

import pytest

from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.working_days import WorkingCalendar
from compliance.domain.deadlines import Deadline, read_deadline
from compliance.domain.deadlines.wording import print_deadline

PLAN = Period.of_years(2026)
TWO_YEARS = Period.of_years(2017, 2018)
TODAY = date(2026, 5, 20)

QUARTERS = "03-31 06-30 09-30 12-31"
HALVES = "06-30 12-31"
MONTHS = "01-31 02-28 03-31 04-30 05-31 06-30 07-31 08-31 09-30 10-31 11-30 12-31"


def read(phrase: str, period: Period = PLAN, today: date | None = TODAY) -> Deadline:
    return read_deadline(phrase, period, today)


def kinds(deadline: Deadline) -> str:
    return " ".join(part.kind for part in deadline.parts)


def dates(deadline: Deadline) -> str:
    return " ".join(
        day.strftime("%m-%d") if day.year == 2026 else day.isoformat() for day in deadline.due_dates
    )


def codes(deadline: Deadline) -> set[str]:
    return {note.code for note in deadline.notes}


def rows(table: str) -> list[tuple[str, str, str]]:
    """Rows "phrase | kinds | dates" of a table written as text."""
    found = []
    for line in table.strip().splitlines():
        phrase, kind, due = (cell.strip() for cell in line.split("|"))
        found.append((phrase, kind, due))
    return found


EXACT = rows(f"""
31.12.2026                                | date | 12-31
31.12.26 г.                               | date | 12-31
1.9.2026                                  | date | 09-01
31/12/2026                                | date | 12-31
31-12-2026                                | date | 12-31
2026-12-31                                | date | 12-31
до 1 .09. 2026                            | date | 09-01
«31» декабря 2026 г.                      | date | 12-31
31-го декабря 2026 года                   | date | 12-31
тридцать первого декабря 2026 года        | date | 12-31
первое сентября 2026                      | date | 09-01
до 31 дек. 2026 г.                        | date | 12-31
в срок до 01.02.2026                      | date | 02-01
Срок исполнения: до 01.06.2026            | date | 06-01
не позднее 1 декабря 2026                 | date | 12-01
не позже 15.11.2026 г.                    | date | 11-15
к 1 сентября 2026 года                    | date | 09-01
по 31 декабря 2026 г.                     | date | 12-31
до 31 декабря 2026 г. включительно        | date | 12-31
15 и 30 июня 2026 г.                      | date date | 06-15 06-30
30.06.2026; 31.12.2026                    | date date | 06-30 12-31
до 30.06.2026 и до 31.12.2026             | date date | 06-30 12-31
1 марта, 1 июня 2026 г.                   | date date | 03-01 06-01
сентябрь 2026                             | period | 09-30
янв. 2026                                 | period | 01-31
06.2026                                   | period | 06-30
декабрь месяц 2026 г.                     | period | 12-31
апрель – май 2026 г.                      | period | 05-31
янв.-март 2026 г.                         | period | 03-31
март, июнь, сентябрь 2026 г.              | period period period | 03-31 06-30 09-30
2026 г.: март, июнь                       | period period | 03-31 06-30
фев., апр. 2026 г.                        | period period | 02-28 04-30
не позднее сентября 2026                  | period | 09-30
до конца марта 2026 г.                    | period | 03-31
I квартал 2026 г.                         | period | 03-31
1 кв. 2026                                | period | 03-31
1кв.2026г.                                | period | 03-31
1-й квартал 2026 г.                       | period | 03-31
первый квартал 2026 года                  | period | 03-31
квартал I 2026 г.                         | period | 03-31
П квартал 2026 г.                         | period | 06-30
Ш кв. 2026 г.                             | period | 09-30
ІV квартал 2026                           | period | 12-31
IУ квартал 2026                           | period | 12-31
1V кв. 2026                               | period | 12-31
Ⅳ квартал 2026                            | period | 12-31
lll квартал 2026                          | period | 09-30
I-II кв. 2026г.                           | period | 06-30
1-3 кварталы 2026                         | period | 09-30
I, II, III кварталы 2026 г.               | period period period | 03-31 06-30 09-30
I и III кварталы 2026 г.                  | period period | 03-31 09-30
с I по III квартал 2026 г.                | period | 09-30
к концу I квартала 2026 г.                | period | 03-31
до конца I квартала 2026 г.               | period | 03-31
2-ое полугодие 2026 г.                    | period | 12-31
I п/г 2026                                | period | 06-30
1 п.г. 2026                               | period | 06-30
П полугодие 2026 года                     | period | 12-31
первая половина 2026 года                 | period | 06-30
9 месяцев 2026 года                       | period | 09-30
девять месяцев 2026 г.                    | period | 09-30
6 месяцев 2026 г.                         | period | 06-30
2026                                      | period | 12-31
2026 г.                                   | period | 12-31
в течение 2026 года                       | period | 12-31
в течении 2026 года                       | period | 12-31
в теч. 2026 г.                            | period | 12-31
В ТЕЧЕНИЕ ВСЕГО 2026 ГОДА                 | period | 12-31
до конца 2026 года                        | period | 12-31
с 1 по 16 октября 2026 г.                 | period | 10-16
с 1 марта по 30 апреля 2026 года          | period | 04-30
в период с 15.03.2026 по 30.04.2026       | period | 04-30
в срок с 01.03.2026 г. по 31.03.2026 г.   | period | 03-31
01.03.2026-15.04.2026                     | period | 04-15
с января по июнь 2026 г.                  | period | 06-30
2025-2026 учебный год                     | period | 05-31
в течение 2025/2026 учебного года         | period | 05-31
II декада марта 2026                      | period | 03-20
Ежемесячно                                | recurring | {MONTHS}
Ежеквартально                             | recurring | {QUARTERS}
каждый квартал                            | recurring | {QUARTERS}
по кварталам                              | recurring | {QUARTERS}
каждые 3 месяца                           | recurring | {QUARTERS}
до конца каждого квартала                 | recurring | {QUARTERS}
на ежемесячной основе                     | recurring | {MONTHS}
последний рабочий день каждого месяца     | recurring | {MONTHS}
раз в полугодие                           | recurring | {HALVES}
раз в полгода                             | recurring | {HALVES}
каждое полугодие                          | recurring | {HALVES}
ежегодно                                  | recurring | 12-31
1 раз в год                               | recurring | 12-31
Два раза в год                            | recurring | {HALVES}
дважды в год                              | recurring | {HALVES}
2 р. в год                                | recurring | {HALVES}
2 (два) раза в год                        | recurring | {HALVES}
1р/кв                                     | recurring | {QUARTERS}
3 раза в год                              | recurring | 04-30 08-31 12-31
2 раза в 2026 году                        | recurring | {HALVES}
раз в 2 месяца                            | recurring | 02-28 04-30 06-30 08-31 10-31 12-31
раз в три года                            | recurring | 12-31
1 раз ежеквартально                       | recurring | {QUARTERS}
Ежеквартально в течение 2026 года         | recurring | {QUARTERS}
ежеквартально до 1 октября 2026 г.        | recurring | 03-31 06-30 09-30 10-01
с 1 сентября 2026 г. ежемесячно           | recurring | 09-30 10-31 11-30 12-31
не реже 1 раза в квартал                  | minimum_frequency | {QUARTERS}
не реже, чем 1 раз в квартал              | minimum_frequency | {QUARTERS}
не менее двух раз в год                   | minimum_frequency | {HALVES}
Не менее 2 раз ежегодно                   | minimum_frequency | {HALVES}
ежегодно, не реже 2 раз в год             | minimum_frequency | {HALVES}
минимум 2 раза в год                      | minimum_frequency | {HALVES}
не менее 2 раз в течение 2026 года        | minimum_frequency | {HALVES}
ежегодно до 1 марта                       | recurring | 03-01
до 15 января каждого года                 | recurring | 01-15
1 сентября ежегодно                       | recurring | 09-01
ежегодно в декабре                        | recurring | 12-31
ежегодно, I квартал                       | recurring | 03-31
2 раза в год (апрель, октябрь)            | recurring recurring | 04-30 10-31
1 раз в полугодие: до 1 июня и 1 декабря  | recurring recurring | 06-01 12-01
ежегодно до 1 февраля года, следующего за отчетным | recurring | 2027-02-01
до 30 января следующего за отчетным года  | recurring | 2027-01-30
Постоянно                                 | continuous | {QUARTERS}
на постоянной основе                      | continuous | {QUARTERS}
в постоянном режиме                       | continuous | {QUARTERS}
систематически                            | continuous | {QUARTERS}
регулярно                                 | continuous | {QUARTERS}
в течение всего периода                   | continuous | {QUARTERS}
весь период                               | continuous | {QUARTERS}
в течение срока действия плана            | continuous | {QUARTERS}
постоянно, до 31.12.2026                  | continuous | {QUARTERS}
постоянно в течение 2026 года             | continuous | {QUARTERS}
постоянно с 1 июля 2026 г.                | continuous | 09-30 12-31
Ежемесячно Ежеквартально                  | recurring recurring | {MONTHS}
постоянно; ежеквартально                  | continuous recurring | {QUARTERS}
I квартал 2026 г., далее постоянно        | period continuous | {QUARTERS}
до 1 марта 2026, далее - ежеквартально    | date recurring | 03-01 {QUARTERS}
до 01.03.2026, далее - по мере необходимости | date as_needed | 03-01
По мере необходимости                     | as_needed |
при необходимости                         | as_needed |
в случае необходимости                    | as_needed |
по мере поступления обращений граждан     | as_needed |
по запросу                                | as_needed |
при выявлении нарушений                   | as_needed |
в случае поступления жалоб                | as_needed |
В установленные сроки                     | external |
Согласно установленным срокам             | external |
в сроки, установленные законодательством  | external |
в установленные законом сроки             | external |
в установленном порядке                   | external |
в порядке, установленном законодательством | external |
согласно графику                          | external |
по графику                                | external |
по отдельному плану                       | external |
согласно плану работы учреждения на 2026 год | external |
в соответствии с планом-графиком          | external |
в срок, установленный приказом № 5 от 01.02.2026 | external |
в срок согласно приказу                   | external |
своевременно                              | external |
в течение 5 рабочих дней со дня получения | relative |
в 10-дневный срок                         | relative |
в трёхдневный срок со дня получения       | relative |
в месячный срок                           | relative |
в течение 3 (трех) рабочих дней с момента обращения | relative |
в течение месяца                          | relative |
за 10 дней до мероприятия                 | relative |
не позднее следующего рабочего дня        | relative |
в день обращения                          | relative |
незамедлительно                           | relative |
согласно графику, но не реже раза в полугодие | external minimum_frequency | {HALVES}
в течение 10 дней после проверки, но не позднее 1 декабря 2026 г. | relative date | 12-01
""")


@pytest.mark.parametrize(("phrase", "kind", "due"), EXACT, ids=[row[0] for row in EXACT])
def test_a_phrase_with_one_reading_is_exact(phrase: str, kind: str, due: str) -> None:
    deadline = read(phrase)
    assert (kinds(deadline), dates(deadline)) == (kind, " ".join(sorted(set(due.split()))))
    assert deadline.confidence == "exact"
    assert deadline.text == phrase


ASSUMED = rows("""
до 31 декабря                             | date | 12-31
до 31.12                                  | date | 12-31
1 сентября                                | date | 09-01
не позднее 1 декабря текущего года        | date | 12-01
до 1 июля с.г.                            | date | 07-01
до 15 марта, 15 июня                      | date date | 03-15 06-15
сентябрь                                  | period | 09-30
до конца марта                            | period | 03-31
IV квартал                                | period | 12-31
1 кв.                                     | period | 03-31
второе полугодие                          | period | 12-31
за 9 месяцев                              | period | 09-30
с 1 по 16 октября                         | period | 10-16
до конца года                             | period | 12-31
в течение года                            | period | 12-31
в конце года                              | period | 12-31
в текущем году                            | period | 12-31
до конца т.г.                             | period | 12-31
до сентября                               | period | 08-31
к сентябрю 2026                           | period | 08-31
до IV квартала 2026 г.                    | period | 09-30
до 2027 года                              | period | 12-31
с 1 сентября 2026 г.                      | period | 12-31
ориентировочно март 2026                  | period | 03-31
текущий квартал                           | period | 06-30
до конца текущего месяца                  | period | 05-31
1-2 раза в год                            | recurring | 12-31
ежеквартально до 5 числа                  | recurring | 03-05 06-05 09-05 12-05
1 марта 2026 г., 1 июня                   | date date | 03-01 06-01
осень                                     | period | 11-30
летний период 2026 года                   | period | 08-31
3 неделя мая 2026 г.                      | period | 05-21
""")


@pytest.mark.parametrize(("phrase", "kind", "due"), ASSUMED, ids=[row[0] for row in ASSUMED])
def test_what_is_taken_from_elsewhere_is_assumed_and_said(phrase: str, kind: str, due: str) -> None:
    deadline = read(phrase)
    assert (kinds(deadline), dates(deadline)) == (kind, due)
    assert deadline.confidence == "assumed"
    assert deadline.notes


@pytest.mark.parametrize(
    ("phrase", "code"),
    [
        ("31 февраля 2026", "no_such_date"),
        ("31.02.2026", "no_such_date"),
        ("29 февраля 2026 г.", "no_such_date"),
        ("31 апреля", "no_such_date"),
        ("15.13.2026", "no_such_date"),
        ("V квартал 2026", "no_such_unit"),
        ("3 полугодие 2026 г.", "no_such_unit"),
        ("13.2026", "no_such_unit"),
        ("ежегодно до 30 февраля", "no_such_date"),
        ("с 10 мая по 5 марта 2026 г.", "end_before_start"),
        ("с 31.12.2026 по 01.01.2026", "end_before_start"),
        ("2026-2025 гг.", "end_before_start"),
        ("до 15 числа", "frequency_missing"),
        ("ежеквартально до 5 числа каждого месяца", "frequency_differs"),
        ("3 раза в год (март)  (июнь)", "count_differs"),
        ("I квартал 2026 г., далее", "nothing_follows"),
        ("", "empty"),
        (" - ", "empty"),
        ("выполнено", "unread"),
        ("2026?", "unread"),
        ("март 2026 г. - обучение", "unread"),
        ("не более 2 раз в год", "only_upper_limit"),
        ("не ранее 1 марта 2026 г.", "unread"),
        ("до 1 марта или 1 апреля 2026", "unread"),
        ("в течение 3 (пяти) дней", "unread"),
        ("зима 2026", "unread"),
        ("в течение квартала", "unread"),
        ("___ 2026 г.", "unread"),
        ("2026 г. Директор", "unread"),
    ],
)
def test_what_is_unread_or_contradicts_itself_is_unknown_and_has_no_dates(
    phrase: str, code: str
) -> None:
    deadline = read(phrase)
    assert deadline.confidence == "unknown"
    assert kinds(deadline) == "unread"
    assert deadline.due_dates == ()
    assert codes(deadline) == {code}


def test_the_unread_words_are_shown() -> None:
    assert read("2026 г., когда-нибудь потом").parts[0].anchor == "когда-нибудь потом"


# --- JSON -----------------------------------------------------------------------------------------


def test_json_is_that_of_the_contract() -> None:
    phrase = "Не менее 2 раз ежегодно в течение 2017-2018 гг."
    data = read(phrase, TWO_YEARS).as_json(TWO_YEARS, WorkingCalendar())
    due = ["2017-06-30", "2017-12-31", "2018-06-30", "2018-12-31"]
    assert data == {
        "text": phrase,
        "parts": [
            {
                "kind": "minimum_frequency", "start": "2017-01-01", "end": "2018-12-31",
                "freq": "yearly", "times": 2, "day": None, "weekday": None, "month": None,
                "lag_periods": 0, "amount": None, "unit": None, "anchor": None, "due_dates": due,
            }
        ],
        "condition": None, "confidence": "exact", "notes": [], "due_dates": due,
        "due_dates_working": ["2017-06-30", "2017-12-29", "2018-06-29", "2018-12-31"],
        "interim_dates": [],
    }  # fmt: skip


@pytest.mark.parametrize("phrase", [row[0] for row in EXACT + ASSUMED] + ["31 февраля", "абв"])
def test_a_deadline_comes_back_from_its_json(phrase: str) -> None:
    deadline = read(phrase)
    stored = json.loads(json.dumps(deadline.as_json(), ensure_ascii=False))
    assert Deadline.from_json(stored) == deadline


@pytest.mark.parametrize("phrase", [row[0] for row in EXACT + ASSUMED])
def test_the_printed_phrase_reads_the_same(phrase: str) -> None:
    deadline = read(phrase)
    again = read(print_deadline(deadline))
    assert (again.parts, again.condition) == (deadline.parts, deadline.condition)
