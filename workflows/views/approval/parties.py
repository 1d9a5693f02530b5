"""A text's way through its parties, as the plan's page shows it, and the vote of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from compliance.domain.plans.votes import VoteTally
from compliance.forms.approval import BallotForm
from compliance.models import RevisionParty, User, Vote
from compliance.models.plans import Revision
from compliance.services.approval.votes import electorate, is_open, may_vote, tally
from compliance.services.plans.routes import stops


@dataclass(frozen=True)
class Ballot:
    """A running vote: how it stands, who has voted how, and the person's form if they may vote."""

    party: RevisionParty
    tally: VoteTally
    rows: list[tuple[User, Vote | None]]
    form: BallotForm | None

    def allows(self, is_consent: bool) -> bool:
        """Whether the vote as it stands lets a member record this decision."""
        return self.tally.has_carried if is_consent else self.tally.has_failed


def way_of(
    user: User, revision: Revision | None, inside: bool, refused: BallotForm | None
) -> dict[str, Any]:
    """The parties in order, and the vote that is running now."""
    way = stops(revision)
    present = next((stop.party for stop in way if stop.is_present), None)
    shown = inside and present is not None and is_open(present)
    return {
        "stops": way,
        "ballot": _ballot(user, present, refused, timezone.now()) if shown and present else None,
    }


def _ballot(user: User, party: RevisionParty, refused: BallotForm | None, at: datetime) -> Ballot:
    votes = {vote.member_id: vote for vote in party.votes.select_related("cast_by")}
    form = refused or BallotForm(initial={"party": party.pk})
    return Ballot(
        party=party,
        tally=tally(party, at),
        rows=[(member, votes.get(member.pk)) for member in electorate(party, at)],
        form=form if refused or may_vote(user, party) else None,
    )
