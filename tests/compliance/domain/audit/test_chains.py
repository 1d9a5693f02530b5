"""A chain of hashes tells every kind of tampering apart, and no more than was done. No database."""

from dataclasses import replace
from itertools import combinations

import pytest

from compliance.domain.audit.breaks import ChainBreak, breaks
from compliance.domain.audit.chains import ChainLink, digest, link_hash


def chain(length: int) -> list[ChainLink]:
    links: list[ChainLink] = []
    previous = ""
    for sequence in range(1, length + 1):
        content = {"action": f"step {sequence}"}
        own = link_hash(sequence, previous, content)
        links.append(ChainLink(sequence, content, previous, own, place=sequence * 10))
        previous = own
    return links


def check(links: list[ChainLink], whole: list[ChainLink]) -> list[ChainBreak]:
    return breaks(links, len(whole), whole[-1].hash if whole else "")


def forged(sequence: int, previous: str, words: str = "other", place: int = 0) -> ChainLink:
    """A row written with care: its own hash is right."""
    content = {"action": words}
    return ChainLink(sequence, content, previous, link_hash(sequence, previous, content), place)


def without(links: list[ChainLink], *numbers: int) -> list[ChainLink]:
    return [link for link in links if link.sequence not in numbers]


def put(links: list[ChainLink], row: ChainLink) -> list[ChainLink]:
    """The chain with one row replaced."""
    return [row if link.sequence == row.sequence else link for link in links]


def test_a_whole_chain_has_no_break():
    whole = chain(5)
    assert check(whole, whole) == []
    assert breaks([], 0, "") == []


@pytest.mark.parametrize("number", range(1, 8))
def test_a_changed_row_is_one_break_wherever_it_stands(number):
    whole = chain(7)
    row = replace(whole[number - 1], content={"action": "other"})
    assert check(put(whole, row), whole) == [ChainBreak(number, "changed")]


@pytest.mark.parametrize("number", range(1, 8))
def test_a_row_with_another_hash_or_predecessor_is_that_row_changed(number):
    whole = chain(7)
    for row in (
        replace(whole[number - 1], hash="0" * 64),
        replace(whole[number - 1], previous_hash="0" * 64),
        forged(number, "0" * 64),
        forged(number, whole[number - 2].hash if number > 1 else ""),
    ):
        assert check(put(whole, row), whole) == [ChainBreak(number, "changed")]


@pytest.mark.parametrize("pair", list(combinations(range(1, 8), 2)))
def test_two_changed_rows_are_two_breaks(pair):
    whole = chain(7)
    rows = whole
    for number in pair:
        rows = put(rows, replace(whole[number - 1], content={"action": f"other {number}"}))
    assert check(rows, whole) == [ChainBreak(number, "changed") for number in pair]


@pytest.mark.parametrize("number", range(1, 7))
def test_a_missing_row_is_named_by_its_own_number(number):
    whole = chain(7)
    assert check(without(whole, number), whole) == [ChainBreak(number, "missing")]


def test_rows_missing_together_are_one_break():
    whole = chain(9)
    assert check(without(whole, 3, 4, 5), whole) == [ChainBreak(3, "missing", 3)]
    missing = [ChainBreak(3, "missing"), ChainBreak(6, "missing")]
    assert check(without(whole, 3, 6), whole) == missing


def test_a_row_taken_out_with_all_later_ones_renumbered_is_one_missing_row():
    whole = chain(9)
    closed = [
        link if link.sequence < 4 else replace(link, sequence=link.sequence - 1)
        for link in without(whole, 4)
    ]
    assert check(closed, whole) == [ChainBreak(4, "missing")]
    assert breaks(closed, 8, whole[-1].hash) == [ChainBreak(4, "missing")], "with the head"


def test_a_long_renumbered_stretch_is_still_one_missing_row():
    """More rows than are ever searched for: the number is found by the shift of the row before."""
    whole = chain(1100)
    closed = [replace(link, sequence=link.sequence - 1) for link in whole[4:]]
    assert check([*whole[:3], *closed], whole) == [ChainBreak(4, "missing")]


@pytest.mark.parametrize("number", range(2, 8))
@pytest.mark.parametrize("is_careful", [True, False])
def test_a_row_put_in_with_all_later_ones_renumbered_is_one_inserted_row(number, is_careful):
    whole = chain(8)
    later = [replace(link, sequence=link.sequence + 1) for link in whole[number - 1 :]]
    extra = forged(number, whole[number - 2].hash)
    if not is_careful:
        extra = replace(extra, hash="0" * 64)
    rows = [*whole[: number - 1], extra, *later]
    assert check(rows, whole) == [ChainBreak(number, "inserted")]
    assert breaks(rows, 9, whole[-1].hash) == [ChainBreak(number, "inserted")], "with the head"


@pytest.mark.parametrize("previous", ["right", "0" * 64])
def test_a_row_added_at_the_end_is_inserted(previous):
    whole = chain(3)
    extra = forged(4, whole[2].hash if previous == "right" else previous)
    assert check([*whole, extra], whole) == [ChainBreak(4, "inserted")]
    assert check([*whole, replace(extra, hash="x")], whole) == [ChainBreak(4, "inserted")]


@pytest.mark.parametrize("number", range(1, 7))
def test_two_neighbours_that_changed_places_are_reordered(number):
    whole = chain(7)
    first, second = whole[number - 1], whole[number]
    rows = [
        *whole[: number - 1],
        replace(second, sequence=number),
        replace(first, sequence=number + 1),
        *whole[number + 1 :],
    ]
    assert check(rows, whole) == [ChainBreak(number, "reordered")]


def test_rows_far_apart_that_changed_places_are_both_reordered():
    whole = chain(60)
    rows = put(put(whole, replace(whole[50], sequence=5)), replace(whole[4], sequence=51))
    found = check(sorted(rows, key=lambda link: link.sequence), whole)
    assert found == [ChainBreak(5, "reordered"), ChainBreak(51, "reordered")]


def test_a_row_stored_after_its_successor_is_reordered():
    whole = chain(5)
    rows = put(put(whole, replace(whole[1], place=30)), replace(whole[2], place=20))
    assert check(rows, whole) == [ChainBreak(2, "reordered")]


@pytest.mark.parametrize("kept", [0, 1, 4])
def test_a_cut_off_end_is_found(kept):
    whole = chain(5)
    assert check(whole[:kept], whole) == [ChainBreak(kept + 1, "cut_off", 5 - kept)]


def test_different_tamperings_are_told_side_by_side():
    whole = chain(12)
    rows = put(without(whole, 3, 12), replace(whole[7], content={"action": "other"}))
    assert check(rows, whole) == [
        ChainBreak(3, "missing"),
        ChainBreak(8, "changed"),
        ChainBreak(12, "cut_off"),
    ]


def test_absurd_numbers_take_no_time():
    whole = chain(5)
    rows = [*whole, forged(10**15, "x"), forged(10**15 + 1, "y")]
    assert {one.reason for one in check(rows, whole)} == {"inserted"}
    rows = [*whole[:4], replace(whole[4], sequence=10**15)]
    assert [one.reason for one in check(rows, whole)] == ["changed"]


def test_the_digest_does_not_depend_on_the_order_of_keys():
    assert digest({"a": 1, "b": "ё"}) == digest({"b": "ё", "a": 1})


def exchanged(whole, *pairs):
    """The chain with the rows of each pair in each other's places."""
    rows = whole
    for one, other in pairs:
        rows = put(rows, replace(whole[one - 1], sequence=other))
        rows = put(rows, replace(whole[other - 1], sequence=one))
    return sorted(rows, key=lambda link: link.sequence)


def test_sixty_four_rows_are_compared_with_each_others_numbers_and_no_more():
    whole = chain(200)
    pairs = [(number, number + 100) for number in range(2, 66, 2)]
    rows = exchanged(whole, *pairs)
    both = sorted(number for pair in pairs for number in pair)
    assert check(rows, whole) == [ChainBreak(number, "reordered") for number in both]
    one_more = put(rows, replace(whole[189], content={"action": "other"}))
    assert check(sorted(one_more, key=lambda link: link.sequence), whole) == [
        ChainBreak(number, "changed") for number in [*both, 190]
    ]


@pytest.mark.parametrize("distance", [15, 16, 17])
def test_rows_exchanged_about_as_far_as_is_looked_are_both_reordered(distance):
    whole = chain(40)
    found = check(exchanged(whole, (10, 10 + distance)), whole)
    assert found == [ChainBreak(10, "reordered"), ChainBreak(10 + distance, "reordered")]


def test_a_chain_written_anew_with_a_row_before_its_first_is_told():
    """Head and all: only that the first row remembers another gives it away."""
    rows = [forged(1, "0" * 64, "step 1", place=10)]
    for number in range(2, 5):
        rows.append(forged(number, rows[-1].hash, f"step {number}", place=number * 10))
    assert breaks(rows, 4, rows[-1].hash) == [ChainBreak(1, "changed")]
    assert breaks(rows[:1], 1, rows[0].hash) == [ChainBreak(1, "changed")]
