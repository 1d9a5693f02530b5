"""The vote of a party that decides together: who may vote, how it stands, casting a vote."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db import transaction

from compliance.domain.plans.votes import VoteTally
from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import (
    Membership,
    Organisation,
    Plan,
    Revision,
    RevisionParty,
    User,
    Vote,
)
from compliance.services.acts import Act
from compliance.services.approval.drafters import check_eyes, is_barred
from compliance.services.audit.trail import record_and_tell
from compliance.services.plans.routes import at_turn
from compliance.services.plans.transitions import locked_plan


def voters(role: str, organisation: Organisation, at: datetime) -> list[User]:
    """Everybody who holds the role for the organisation on that day, by name."""
    rows = Membership.objects.holding(role, organisation, organisation.today(at))
    return list(User.objects.filter(pk__in=rows.values("user")).order_by("full_name", "pk"))


def electorate(party: RevisionParty, at: datetime) -> list[User]:
    """Who votes in this round: the members of the day, and those who voted and have left since."""
    members = voters(party.role, party.revision.plan.organisation, at)
    known = {member.pk for member in members}
    votes = party.votes.select_related("member")
    return members + [vote.member for vote in votes if vote.member_id not in known]


def tally(party: RevisionParty, at: datetime) -> VoteTally:
    """How the party's vote stands."""
    counts = Counter(party.votes.order_by().values_list("choice", flat=True))
    return VoteTally(
        party.rules,
        len(electorate(party, at)),
        votes_for=counts["for"],
        against=counts["against"],
        abstained=counts["abstain"],
    )


def may_vote(user: User, party: RevisionParty) -> bool:
    """Whether the person is a member of the party that is voting now and has not voted yet."""
    return (
        is_open(party)
        and _is_member(user, party)
        and not is_barred([user.pk], party.revision)
        and not party.votes.filter(member=user).exists()
    )


def is_open(party: RevisionParty) -> bool:
    """Whether votes are taken: the text is out, and it is this party's turn."""
    is_out = party.revision.status == Revision.Status.WITH_PARTIES
    return party.is_vote and is_out and at_turn(party.revision) == party


def _is_member(user: User, party: RevisionParty) -> bool:
    """Whether the person has the role themselves: a vote is personal, no substitute casts it."""
    oneself, *_absent = user.names_to_act_in()
    return _holds_role(oneself, party)


def _holds_role(user: User | None, party: RevisionParty) -> bool:
    path = party.revision.plan.organisation.path
    return user is not None and user.jurisdiction().holds(party.role, path)


@transaction.atomic
def cast_vote(party_id: int, choice: str, *, comment: str = "", act: Act) -> Vote:
    """The vote of the person, in their own name; it stands for the round.

    If a substitute voted for the absent member as well, one person could be a quorum of two. Raises
    Conflict when the party's turn is over or the member has voted, Forbidden for others and for
    those who drafted the text, Refusal for a vote against without a reason.
    """
    plan = locked_plan(Plan.objects.get(revisions__parties=party_id).pk)
    party = RevisionParty.objects.select_related("revision").get(pk=party_id)
    party.revision.plan = plan
    if not _is_member(act.person, party):
        raise Forbidden("vote_is_personal" if act.may(_holds_role, party) else "not_your_step")
    if not is_open(party):
        raise Conflict("vote_closed")
    if party.votes.filter(member=act.person).exists():
        raise Conflict("already_voted")
    check_eyes(party.revision, act)
    if choice not in Vote.Choice.values:
        raise Refusal("unknown_outcome")
    if choice == Vote.Choice.AGAINST and not comment.strip():
        raise Refusal("vote_why")
    vote = party.votes.create(
        member=act.person,
        cast_by=act.person,
        cast_at=act.at,
        choice=choice,
        comment=comment.strip(),
    )
    record_and_tell(
        act=act,
        organisation=plan.organisation,
        action="vote.cast",
        subject=plan,
        after={"choice": choice, "round": party.round},
        reason=vote.comment,
    )
    return vote
