"""A stratified sample that anybody can draw again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.inspections.samples import draw, fingerprint, quota


@pytest.mark.parametrize(
    ("count", "share", "expected"),
    [(0, 50, 0), (1, 1, 1), (10, 1, 1), (10, 15, 2), (10, 14, 1), (3, 100, 3), (200, 5, 10)],
)
def test_of_each_stratum_its_share_and_at_least_one(count, share, expected):
    assert quota(count, share) == expected


def test_the_draw_is_fixed_by_its_seed_for_ever():
    strata = {1: range(1, 21), 2: [100], 3: []}
    assert draw(strata, 20, "ab") == draw(strata, 20, "ab")
    assert draw(strata, 20, "ab") != draw(strata, 20, "cd")
    assert draw(strata, 20, "ab") == DRAWN


DRAWN = [1, 5, 13, 19, 100]


@given(
    st.dictionaries(st.integers(1, 9), st.sets(st.integers(1, 999), max_size=30), max_size=5),
    st.integers(1, 100),
    st.text(max_size=8),
)
def test_every_stratum_that_has_something_is_drawn_from(strata, share, seed):
    for ids in strata.values():
        chosen = draw({0: ids}, share, seed)
        assert set(chosen) <= ids and len(chosen) == quota(len(ids), share)
        assert bool(chosen) == bool(ids)


@given(st.sets(st.integers(1, 999), min_size=1), st.integers(1, 100), st.text(max_size=8))
def test_one_stratum_does_not_change_what_is_drawn_from_another(ids, share, seed):
    alone = draw({1: ids}, share, seed)
    beside = draw({2: {one + 1000 for one in ids}, 1: ids}, share, seed)
    assert [one for one in beside if one < 1000] == alone


def test_a_fingerprint_is_of_the_rows_not_of_their_order():
    assert fingerprint([2, 1]) == fingerprint([1, 2]) != fingerprint([1, 2, 3])
