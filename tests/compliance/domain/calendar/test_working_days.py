"""Working days: the Russian production calendar, and arithmetic in working days."""

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.working_days import WorkingCalendar


def russian_calendar(*years: int) -> WorkingCalendar:
    """The calendar of the `holidays` package: days off, and the Saturdays worked instead."""
    rules = holidays.country_holidays("RU", years=years)
    days = [date(year, 1, 1) + timedelta(days=n) for year in years for n in range(365)]
    worked = [day for day in days if day.weekday() >= 5 and rules.is_working_day(day)]
    return WorkingCalendar.of(rules.keys(), worked)


RUSSIA = russian_calendar(2023, 2024, 2025, 2026)


@pytest.mark.parametrize(("year", "count"), [(2024, 248), (2025, 247), (2026, 247)])
def test_the_year_has_as_many_working_days_as_the_production_calendar_says(
    year: int, count: int
) -> None:
    assert RUSSIA.working_days_in(Period.of_years(year)) == count


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        (date(2024, 4, 27), True),  # a Saturday worked for 29 April
        (date(2024, 4, 29), False),
        (date(2024, 2, 29), True),
        (date(2025, 12, 31), False),  # moved from 5 January
        (date(2026, 1, 9), False),
        (date(2026, 1, 12), True),
        (date(2026, 3, 9), False),  # Monday after Sunday 8 March
    ],
)
def test_holidays_and_transfers(day: date, is_working: bool) -> None:
    assert RUSSIA.is_working(day) is is_working


def test_a_transfer_wins_over_a_day_off() -> None:
    saturday = date(2026, 5, 16)
    assert WorkingCalendar.of([saturday], [saturday]).is_working(saturday)


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (date(2026, 3, 6), 1, date(2026, 3, 10)),  # over the weekend and 9 March
        (date(2026, 3, 6), 0, date(2026, 3, 6)),
        (date(2026, 3, 7), 0, date(2026, 3, 7)),  # nothing is added, nothing moves
        (date(2025, 12, 30), 1, date(2026, 1, 12)),
        (date(2026, 1, 12), -1, date(2025, 12, 30)),
        (date(2024, 2, 28), 2, date(2024, 3, 1)),  # 29 February is worked
        (date(2026, 3, 8), 5, date(2026, 3, 16)),
    ],
)
def test_working_days_are_added_and_taken_away(start: date, count: int, expected: date) -> None:
    assert RUSSIA.add_working_days(start, count) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 3, 6), date(2026, 3, 6), 0),
        (date(2026, 3, 6), date(2026, 3, 10), 1),
        (date(2026, 3, 10), date(2026, 3, 6), -1),
        (date(2025, 12, 30), date(2026, 1, 12), 1),
        (date(2026, 2, 1), date(2026, 2, 28), 19),
    ],
)
def test_distance_in_working_days_is_signed(first: date, last: date, expected: int) -> None:
    assert RUSSIA.working_days_between(first, last) == expected


def test_the_nearest_working_day_of_a_worked_day_is_itself() -> None:
    friday, saturday, monday = date(2026, 3, 13), date(2026, 3, 14), date(2026, 3, 16)
    assert RUSSIA.next_working_day(friday) == RUSSIA.previous_working_day(friday) == friday
    assert RUSSIA.next_working_day(saturday) == monday
    assert RUSSIA.previous_working_day(saturday) == friday


def test_a_calendar_without_working_days_is_refused() -> None:
    with pytest.raises(ValueError, match="no working day"):
        WorkingCalendar.of(weekend=range(7)).next_working_day(date(2026, 1, 1))


DAYS = st.dates(date(2023, 3, 1), date(2026, 10, 1))


@given(DAYS, st.integers(1, 20))
def test_distance_is_the_inverse_of_adding(day: date, count: int) -> None:
    assert RUSSIA.working_days_between(day, RUSSIA.add_working_days(day, count)) == count


@given(DAYS, DAYS)
def test_distance_back_is_distance_there_with_the_sign_turned(one: date, other: date) -> None:
    there, back = (
        RUSSIA.working_days_between(one, other),
        RUSSIA.working_days_between(other, one),
    )
    assert there == -back
