"""By which day a due date is late: the later of the date as written and the planned one."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.shifting import Policy
from compliance.domain.calendar.working_days import WorkingCalendar
from compliance.domain.deadlines import read_deadline
from compliance.domain.deadlines.extensions import extended_to, planned_for
from compliance.domain.deadlines.lateness import counted_to, days_late, last_day_in_time
from compliance.domain.deadlines.schedule import schedule


def russian_calendar(*years: int) -> WorkingCalendar:
    rules = holidays.country_holidays("RU", years=years)
    days = [date(year, 1, 1) + timedelta(days=n) for year in years for n in range(366)]
    worked = [day for day in days if day.weekday() >= 5 and rules.is_working_day(day)]
    return WorkingCalendar.of(rules.keys(), worked)


RUSSIA = russian_calendar(2026, 2027, 2028, 2029)


# 31 December 2028 is a Sunday and 1 May 2028 a Monday; 30 April 2028 is a Sunday.
@pytest.mark.parametrize(
    ("phrase", "years", "written", "planned", "late_after"),
    [
        # A named date at the plan's end: nothing lies behind it, so it is planned before.
        ("до 31.12.2028", (2028,), "2028-12-31", "2028-12-29", "2028-12-31"),
        # The same inside a longer plan ends on the next working day (Civil Code, article 193).
        ("до 31.12.2028", (2028, 2029), "2028-12-31", "2029-01-09", "2029-01-09"),
        ("до 1 мая 2028 г.", (2028,), "2028-05-01", "2028-05-02", "2028-05-02"),
        ("до 3 июня 2028 г.", (2028,), "2028-06-03", "2028-06-05", "2028-06-05"),
        ("до 2 июня 2028 г.", (2028,), "2028-06-02", "2028-06-02", "2028-06-02"),
        # A period's end is planned for the working day before, and is in time on the day itself.
        ("2028 г.", (2028,), "2028-12-31", "2028-12-29", "2028-12-31"),
        ("IV квартал 2028 г.", (2028, 2029), "2028-12-31", "2028-12-29", "2028-12-31"),
        ("апрель 2028 г.", (2028,), "2028-04-30", "2028-04-28", "2028-04-30"),
        ("март 2028 г.", (2028,), "2028-03-31", "2028-03-31", "2028-03-31"),
    ],
)
def test_late_is_what_comes_after_both_the_written_and_the_planned_day(
    phrase, years, written, planned, late_after
):
    period = Period.of_years(*years)
    (found,) = schedule(read_deadline(phrase, period), period, RUSSIA)
    assert found.intended_on.isoformat() == written
    assert found.due_on.isoformat() == planned
    assert found.late_after.isoformat() == late_after


@pytest.mark.parametrize(
    ("shift", "planned", "late_after"),
    [
        ("after", "2028-06-05", "2028-06-05"),
        ("before", "2028-06-02", "2028-06-03"),
        ("none", "2028-06-03", "2028-06-03"),
    ],
)
def test_the_ministry_sets_which_way_and_no_way_shortens_the_term(shift, planned, late_after):
    period = Period.of_years(2028)
    deadline = read_deadline("до 3 июня 2028 г.", period)
    (found,) = schedule(deadline, period, RUSSIA, Policy(named_date_shift=shift))
    assert (found.due_on.isoformat(), found.late_after.isoformat()) == (planned, late_after)


def test_dates_that_a_person_gave_are_late_like_named_ones():
    period = Period.of_years(2028)
    (found,) = schedule(
        read_deadline("по мере необходимости", period),
        period,
        RUSSIA,
        dates=[date(2028, 12, 31)],
    )
    assert (found.due_on, found.late_after) == (date(2028, 12, 29), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("today", "counted", "late"),
    [
        (date(2028, 12, 1), date(2028, 12, 29), 0),
        (date(2028, 12, 29), date(2028, 12, 29), 0),
        (date(2028, 12, 30), date(2028, 12, 31), 0),
        (date(2028, 12, 31), date(2028, 12, 31), 0),
        (date(2029, 1, 1), date(2028, 12, 31), 1),
        (date(2029, 1, 9), date(2028, 12, 31), 9),
    ],
)
def test_a_date_counts_to_its_planned_day_and_then_to_its_last_day_in_time(today, counted, late):
    planned, last = date(2028, 12, 29), date(2028, 12, 31)
    assert counted_to(planned, last, today) == counted
    assert days_late(last, today) == late


PHRASES = st.sampled_from(
    [
        "до 31.12.2027", "до 1 мая 2028 г.", "до 8 января 2028 г.", "Ежеквартально", "ежемесячно",
        "ежемесячно до 30 числа", "Постоянно", "еженедельно", "2027 г.", "по мере необходимости",
        "не реже 3 раз в год", "1 полугодие 2028 г.", "ежегодно до 31 декабря",
    ]
)  # fmt: skip
SHIFTS = st.sampled_from(["before", "after", "none"])
DAYS_OFF = st.sets(st.dates(date(2027, 1, 1), date(2028, 12, 31)), max_size=60)
PERIODS = st.builds(
    lambda start, days: Period(start, start + timedelta(days=days)),
    st.dates(date(2027, 1, 1), date(2028, 1, 31)),
    st.integers(0, 330),
)


@given(PHRASES, PERIODS, SHIFTS, SHIFTS, DAYS_OFF)
def test_lateness_is_never_before_a_date_and_no_shift_leaves_the_plan(
    phrase, period, ends, named, days_off
):
    calendar = WorkingCalendar.of(non_working=days_off)
    found = schedule(read_deadline(phrase, period), period, calendar, Policy(ends, named))
    for due in found:
        assert due.late_after >= due.intended_on, "never before the written date"
        assert due.late_after >= due.due_on, "never before the planned one"
        assert due.late_after in {due.intended_on, due.due_on}, "and never anything else"
        if due.intended_on in period:
            assert due.due_on in period and due.late_after in period


@given(st.dates(date(2027, 6, 2), date(2027, 12, 31)), SHIFTS, DAYS_OFF)
def test_an_extension_is_late_after_what_was_wanted_and_planned_no_later(wanted, named, days_off):
    year, calendar = Period.of_years(2027), WorkingCalendar.of(non_working=days_off)
    policy = Policy(named_date_shift=named)
    granted = extended_to(
        wanted,
        late_after=date(2027, 6, 1),
        today=date(2027, 5, 1),
        period=year,
        calendar=calendar,
        policy=policy,
    )
    planned = planned_for(granted, period=year, calendar=calendar, policy=policy)
    assert wanted <= granted and planned <= granted and granted in year and planned in year
    assert last_day_in_time(granted, planned) == granted
