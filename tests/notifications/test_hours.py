"""When letters may leave, and how long a refused one waits: no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from notifications.domain.backoff import pause_after
from notifications.domain.hours import local_midnight, sending_moment


@pytest.mark.parametrize(
    ("at", "zone", "leaves"),
    [
        # 07:00 UTC is 10:00 in Moscow: at once.
        ("2026-03-16T07:00", "Europe/Moscow", "2026-03-16T07:00"),
        # 04:59 UTC is 07:59 in Moscow: one minute later.
        ("2026-03-16T04:59", "Europe/Moscow", "2026-03-16T05:00"),
        # 16:59 UTC is 19:59 in Moscow: still in the day; 17:00 is not.
        ("2026-03-16T16:59", "Europe/Moscow", "2026-03-16T16:59"),
        ("2026-03-16T17:00", "Europe/Moscow", "2026-03-17T05:00"),
        # 07:00 UTC is 19:00 in Kamchatka, 20:30 UTC already the morning of the next day.
        ("2026-03-16T07:00", "Asia/Kamchatka", "2026-03-16T07:00"),
        ("2026-03-16T20:30", "Asia/Kamchatka", "2026-03-16T20:30"),
        ("2026-03-16T09:00", "Asia/Kamchatka", "2026-03-16T20:00"),
        ("2026-03-16T05:30", "Europe/Kaliningrad", "2026-03-16T06:00"),
    ],
)
def test_letters_leave_in_the_daytime_of_the_place(at: str, zone: str, leaves: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    expected = datetime.fromisoformat(leaves).replace(tzinfo=UTC)
    assert sending_moment(moment, zone, (8, 20)) == expected


def test_in_the_demo_every_hour_is_a_sending_hour() -> None:
    for hour in range(24):
        moment = datetime(2026, 3, 16, hour, 30, tzinfo=UTC)
        assert sending_moment(moment, "Europe/Moscow", (0, 24)) == moment


def test_midnight_is_that_of_the_place() -> None:
    moment = datetime(2026, 3, 16, 13, 0, tzinfo=UTC)  # 01:00 of the 17th in Kamchatka
    assert local_midnight(moment, "Asia/Kamchatka") == datetime(2026, 3, 16, 12, 0, tzinfo=UTC)


def test_pauses_double_up_to_half_a_day() -> None:
    pauses = [pause_after(tries, luck=0.5) for tries in range(9)]
    minutes = [pause / timedelta(minutes=1) for pause in pauses]
    assert minutes == [10, 10, 20, 40, 80, 160, 320, 640, 720]


@pytest.mark.parametrize("tries", [0, 1, 5, 60])
def test_a_pause_is_spread_by_a_quarter(tries: int) -> None:
    middle = pause_after(tries, 0.5)
    assert pause_after(tries, 0.0) == middle * 0.75
    assert pause_after(tries, 1.0) == middle * 1.25
