"""The geometry of bars: lengths by the longest row, nothing invisible, nothing outside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.boards.charts import Piece, bars, heat, height

KINDS = ("in_time", "late", "overdue", "pending")
ROWS = st.lists(
    st.fixed_dictionaries({kind: st.integers(0, 100_000) for kind in KINDS}), max_size=14
)


def test_the_longest_row_fills_the_width_and_the_others_are_in_proportion():
    found = bars([{"done": 30, "late": 10}, {"done": 0, "late": 0}, {"done": 0, "late": 20}])
    assert found == [
        Piece("done", 30, left=0, length=75, top=0.3),
        Piece("late", 10, left=75, length=25, top=0.3),
        Piece("late", 20, left=0, length=50, top=3.8),
    ]


def test_svg_gets_its_numbers_with_points_whatever_the_language():
    (one,) = bars([{"done": 3}])
    assert (one.x, one.width, one.y) == ("0.00%", "100.00%", "0.30em")
    assert height(12) == "21.00em"


def test_one_among_thousands_is_visible_and_the_longest_gives_way():
    done, late = bars([{"done": 9_999, "late": 1}])
    assert (done.length, late.left, late.length) == (pytest.approx(99), pytest.approx(99), 1)


@pytest.mark.parametrize("rows", [[], [{}], [{"done": 0}]])
def test_of_nothing_nothing_is_drawn(rows):
    assert bars(rows) == []


@pytest.mark.parametrize(
    ("share", "level"),
    [
        (100, "whole"),
        (99, "most"),
        (80, "most"),
        (79, "half"),
        (50, "half"),
        (49, "few"),
        (0, "few"),
    ],
)
def test_a_share_has_one_of_four_levels(share, level):
    assert heat(share) == level


@given(ROWS)
def test_each_part_is_visible_in_place_and_inside_the_picture(rows):
    pieces = bars(rows)
    assert len(pieces) == sum(count > 0 for row in rows for count in row.values())
    ends: dict[float, float] = {}
    for piece in pieces:
        assert piece.length >= 0.999 and piece.left == ends.get(piece.top, 0)
        ends[piece.top] = piece.left + piece.length
    assert all(end <= 100.001 for end in ends.values())
