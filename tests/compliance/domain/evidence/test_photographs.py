"""What a camera wrote is read with suspicion. No database."""

from datetime import datetime

import pytest

from compliance.domain.evidence.photographs import CameraData, camera_data

MOMENT = datetime(2026, 3, 1, 9, 30, 5)


def test_time_and_place_are_read():
    place = {1: "N", 2: (55.0, 21.0, 36.0), 3: "E", 4: (86.0, 5.0, 6.0)}
    assert camera_data({}, {36867: "2026:03:01 09:30:05"}, place) == CameraData(
        MOMENT, pytest.approx(55.36), pytest.approx(86.085)
    )


def test_the_plain_time_stands_in_for_the_original_one():
    assert camera_data({306: "2026:03:01 09:30:05\0"}, {}, {}).taken_at == MOMENT


@pytest.mark.parametrize("value", ["0000:00:00 00:00:00", "", "yesterday", b"\xff", 7, None])
def test_an_absurd_time_is_none(value):
    assert camera_data({306: value}, {}, {}).taken_at is None


@pytest.mark.parametrize(
    ("value", "year"),
    [
        ("1989:12:31 23:59:59", None),
        ("1990:01:01 00:00:00", 1990),
        ("2199:12:31 23:59:59", 2199),
        ("2200:01:01 00:00:00", None),
    ],
)
def test_a_camera_that_was_never_set_tells_no_time(value, year):
    taken_at = camera_data({306: value}, {}, {}).taken_at
    assert (taken_at and taken_at.year) == year


@pytest.mark.parametrize(
    ("degrees", "latitude", "longitude"),
    [
        ((90, 0, 0), 90, 90),
        ((90, 0, 1), None, pytest.approx(90.000278)),
        ((180, 0, 0), None, 180),
        ((180, 1, 0), None, None),
        ((0, 0, 0), 0, 0),
        ((-1, 0, 0), None, None),
    ],
)
def test_a_place_lies_on_the_globe(degrees, latitude, longitude):
    found = camera_data({}, {}, {1: "N", 2: degrees, 3: "E", 4: degrees})
    assert (found.latitude, found.longitude) == (latitude, longitude)


@pytest.mark.parametrize(
    "degrees",
    [(91, 0, 0), (float("nan"), 0, 0), (1, 2), "55", None, (1, "x", 2), (float("inf"), 0, 0)],
)
def test_an_absurd_place_is_none(degrees):
    assert camera_data({}, {}, {1: "N", 2: degrees}).latitude is None


def test_south_and_west_are_negative():
    found = camera_data({}, {}, {1: "S", 2: (10, 30, 0), 3: "W", 4: (20, 0, 0)})
    assert (found.latitude, found.longitude) == (-10.5, -20)
