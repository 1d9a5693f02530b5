"""What the parts of a deadline say: days, weekdays, lengths, conditions, spelling, years."""

import re
from datetime import date

import pytest

from compliance.domain.calendar.periods import Period
from compliance.domain.deadlines import Deadline, read_deadline
from compliance.domain.deadlines.parts import DeadlinePart
from compliance.domain.deadlines.wording import print_deadline
from tests.building.places import DOCUMENTS, SEEDS

PLAN = Period.of_years(2026)
TWO_YEARS = Period.of_years(2017, 2018)
TODAY = date(2026, 5, 20)


def read(phrase: str, period: Period = PLAN, today: date | None = TODAY) -> Deadline:
    return read_deadline(phrase, period, today)


def kinds(deadline: Deadline) -> str:
    return " ".join(part.kind for part in deadline.parts)


def codes(deadline: Deadline) -> set[str]:
    return {note.code for note in deadline.notes}


@pytest.mark.parametrize(
    ("phrase", "day", "month", "lag", "first", "last"),
    [
        ("ежемесячно до 25 числа", 25, None, 0, "2026-01-25", "2026-12-25"),
        ("до 10 числа каждого месяца", 10, None, 0, "2026-01-10", "2026-12-10"),
        ("ежемесячно 31 числа", 31, None, 0, "2026-01-31", "2026-12-31"),
        ("ежемесячно с 1 по 5 число", 5, None, 0, "2026-01-05", "2026-12-05"),
        ("ежемесячно до 5 числа следующего месяца", 5, None, 1, "2026-02-05", "2027-01-05"),
        (
            "ежемесячно, до 5-го числа месяца, следующего за отчётным",
            5, None, 1, "2026-02-05", "2027-01-05",
        ),
        (
            "ежеквартально не позднее 20 числа первого месяца, следующего за отчетным периодом",
            20, 1, 1, "2026-04-20", "2027-01-20",
        ),
        (
            "ежеквартально, до 10 числа месяца, следующего за отчетным кварталом",
            10, 1, 1, "2026-04-10", "2027-01-10",
        ),
        (
            "до 15 числа месяца, следующего за отчетным кварталом",
            15, 1, 1, "2026-04-15", "2027-01-15",
        ),
        (
            "раз в квартал до 10-го числа первого месяца следующего квартала",
            10, 1, 1, "2026-04-10", "2027-01-10",
        ),
        (
            "ежеквартально до 20 числа последнего месяца квартала",
            20, 3, 0, "2026-03-20", "2026-12-20",
        ),
    ],
)  # fmt: skip
def test_a_day_of_each_period(
    phrase: str, day: int, month: int | None, lag: int, first: str, last: str
) -> None:
    deadline = read(phrase)
    (part,) = deadline.parts
    assert (part.kind, part.day, part.month, part.lag_periods) == ("recurring", day, month, lag)
    assert (str(part.due_dates[0]), str(part.due_dates[-1])) == (first, last)
    assert deadline.confidence == "exact"
    assert ("after_period" in codes(deadline)) is bool(lag)


@pytest.mark.parametrize(
    ("phrase", "weekdays"),
    [
        ("еженедельно по пятницам", [5]),
        ("каждую пятницу", [5]),
        ("Еженедельно (пятница)", [5]),
        ("по понедельникам и средам", [1, 3]),
        ("каждый понедельник", [1]),
    ],
)
def test_weekdays_are_numbered_from_monday(phrase: str, weekdays: list[int]) -> None:
    deadline = read(phrase)
    assert [part.weekday for part in deadline.parts] == weekdays
    assert {part.freq for part in deadline.parts} == {"weekly"}
    assert {day.isoweekday() for day in deadline.due_dates} == set(weekdays)


def test_a_week_is_due_at_its_sunday_and_the_last_one_with_the_plan() -> None:
    found = read("Еженедельно").due_dates
    assert found[0] == date(2026, 1, 4)
    assert found[-1] == date(2026, 12, 31)
    assert len(found) == 53


def test_every_day_is_a_due_date_and_the_note_says_that_reports_are_rarer() -> None:
    deadline = read("ежедневно")
    assert len(deadline.due_dates) == 365
    assert codes(deadline) == {"daily"}


@pytest.mark.parametrize(
    ("phrase", "amount", "unit", "anchor"),
    [
        ("в течение 5 рабочих дней со дня получения", 5, "working_days", "получения"),
        ("в течение 14 дней после проверки", 14, "calendar_days", "проверки"),
        ("в 10-дневный срок с момента утверждения плана", 10, "calendar_days", "утверждения плана"),
        ("в двухнедельный срок", 14, "calendar_days", None),
        ("в течение трех лет", 36, "months", None),
        ("за 3 рабочих дня до мероприятия", -3, "working_days", "мероприятия"),
        ("не позднее 5 дней до начала смены", -5, "calendar_days", "начала смены"),
        ("в день обращения граждан", 0, "calendar_days", "обращения граждан"),
        ("на следующий рабочий день после обращения", 1, "working_days", "обращения"),
        ("сразу после получения", 0, "calendar_days", "получения"),
    ],
)
def test_a_relative_deadline_keeps_its_length_and_event(
    phrase: str, amount: int, unit: str, anchor: str | None
) -> None:
    (part,) = read(phrase).parts
    assert (part.kind, part.amount, part.unit, part.anchor) == ("relative", amount, unit, anchor)


@pytest.mark.parametrize(
    ("phrase", "condition", "kind"),
    [
        ("2026 г., при условии наличия денежных средств",
         "при условии наличия денежных средств", "period"),
        ("до 01.12.2026 при наличии финансирования", "при наличии финансирования", "date"),
        ("при наличии финансирования в течение 2026 года", "при наличии финансирования", "period"),
        ("2026 г. (при условии выделения средств)", "при условии выделения средств", "period"),
        ("2026 г. по согласованию с Учредителем", "по согласованию с Учредителем", "period"),
        ("в случае выделения средств, 2026 год", "в случае выделения средств", "period"),
        ("при наличии финансирования", "при наличии финансирования", "as_needed"),
        ("по согласованию", "по согласованию", "external"),
    ],
)  # fmt: skip
def test_conditions_are_kept_as_written(phrase: str, condition: str, kind: str) -> None:
    deadline = read(phrase)
    assert (deadline.condition, kinds(deadline)) == (condition, kind)
    assert deadline.confidence == "exact"


@pytest.mark.parametrize(
    "phrase",
    [
        "постояно", "ПОСТОЯННО", "  постоянно. ", "«Постоянно»", "посто-\nянно", "пос\u00adтоянно",
        "пocтoяннo",  # Latin c, o
        "посто- янно", "постоянно;", "- постоянно", "\tпостоянно\u00a0", "постоянно,",
    ],
)  # fmt: skip
def test_slips_of_the_typist_do_not_matter(phrase: str) -> None:
    deadline = read(phrase)
    assert (kinds(deadline), deadline.confidence) == ("continuous", "exact")


@pytest.mark.parametrize(
    ("phrase", "same"),
    [
        ("Ежемесечно", "ежемесячно"),
        ("еже-\nквартально", "ежеквартально"),
        ("ежекварта-льно", "ежеквартально"),
        ("в\u00a0течение\n2026\u00a0года", "в течение 2026 года"),
        ("с 1 по 16 октебря 2026 г.", "с 1 по 16 октября 2026 г."),
        ("апрель—май 2026", "апрель-май 2026"),
        ("апрель −\nмай 2026", "апрель-май 2026"),
        ("три\u0301жды в год", "трижды в год"),
        ("c 1 пo 16 oктября 2026 г.", "с 1 по 16 октября 2026 г."),
        ("2026 – 2027 г.г.", "2026-2027 гг."),
        ("в трехдневный срок", "в трёхдневный срок"),
    ],
)
def test_variants_of_spelling_read_the_same(phrase: str, same: str) -> None:
    assert read(phrase).parts == read(same).parts
    assert read(phrase).confidence == "exact"


def test_a_corrected_word_is_said() -> None:
    deadline = read("Ежемесечно")
    assert [(note.code, note.text) for note in deadline.notes] == [
        ("spelling_corrected", "Ежемесечно")
    ]


def test_a_slip_between_two_meanings_is_left_unread() -> None:
    """Half-way between "понедельник" and "понедельно"."""
    assert codes(read("понедельнк")) == {"unread"}


def test_june_and_july_are_never_corrected_into_one_another() -> None:
    assert read("июмь 2026").confidence == "unknown"


def test_a_named_day_after_the_end_of_the_plan_is_not_owed() -> None:
    plan = Period(date(2026, 2, 20), date(2026, 6, 15))
    found = read("ежемесячно до 18 числа", plan).due_dates
    assert [str(day) for day in found] == ["2026-03-18", "2026-04-18", "2026-05-18"]


# --- several years --------------------------------------------------------------------------------


def test_a_yearless_time_in_a_plan_of_two_years_takes_the_first_and_names_the_other() -> None:
    deadline = read("до 1 сентября", TWO_YEARS)
    assert deadline.due_dates == (date(2017, 9, 1),)
    assert [(note.code, note.year) for note in deadline.notes] == [
        ("year_from_period", 2017),
        ("year_also_possible", 2018),
    ]


def test_n_times_fall_in_each_year() -> None:
    deadline = read("Не менее 2 раз ежегодно в течение 2017-2018 гг.", TWO_YEARS)
    assert [str(day) for day in deadline.due_dates] == [
        "2017-06-30", "2017-12-31", "2018-06-30", "2018-12-31",
    ]  # fmt: skip
    assert (kinds(deadline), deadline.parts[0].times) == ("minimum_frequency", 2)


def test_a_yearless_part_of_the_year_recurs_in_each_year() -> None:
    deadline = read("ежемесячно в I квартале", TWO_YEARS)
    assert [str(part.end) for part in deadline.parts] == ["2017-03-31", "2018-03-31"]
    assert deadline.confidence == "exact"


def test_a_school_year_plan_finds_march_in_its_second_year() -> None:
    plan = Period(date(2025, 9, 1), date(2026, 5, 31))
    assert read("до 1 марта", plan).due_dates == (date(2026, 3, 1),)
    assert read("1 раз в год", plan).due_dates == (date(2026, 5, 31),)


def test_a_range_may_cross_new_year_when_it_is_short_and_begins_in_the_plan() -> None:
    deadline = read("с 20 декабря по 10 января 2027 г.", Period.of_years(2026, 2027))
    assert (deadline.confidence, deadline.parts[0].start) == ("assumed", date(2026, 12, 20))
    assert read("с 20 декабря по 10 октября 2027 г.").confidence == "unknown"


def test_29_february_exists_in_a_leap_year_only() -> None:
    assert read("29 февраля", Period.of_years(2024)).due_dates == (date(2024, 2, 29),)
    assert read("29 февраля", Period.of_years(2023, 2024)).due_dates == (date(2024, 2, 29),)
    assert read("29 февраля", Period.of_years(2025)).confidence == "unknown"
    assert read("февраль 2024 г.", Period.of_years(2024)).due_dates == (date(2024, 2, 29),)
    yearly = read("ежегодно до 29 февраля", Period.of_years(2024, 2025))
    assert yearly.due_dates == (date(2024, 2, 29), date(2025, 2, 28))


def test_a_year_outside_the_plan_is_said() -> None:
    deadline = read("до 1 марта 2030 г.")
    assert deadline.confidence == "exact"
    assert [(note.code, note.year) for note in deadline.notes] == [("outside_period", 2030)]


def test_what_continues_after_the_plan_is_said() -> None:
    assert "continues_after_period" in codes(read("2026 год и далее постоянно"))


def test_months_are_left_out() -> None:
    deadline = read("ежемесячно, кроме июня, июля, августа")
    assert {day.month for day in deadline.due_dates} == {1, 2, 3, 4, 5, 9, 10, 11, 12}


def test_without_today_the_current_quarter_is_not_guessed() -> None:
    assert codes(read("текущий квартал", today=None)) == {"today_needed"}


# --- the five seeds -------------------------------------------------------------------------------

SEED_PHRASES = [
    ("Постоянно", Period.of_years(2020), "exact", "continuous", 4),
    ("Ежемесячно Ежеквартально", Period.of_years(2020), "exact", "recurring recurring", 12),
    ("2020 г.", Period.of_years(2020), "exact", "period", 1),
    ("2020 г., при условии наличия денежных средств", Period.of_years(2020), "exact", "period", 1),
    ("I квартал 2020 г.", Period.of_years(2020), "exact", "period", 1),
    ("Ежеквартально", Period.of_years(2020), "exact", "recurring", 4),
    ("Еженедельно", Period.of_years(2020), "exact", "recurring", 53),
    ("В течение 2017-2018 гг.", TWO_YEARS, "exact", "period", 1),
    ("В установленные сроки", TWO_YEARS, "exact", "external", 0),
    ("Согласно установленным срокам", TWO_YEARS, "exact", "external", 0),
    ("Постоянно", TWO_YEARS, "exact", "continuous", 8),
    ("Не менее 2 раз ежегодно в течение 2017-2018 гг.", TWO_YEARS, "exact",
     "minimum_frequency", 4),
    ("По мере необходимости", TWO_YEARS, "exact", "as_needed", 0),
    ("в течение 2024 года", Period.of_years(2024), "exact", "period", 1),
    ("постоянно", Period.of_years(2024), "exact", "continuous", 4),
    ("постоянно в течение 2024 года:", Period.of_years(2024), "exact", "continuous", 4),
    ("ежемесячно, кроме июня, июля, августа", Period.of_years(2024), "exact",
     "recurring recurring", 9),
]  # fmt: skip


@pytest.mark.parametrize(("phrase", "period", "confidence", "kind", "count"), SEED_PHRASES)
def test_the_phrases_of_the_seed_documents(
    phrase: str, period: Period, confidence: str, kind: str, count: int
) -> None:
    deadline = read(phrase, period, None)
    assert (deadline.confidence, kinds(deadline)) == (confidence, kind)
    assert len(deadline.due_dates) == count


def seed_cells(name: str) -> list[str]:
    """The cells of a seed document, tags taken out; one that nobody brought is skipped."""
    path = next((one for one in (DOCUMENTS / name, SEEDS / name) if one.is_file()), None)
    if path is None:
        pytest.skip("this seed document is neither in the repository nor beside it")
    text = re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8"))
    return [cell.strip() for line in text.splitlines() for cell in line.split("\t")]


@pytest.mark.parametrize(
    ("name", "period", "count"),
    [
        ("kirov-institution-plan-2020.txt", Period.of_years(2020), 38),
        ("smolensk-regional-plan-2017-2018.txt", TWO_YEARS, 14),
    ],
)
def test_every_deadline_cell_of_the_seed_plans_is_exact(
    name: str, period: Period, count: int
) -> None:
    opening = re.compile(r"(постоянно|еже|\d{4} г\.|[IV]+ квартал|в течение 20|в установл|согласно"
                         r" уст|не менее 2|по мере)", re.IGNORECASE)  # fmt: skip
    cells = [cell for cell in seed_cells(name) if opening.match(cell) and len(cell) < 60]
    found = [read(cell, period, None) for cell in cells]
    assert [deadline.text for deadline in found if deadline.confidence != "exact"] == []
    assert len(found) == count


@pytest.mark.parametrize(
    "name", ["assessment-process-description.txt", "kemerovo-rating-findings-plans-2016.txt"]
)
def test_prose_of_the_seeds_is_never_taken_for_a_deadline_with_dates(name: str) -> None:
    long = [cell for cell in seed_cells(name) if len(cell) > 80]
    understood = [cell for cell in long if read(cell, Period.of_years(2016), None).due_dates]
    assert understood == []


@pytest.mark.parametrize(
    ("part", "printed"),
    [
        (DeadlinePart("recurring", times=1, amount=2, unit="months"), "1 раз в 2 месяца"),
        (DeadlinePart("recurring", times=2, amount=3, unit="months"), "2 раза в 3 месяца"),
        (DeadlinePart("recurring", times=1, amount=5, unit="months"), "1 раз в 5 месяцев"),
        (DeadlinePart("recurring", times=1, amount=11, unit="months"), "1 раз в 11 месяцев"),
        (DeadlinePart("recurring", times=1, amount=21, unit="months"), "1 раз в 21 месяц"),
        (DeadlinePart("recurring", times=1, amount=24, unit="months"), "1 раз в 24 месяца"),
        (DeadlinePart("recurring", times=12, amount=14, unit="calendar_days"), "12 раз в 14 дней"),
        (DeadlinePart("recurring", times=22, amount=3, unit="calendar_days"), "22 раза в 3 дня"),
        (DeadlinePart("recurring", times=1, amount=101, unit="calendar_days"), "1 раз в 101 день"),
        (DeadlinePart("minimum_frequency", times=21, freq="yearly"), "не менее 21 раза в год"),
        (DeadlinePart("minimum_frequency", times=2, freq="yearly"), "не менее 2 раз в год"),
        (DeadlinePart("relative", amount=1, unit="working_days", anchor="приёма"),
         "в течение 1 рабочего дня со дня приёма"),
        (DeadlinePart("relative", amount=3, unit="working_days"), "в течение 3 рабочих дней"),
        (DeadlinePart("relative", amount=21, unit="calendar_days"),
         "в течение 21 календарного дня"),
        (DeadlinePart("relative", amount=2, unit="months"), "в течение 2 месяцев"),
        (DeadlinePart("relative", amount=1, unit="months"), "в течение 1 месяца"),
        (DeadlinePart("relative", amount=-1, unit="months", anchor="приёма"),
         "за 1 месяц до приёма"),
        (DeadlinePart("relative", amount=-2, unit="working_days", anchor="приёма"),
         "за 2 рабочих дня до приёма"),
        (DeadlinePart("relative", amount=-1, unit="calendar_days", anchor="приёма"),
         "за 1 календарный день до приёма"),
        (DeadlinePart("relative", amount=-5, unit="calendar_days", anchor="приёма"),
         "за 5 календарных дней до приёма"),
    ],
)  # fmt: skip
def test_what_is_counted_stands_in_its_form(part: DeadlinePart, printed: str) -> None:
    assert print_deadline(Deadline("", (part,))) == printed
