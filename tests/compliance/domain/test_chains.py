"""A chain of hashes tells every kind of tampering apart. No database."""

from dataclasses import replace

import pytest

from compliance.domain.chains import Break, Link, breaks, digest, link_hash


def chain(length: int) -> list[Link]:
    links: list[Link] = []
    previous = ""
    for sequence in range(1, length + 1):
        content = {"action": f"step {sequence}"}
        own = link_hash(sequence, previous, content)
        links.append(Link(sequence, content, previous, own))
        previous = own
    return links


def check(links: list[Link], whole: list[Link]) -> list[Break]:
    return breaks(links, len(whole), whole[-1].hash if whole else "")


def test_a_whole_chain_has_no_break():
    whole = chain(5)
    assert check(whole, whole) == []
    assert breaks([], 0, "") == []


def test_a_changed_row_is_found():
    whole = chain(5)
    forged = [*whole[:2], replace(whole[2], content={"action": "other"}), *whole[3:]]
    assert check(forged, whole) == [Break(3, "changed")]


def test_a_changed_row_with_a_new_hash_breaks_the_next_one():
    whole = chain(5)
    content = {"action": "other"}
    row = Link(3, content, whole[1].hash, link_hash(3, whole[1].hash, content))
    assert check([*whole[:2], row, *whole[3:]], whole) == [Break(4, "inserted")]


def test_a_missing_row_is_found():
    whole = chain(5)
    assert check([*whole[:2], *whole[3:]], whole) == [Break(4, "missing")]


def test_a_reordered_row_is_found():
    whole = chain(4)
    found = check([whole[0], whole[2], whole[1], whole[3]], whole)
    assert Break(2, "reordered") in found


def test_an_inserted_row_is_found():
    whole = chain(3)
    content = {"action": "extra"}
    extra = Link(4, content, whole[2].hash, link_hash(4, whole[2].hash, content))
    assert check([*whole, extra], whole) == [Break(4, "inserted")]


@pytest.mark.parametrize("kept", [0, 1, 4])
def test_a_cut_off_end_is_found(kept):
    whole = chain(5)
    assert check(whole[:kept], whole) == [Break(5, "cut_off")]


def test_the_last_row_rewritten_with_its_hash_does_not_fit_the_head():
    whole = chain(3)
    content = {"action": "other"}
    last = Link(3, content, whole[1].hash, link_hash(3, whole[1].hash, content))
    assert check([*whole[:2], last], whole) == [Break(3, "changed")]


def test_the_digest_does_not_depend_on_the_order_of_keys():
    assert digest({"a": 1, "b": "ё"}) == digest({"b": "ё", "a": 1})
