"""A vote: who is asked, when there is a quorum, when it has carried.

Shares are whole percents. The quorum is reached when the votes cast are at least the type's share
of the members and at least its number; a vote carries when more than the type's share of the votes
cast are for. Somebody who abstains has taken part but is not for.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class VoteChoice(StrEnum):
    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a party's vote needs; percents, and a number of people."""

    quorum_share: int = 50
    quorum_count: int = 1
    majority_share: int = 50


@dataclass(frozen=True, slots=True)
class VoteTally:
    """How a vote stands."""

    rules: Rules
    members: int
    votes_for: int = 0
    against: int = 0
    abstained: int = 0

    @property
    def cast(self) -> int:
        """How many have voted."""
        return self.votes_for + self.against + self.abstained

    @property
    def needed(self) -> int:
        """How many have to vote for a quorum; at least one, rounded up."""
        by_share = -(-self.members * self.rules.quorum_share // 100)
        return max(by_share, self.rules.quorum_count, 1)

    @property
    def missing(self) -> int:
        """How many votes the quorum still lacks."""
        return max(self.needed - self.cast, 0)

    @property
    def has_quorum(self) -> bool:
        """Whether enough have voted for a decision."""
        return self.cast >= self.needed

    @property
    def has_carried(self) -> bool:
        """Whether there is a quorum and more than the needed share is for."""
        return self.has_quorum and self.votes_for * 100 > self.cast * self.rules.majority_share

    @property
    def has_failed(self) -> bool:
        """Whether there is a quorum and the vote has not carried as it stands."""
        return self.has_quorum and not self.has_carried
