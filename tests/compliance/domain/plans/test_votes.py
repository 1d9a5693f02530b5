"""When a vote has a quorum and when it has carried. No database."""

from __future__ import annotations

import pytest

from compliance.domain.plans.votes import Rules, VoteTally


@pytest.mark.parametrize(
    ("votes_for", "against", "abstained", "has_carried"),
    [
        (2, 2, 0, False),  # tied
        (1, 1, 0, False),
        (2, 1, 1, False),  # half is not more than half; who abstains has taken part
        (3, 2, 0, True),
        (3, 1, 1, True),
        (4, 0, 0, True),
        (0, 4, 0, False),
        (0, 0, 4, False),
    ],
)
def test_a_vote_carries_with_more_than_half_of_those_cast(
    votes_for, against, abstained, has_carried
):
    found = VoteTally(Rules(), 4, votes_for=votes_for, against=against, abstained=abstained)
    assert found.has_quorum
    assert found.has_carried is has_carried and found.has_failed is not has_carried


@pytest.mark.parametrize(
    ("share", "votes_for", "has_carried"),
    [(66, 2, True), (67, 2, False), (67, 3, True), (99, 3, True), (100, 3, False)],
)
def test_a_larger_majority_can_be_asked_for(share, votes_for, has_carried):
    rules = Rules(majority_share=share)
    assert VoteTally(rules, 3, votes_for, 3 - votes_for).has_carried is has_carried


@pytest.mark.parametrize(
    ("members", "rules", "needed"),
    [
        (4, Rules(), 2),
        (5, Rules(), 3),  # half of five people, rounded up
        (0, Rules(), 1),
        (1, Rules(), 1),
        (10, Rules(quorum_share=0, quorum_count=0), 1),
        (10, Rules(quorum_share=0, quorum_count=3), 3),
        (10, Rules(quorum_share=51), 6),
        (10, Rules(quorum_share=100), 10),
        (2, Rules(quorum_count=3), 3),
    ],
)
def test_a_quorum_is_the_larger_of_the_share_and_the_number(members, rules, needed):
    assert VoteTally(rules, members).needed == needed


def test_without_a_quorum_nothing_has_been_decided():
    short = VoteTally(Rules(), 5, votes_for=2)
    assert (short.cast, short.missing, short.has_quorum) == (2, 1, False)
    assert not short.has_carried and not short.has_failed
    just = VoteTally(Rules(), 5, votes_for=1, against=1, abstained=1)
    assert (just.cast, just.missing, just.has_quorum) == (3, 0, True)
    assert VoteTally(Rules(), 5, votes_for=5).missing == 0
