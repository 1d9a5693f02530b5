"""From understood deadlines to the dates on which they are owed."""

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.calendar.periods import Period, add_months, equal_parts, month_end
from compliance.domain.calendar.working_days import WorkingCalendar
from compliance.domain.deadlines import read_deadline
from compliance.domain.deadlines.schedule import (
    DueDate,
    Policy,
    interims,
    schedule,
    shifted,
)


def russian_calendar(*years: int) -> WorkingCalendar:
    rules = holidays.country_holidays("RU", years=years)
    days = [date(year, 1, 1) + timedelta(days=n) for year in years for n in range(365)]
    worked = [day for day in days if day.weekday() >= 5 and rules.is_working_day(day)]
    return WorkingCalendar.of(rules.keys(), worked)


RUSSIA = russian_calendar(2024, 2025, 2026, 2027)
PLAN = Period.of_years(2026)


def due(phrase: str, period: Period = PLAN, **options: object) -> list[DueDate]:
    return schedule(read_deadline(phrase, period), period, RUSSIA, **options)


def days(found: list[DueDate]) -> list[str]:
    return [item.due_on.isoformat() for item in found]


def test_intended_and_shifted_dates_stand_side_by_side() -> None:
    (found,) = due("май 2026 г.")
    assert (found.intended_on, found.due_on) == (date(2026, 5, 31), date(2026, 5, 29))
    assert (found.part, found.source, found.is_checkpoint) == (0, "period", False)


@pytest.mark.parametrize(
    ("phrase", "due_on"),
    [
        ("май 2026 г.", "2026-05-29"),  # the end of a period: the working day before
        ("до 31 мая 2026 г.", "2026-06-01"),  # a named date: the working day after
        ("с 1 по 31 мая 2026 г.", "2026-05-29"),
        ("до 9 марта 2026 г.", "2026-03-10"),
        ("до 10 марта 2026 г.", "2026-03-10"),
        ("2026 г.", "2026-12-30"),
        ("до 31 декабря 2026 г.", "2026-12-30"),  # after it the plan is over
        ("до 1 января 2026 г.", "2026-01-12"),
        ("январь 2026 г.", "2026-01-30"),
    ],
)
def test_a_period_ends_before_and_a_named_date_moves_after_days_off(
    phrase: str, due_on: str
) -> None:
    assert days(due(phrase)) == [due_on]


def test_a_named_year_end_inside_a_longer_plan_ends_on_the_next_working_day() -> None:
    """Civil Code, article 193; only the plan's own end stops it."""
    assert days(due("до 31.12.2026", Period.of_years(2026, 2027))) == ["2027-01-11"]
    assert days(due("IV квартал 2026 г.", Period.of_years(2026, 2027))) == ["2026-12-30"]


def test_the_directions_of_the_shift_are_settings() -> None:
    assert days(due("май 2026 г.", policy=Policy(period_end_shift="none"))) == ["2026-05-31"]
    assert days(due("май 2026 г.", policy=Policy(period_end_shift="after"))) == ["2026-06-01"]
    assert days(due("до 31.05.2026", policy=Policy(named_date_shift="before"))) == ["2026-05-29"]


def test_a_shift_leaves_the_plan_on_neither_side() -> None:
    weekend = Period(date(2026, 5, 30), date(2026, 6, 7))
    assert shifted(date(2026, 5, 31), False, weekend, RUSSIA) == date(2026, 6, 1)
    assert shifted(date(2026, 6, 7), True, weekend, RUSSIA) == date(2026, 6, 5)


def test_a_date_stays_when_the_plan_holds_no_working_day() -> None:
    rest = Period(date(2026, 1, 1), date(2026, 1, 8))
    assert shifted(date(2026, 1, 8), False, rest, RUSSIA) == date(2026, 1, 8)


def test_continuous_work_is_reported_on_quarterly_by_default() -> None:
    found = due("Постоянно")
    assert days(found) == ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-30"]
    assert all(item.is_checkpoint for item in found)


def test_the_checkpoints_of_continuous_work_are_a_setting() -> None:
    found = due("Постоянно", policy=Policy(continuous_checkpoints="half_yearly"))
    assert days(found) == ["2026-06-30", "2026-12-30"]


def test_daily_work_is_reported_on_monthly_unless_every_day_is_wanted() -> None:
    assert len(due("ежедневно")) == 12
    every_day = due("ежедневно", policy=Policy(daily_checkpoints="daily"))
    assert len(every_day) == 247  # working days of 2026 in a five-day week


def test_daily_work_is_a_checkpoint_and_never_a_named_day() -> None:
    january = Period(date(2026, 1, 1), date(2026, 1, 31))  # it ends on a Saturday
    (found,) = due("ежедневно", january)
    assert (found.due_on, found.intended_on) == (date(2026, 1, 30), date(2026, 1, 31))
    assert (found.source, found.is_checkpoint) == ("recurring", True)
    (monthly,) = due("ежемесячно", january)
    assert not monthly.is_checkpoint


@pytest.mark.parametrize(
    "phrase",
    ["В установленные сроки", "По мере необходимости", "в течение 5 рабочих дней со дня получения"],
)
def test_measures_without_dates_get_a_checkpoint_at_each_year_end(phrase: str) -> None:
    found = due(phrase, Period.of_years(2025, 2026))
    assert [item.intended_on.isoformat() for item in found] == ["2025-12-31", "2026-12-31"]
    assert all(item.is_checkpoint for item in found)
    assert not due(phrase, policy=Policy(has_year_end_checkpoint=False))


def test_dates_given_by_a_person_replace_the_checkpoint() -> None:
    found = due("В установленные сроки", dates=[date(2026, 9, 6), date(2026, 4, 1)])
    assert days(found) == ["2026-04-01", "2026-09-07"]
    assert {item.source for item in found} == {"person"}


def test_no_dates_given_by_a_person_means_none() -> None:
    assert due("В установленные сроки", dates=[]) == []


@pytest.mark.parametrize(
    ("phrase", "due_on"),
    [
        ("в течение 5 рабочих дней со дня получения", "2026-03-16"),
        ("в течение 10 календарных дней со дня получения", "2026-03-16"),
        ("в месячный срок со дня получения", "2026-04-06"),
        ("за 3 рабочих дня до проверки", "2026-03-03"),
        ("незамедлительно", "2026-03-06"),
    ],
)
def test_an_anchor_turns_a_relative_deadline_into_a_date(phrase: str, due_on: str) -> None:
    assert days(due(phrase, anchor=date(2026, 3, 6))) == [due_on]


def test_an_unread_deadline_has_no_dates_but_a_person_may_give_them() -> None:
    assert due("когда-нибудь") == []
    assert days(due("когда-нибудь", dates=[date(2026, 3, 3)])) == ["2026-03-03"]


def test_working_days_of_a_month_are_counted_in_the_calendar() -> None:
    found = due("ежемесячно до 5 рабочего дня месяца, следующего за отчетным")
    assert days(found)[:3] == ["2026-02-06", "2026-03-06", "2026-04-07"]
    assert days(found)[-1] == "2027-01-15"


def test_two_parts_on_one_day_are_one_date() -> None:
    found = due("Ежемесячно Ежеквартально")
    assert len(found) == 12
    assert {item.part for item in found} == {0}


def test_a_phrase_comes_before_a_checkpoint_of_the_same_day() -> None:
    (found,) = due("31.12.2026; по мере необходимости")
    assert (found.source, found.is_checkpoint) == ("date", False)


@pytest.mark.parametrize("rule", ["ежедневно", "постоянно"])
def test_a_phrase_comes_before_a_rule_that_means_an_earlier_day(rule: str) -> None:
    """Saturday 31 January is the rule's, Sunday 1 February the phrase's; both are due on Friday."""
    plan = Period(date(2026, 1, 1), date(2026, 2, 28))
    policy = Policy(named_date_shift="before", continuous_checkpoints="monthly")
    for words in (f"{rule}; 01.02.2026", f"01.02.2026; {rule}"):
        assert [
            (str(item.intended_on), item.is_checkpoint) for item in due(words, plan, policy=policy)
        ] == [("2026-02-01", False), ("2026-02-28", True)]


def test_the_last_date_of_a_lag_may_fall_after_the_plan() -> None:
    found = due("ежеквартально до 10 числа месяца, следующего за отчетным кварталом")
    assert days(found) == ["2026-04-10", "2026-07-10", "2026-10-12", "2027-01-11"]


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_are_added_to_the_same_day_or_the_last(
    start: date, months: int, expected: date
) -> None:
    assert add_months(start, months) == expected


@pytest.mark.parametrize(
    ("year", "month", "end"),
    [(2024, 2, 29), (2026, 2, 28), (2100, 2, 28), (2000, 2, 29), (2026, 4, 30), (2026, 12, 31)],
)
def test_month_ends(year: int, month: int, end: int) -> None:
    assert month_end(year, month).day == end


@pytest.mark.parametrize(
    ("whole", "count", "ends"),
    [
        (PLAN, 2, ["06-30", "12-31"]),
        (PLAN, 3, ["04-30", "08-31", "12-31"]),
        (PLAN, 24, None),
        (PLAN, 5, ["03-14", "05-26", "08-07", "10-19", "12-31"]),
        (Period.of_months(2026, 1, 3), 2, ["02-15", "03-31"]),
        (Period.of_months(2026, 2), 2, ["02-15", "02-28"]),
    ],
)
def test_n_times_fall_in_equal_parts(whole: Period, count: int, ends: list[str] | None) -> None:
    parts = equal_parts(whole, count)
    assert len(parts) == count
    assert parts[-1] == whole.end
    if ends is not None:
        assert [f"{day:%m-%d}" for day in parts] == ends


@given(
    st.dates(date(2024, 1, 1), date(2027, 11, 30)),
    st.booleans(),
    st.dates(date(2024, 1, 1), date(2025, 6, 1)),
    st.integers(0, 900),
)
def test_shifting_twice_changes_nothing_and_leaves_no_plan(
    day: date, is_named: bool, start: date, length: int
) -> None:
    period = Period(start, start + timedelta(days=length))
    once = shifted(day, is_named, period, RUSSIA)
    assert shifted(once, is_named, period, RUSSIA) == once
    assert (once in period) if day in period else (once.year == day.year)


# --- checkpoints near the beginning of a plan -----------------------------------------------------


@pytest.mark.parametrize(
    ("start", "first"),
    [
        (date(2025, 12, 26), "2026-03-31"),  # five days before the quarter's end
        (date(2025, 12, 14), "2026-03-31"),  # 18 days of 92: less than a fifth
        (date(2025, 12, 13), "2025-12-31"),  # 19 days
        (date(2026, 1, 1), "2026-03-31"),
    ],
)
def test_a_checkpoint_with_hardly_any_time_before_it_is_left_out(start: date, first: str) -> None:
    found = due("Постоянно", Period(start, date(2026, 12, 31)))
    assert found[0].intended_on.isoformat() == first
    assert found[-1].intended_on.isoformat() == "2026-12-31"


def test_a_plan_of_five_days_keeps_its_one_checkpoint() -> None:
    plan = Period(date(2026, 12, 25), date(2026, 12, 31))
    assert [item.intended_on.isoformat() for item in due("Постоянно", plan)] == ["2026-12-31"]


def test_dates_that_the_words_name_are_never_left_out() -> None:
    found = due("Ежеквартально", Period(date(2026, 3, 26), date(2026, 12, 31)))
    assert found[0].intended_on == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("phrase", "start", "intended"),
    [
        ("Не менее 2 раз ежегодно", date(2026, 6, 1), "09-15 12-31"),
        ("2 раза в год", date(2026, 2, 20), "06-30 12-31"),  # 315 of 365 days: a year
        ("2 раза в год", date(2026, 12, 26), "12-28 12-31"),
        ("3 раза в год", date(2026, 4, 1), "06-30 09-30 12-31"),
    ],
)
def test_times_a_year_are_spread_over_what_the_plan_holds(
    phrase: str, start: date, intended: str
) -> None:
    found = due(phrase, Period(start, date(2026, 12, 31)))
    assert " ".join(f"{item.intended_on:%m-%d}" for item in found) == intended


def test_a_stub_of_a_year_before_whole_ones_is_asked_nothing() -> None:
    plan = Period(date(2025, 12, 26), date(2026, 12, 31))
    found = due("2 раза в год", plan)
    assert [item.intended_on.isoformat() for item in found] == ["2026-06-30", "2026-12-31"]
    assert read_deadline("2 раза в год", plan).confidence == "assumed"


# --- interim checkpoints --------------------------------------------------------------------------


def asked(phrase: str, period: Period = PLAN, **options: object) -> list[str]:
    deadline = read_deadline(phrase, period)
    found = interims(deadline, period, RUSSIA, **options)
    return [item.intended_on.isoformat() for item in found]


@pytest.mark.parametrize(
    ("phrase", "plan", "intended"),
    [
        ("В течение 2025-2026 гг.", Period.of_years(2025, 2026),
         "2025-03-31 2025-06-30 2025-09-30 2025-12-31 2026-03-31 2026-06-30 2026-09-30"),
        ("2026 г.", PLAN, "2026-03-31 2026-06-30 2026-09-30"),
        ("I полугодие 2026 г.", PLAN, "2026-03-31"),
        ("апрель - август 2026 г.", PLAN, "2026-06-30"),
        ("с 15 марта по 31 декабря 2026 г.", PLAN, "2026-06-30 2026-09-30"),
        ("с 1 июля 2026 г. по 10 октября 2026 г.", PLAN, ""),  # ten days before its own end
        ("I квартал 2026 г.", PLAN, ""),
        ("март-май 2026 г.", PLAN, ""),  # a quarter long, and no longer
        ("до 31 декабря 2026 г.", PLAN, ""),
        ("Постоянно", PLAN, ""),
        ("Ежегодно", Period.of_years(2025, 2026), ""),
        ("По мере необходимости", PLAN, ""),
        ("2026 г. когда-нибудь", PLAN, ""),
    ],
)  # fmt: skip
def test_the_course_of_work_is_asked_for_inside_a_long_period(
    phrase: str, plan: Period, intended: str
) -> None:
    assert asked(phrase, plan) == intended.split()


def test_interims_are_no_due_dates_and_none_falls_on_one() -> None:
    deadline = read_deadline("2026 г.; до 30 июня 2026 г.", PLAN)
    assert [str(day) for day in deadline.due_dates] == ["2026-06-30", "2026-12-31"]
    assert asked("2026 г.; до 30 июня 2026 г.") == ["2026-03-31", "2026-09-30"]


def test_an_interim_on_a_day_off_is_asked_for_on_the_working_day_before() -> None:
    deadline = read_deadline("В течение 2024-2025 гг.", Period.of_years(2024, 2025))
    found = interims(deadline, Period.of_years(2024, 2025), RUSSIA)
    assert (found[0].on, found[0].intended_on) == (date(2024, 3, 29), date(2024, 3, 31))


def test_how_often_the_course_is_asked_for_is_a_setting() -> None:
    assert asked("2026 г.", policy=Policy(interim_checkpoints="half_yearly")) == ["2026-06-30"]
    assert asked("2026 г.", policy=Policy(interim_checkpoints="none")) == []


def test_dates_set_by_a_person_leave_no_interims() -> None:
    assert asked("2026 г.", dates=[date(2026, 9, 1)]) == []


def test_interims_stand_in_the_json_beside_the_due_dates() -> None:
    plan = Period.of_years(2017, 2018)
    data = read_deadline("В течение 2017-2018 гг.", plan).as_json(plan, RUSSIA)
    assert data["due_dates"] == ["2018-12-31"]
    assert data["interim_dates"] == [
        "2017-03-31", "2017-06-30", "2017-09-30", "2017-12-31",
        "2018-03-31", "2018-06-30", "2018-09-30",
    ]  # fmt: skip
