"""What is asked as proof beside what a report gives."""

from __future__ import annotations

import pytest

from compliance.domain.evidence.pdf import is_pdf, is_whole
from compliance.domain.evidence.proofs import Given, ProofPart, asked, in_order, missing


def given(*phases: str, link: bool = False, number: bool = False) -> Given:
    return Given(frozenset(phases), link, number)


@pytest.mark.parametrize(
    ("kinds", "has", "lacks"),
    [
        (["photo"], given("after"), []),
        (["photo"], given("document"), [ProofPart.PHOTO]),
        (["photo"], given(link=True, number=True), [ProofPart.PHOTO]),
        (["before_after"], given("after"), [ProofPart.BEFORE]),
        (["before_after"], given("before"), [ProofPart.AFTER]),
        (["before_after"], given("before", "after"), []),
        (["document"], given("document"), []),
        (["document"], given("after"), []),  # a photo of the paper
        (["document"], given("before"), [ProofPart.DOCUMENT]),
        (["photo", "document"], given("after"), [ProofPart.DOCUMENT]),
        (["before_after", "document"], given("before", "after"), [ProofPart.DOCUMENT]),
        (["link"], given("after"), [ProofPart.LINK]),
        (["link"], given(link=True), []),
        (["number"], given(number=True), []),
        (
            ["number", "link", "document"],
            given(),
            [ProofPart.DOCUMENT, ProofPart.LINK, ProofPart.NUMBER],
        ),
        # Nobody has chosen a kind: something to look at all the same.
        ([], given(), [ProofPart.ANYTHING]),
        ([""], given(), [ProofPart.ANYTHING]),
        ([""], given("before", number=True), [ProofPart.ANYTHING]),
        ([""], given("after"), []),
        ([""], given("document"), []),
        ([""], given(link=True), []),
    ],
)
def test_what_a_report_lacks_is_named(kinds, has, lacks):
    assert missing(kinds, has) == lacks


def test_photos_before_and_after_are_photos_enough():
    assert asked(["photo", "before_after"]) == [ProofPart.BEFORE, ProofPart.AFTER]


def test_kinds_come_each_once_and_before_and_after_first():
    assert in_order(["link", "photo", "", "before_after", "link"]) == [
        "before_after", "photo", "link",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "is_one"),
    [
        (b"%PDF-1.7\n", True),
        (b"%PDF-2.0\n", True),
        (b"%PDF-", False),
        (b"\n%PDF-1.7", False),
        (b"<html>%PDF-1.7", False),
        (b"PK\x03\x04", False),
        (b"", False),
    ],
)
def test_a_pdf_is_told_by_its_first_bytes(data, is_one):
    assert is_pdf(data) is is_one


def test_a_pdf_that_was_cut_off_has_no_end():
    assert is_whole(b"%PDF-1.4 ... %%EOF\n") and not is_whole(b"%PDF-1.4 ... %%EOF" + b"x" * 3000)
