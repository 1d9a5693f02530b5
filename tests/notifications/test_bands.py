"""Which step of the schedule a due date has reached: no database, so purity is proved."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.domain.calendar.working_days import WorkingCalendar
from notifications.domain.bands import Step, StepBand, bands, newly_reached

SCHEDULE = [
    Step(1, "executor", -30),
    Step(2, "executor", -14),
    Step(3, "executor", -7),
    Step(4, "executor", -3),
    Step(5, "executor", -1),
    Step(6, "executor", 0),
    Step(7, "executor", 1),
    Step(8, "director", 1),
    Step(9, "director", 3),
    Step(10, "ministry", 7),
    Step(11, "executor", 12, repeat_every=5),
    Step(12, "director", 12, repeat_every=5),
]
NEW_YEAR = WorkingCalendar.of(
    non_working=[date(2026, 1, day) for day in range(1, 12)],
    working=[date(2026, 2, 28)],
)
WEEKENDS = WorkingCalendar.of()
MONDAY = date(2026, 3, 16)


def band_of(found: list[StepBand], who: str, due_on: date) -> StepBand | None:
    inside = [band for band in found if band.who == who and band.after < due_on <= band.until]
    assert len(inside) <= 1, "bands of one audience must not overlap"
    return inside[0] if inside else None


def latest_step(who: str, due_on: date, today: date, calendar: WorkingCalendar) -> object:
    """What the planner would find by asking every step of every row: (step, sequence) or None."""
    latest = None
    for step in (step for step in SCHEDULE if step.who == who):
        sequence, offset = 0, step.offset
        while calendar.add_working_days(due_on, offset) <= today:
            latest = max(latest or (offset, 0, 0), (offset, step.id, sequence))
            if not step.repeat_every:
                break
            sequence, offset = sequence + 1, offset + step.repeat_every
    return latest and latest[1:]


@pytest.mark.parametrize("calendar", [WEEKENDS, NEW_YEAR], ids=["weekends", "new year"])
@pytest.mark.parametrize(
    "today",
    [date(2026, 3, 16), date(2026, 3, 15), date(2026, 1, 5), date(2026, 1, 12), date(2026, 2, 28)],
)
def test_each_due_date_lies_in_the_band_of_its_latest_step(
    today: date, calendar: WorkingCalendar
) -> None:
    oldest = today - timedelta(days=120)
    found = bands(SCHEDULE, today, oldest, calendar)
    for distance in range(-120, 70):
        due_on = today + timedelta(days=distance)
        for who in ("executor", "director", "ministry"):
            band = band_of(found, who, due_on)
            reached = band and (band.step_id, band.sequence)
            assert reached == latest_step(who, due_on, today, calendar), (who, due_on)


@given(
    today=st.dates(date(2025, 6, 1), date(2026, 12, 31)),
    holidays=st.sets(st.dates(date(2025, 1, 1), date(2027, 6, 1)), max_size=60),
    distance=st.integers(-90, 60),
)
def test_the_band_is_right_under_any_calendar(
    today: date, holidays: set[date], distance: int
) -> None:
    calendar = WorkingCalendar.of(non_working=holidays)
    due_on = today + timedelta(days=distance)
    found = bands(SCHEDULE, today, today - timedelta(days=90), calendar)
    for who in ("executor", "director", "ministry"):
        band = band_of(found, who, due_on)
        reached = band and (band.step_id, band.sequence)
        assert reached == latest_step(who, due_on, today, calendar)


@pytest.mark.parametrize(
    ("due_on", "step", "alone_since"),
    [
        # Tomorrow, one day ahead: half the gap is kept from a neighbour two days before on.
        (date(2026, 3, 17), 5, date(2026, 3, 15)),
        # Thursday, three working days ahead.
        (date(2026, 3, 19), 4, date(2026, 3, 13)),
        # Seven working days ahead are nine calendar days over a weekend.
        (date(2026, 3, 25), 3, date(2026, 3, 7)),
    ],
)
def test_a_step_ahead_knows_how_much_room_it_needs(
    due_on: date, step: int, alone_since: date
) -> None:
    band = band_of(bands(SCHEDULE, MONDAY, MONDAY, WEEKENDS), "executor", due_on)
    assert band is not None
    assert (band.step_id, band.alone_since) == (step, alone_since)


def test_what_is_due_or_overdue_needs_no_room() -> None:
    for band in bands(SCHEDULE, MONDAY, MONDAY - timedelta(days=60), WEEKENDS):
        if band.until <= MONDAY:
            assert band.alone_since == band.until


def test_repetitions_end_with_the_oldest_due_date() -> None:
    found = bands(SCHEDULE, MONDAY, MONDAY - timedelta(days=365), WEEKENDS)
    assert min(band.after for band in found) == MONDAY - timedelta(days=366)
    assert max(band.sequence for band in found) == 49


def test_ten_years_of_arrears_give_a_few_hundred_bands() -> None:
    found = bands(SCHEDULE, MONDAY, date(2016, 3, 16), WEEKENDS)
    assert len(found) < 1200


def test_nothing_is_reached_when_everything_is_far_ahead() -> None:
    assert bands(SCHEDULE, MONDAY, MONDAY + timedelta(days=400), WEEKENDS) == []


# --- What a new day brings ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "today", "expected"),
    [
        # Friday: seventeen, twelve, seven, three days late and one; due today; three dates whose
        # working day before it is, and those in three, seven, fourteen and thirty.
        (date(2026, 3, 12), date(2026, 3, 13),
         "02-18 02-25 03-04 03-10 03-12 03-13 03-14 03-15 03-16 03-18 03-24 04-02 04-24"),
        # A day off brings only what is due on it.
        (date(2026, 3, 13), date(2026, 3, 14), "03-14"),
        (MONDAY, MONDAY, ""),
    ],
)  # fmt: skip
def test_a_new_day_reaches_the_dates_whose_step_it_is(
    since: date, today: date, expected: str
) -> None:
    found = newly_reached(SCHEDULE, since, today, date(2026, 2, 16), WEEKENDS)
    assert " ".join(f"{day:%m-%d}" for day in sorted(found)) == expected


@settings(max_examples=25)
@given(
    since=st.dates(date(2025, 12, 20), date(2026, 3, 20)),
    days=st.integers(0, 12),
    calendar=st.sampled_from([WEEKENDS, NEW_YEAR]),
)
def test_what_is_new_is_what_has_another_step(
    since: date, days: int, calendar: WorkingCalendar
) -> None:
    oldest, today = date(2025, 12, 1), since + timedelta(days=days)
    expected = set()
    for distance in range(200):
        due_on = oldest + timedelta(days=distance)
        before, now = (
            [
                latest_step(who, due_on, day, calendar)
                for who in ("executor", "director", "ministry")
            ]
            for day in (since, today)
        )
        if before != now:
            expected.add(due_on)
    assert newly_reached(SCHEDULE, since, today, oldest, calendar) == expected
