"""A party decides about a text that it has; the last of a kind changes the plan's state.

A change of a binding plan takes the same steps, but its plan's state stays. Everything is checked
under the lock of the plan's row, which also separates votes from the decision they lead to.
"""

from __future__ import annotations

from django.db import transaction

from compliance.domain.plans.grounds import Grounds
from compliance.domain.plans.states import Guard
from compliance.domain.refusals import Conflict, Refusal
from compliance.models import Decision, Membership, Plan, Revision, RevisionParty
from compliance.models.parties import PartyKind
from compliance.models.roles import Role, party_words
from compliance.services.acts import Act
from compliance.services.approval.amendments import decide_amendment
from compliance.services.approval.drafters import check_eyes
from compliance.services.approval.votes import tally
from compliance.services.audit.trail import record_and_tell
from compliance.services.plans.guards import check_guards
from compliance.services.plans.routes import at_turn, is_last_of_its_kind
from compliance.services.plans.transitions import change_state, check_dates, locked_plan
from compliance.wording.signatures import initialled, signature

TRANSITIONS = {PartyKind.AGREES: "agree", PartyKind.APPROVES: "approve"}


@transaction.atomic
def decide(revision: Revision, kind: str, grounds: Grounds, *, act: Act) -> Decision:
    """The decision of the party whose turn it is.

    Raises Conflict when it is not such a party's turn, Forbidden for a drafter, Refusal without a
    lawful basis or before the party's vote has carried.
    """
    plan = locked_plan(revision.plan_id)
    party = at_turn(revision)
    if party is None or party.kind != kind:
        raise Conflict("wrong_state", state=plan.get_state_display())
    check_eyes(revision, act)
    _check_basis(party, grounds)
    if party.is_vote:
        _check_vote(party, act)
    name, is_last = TRANSITIONS[PartyKind(kind)], is_last_of_its_kind(party)
    if not is_last:
        check_guards(plan, name, grounds)
        check_dates(plan, grounds, act)
    decision = _keep(party, grounds, act)
    if is_last and revision.is_amendment:
        decide_amendment(revision, name, act=act, grounds=grounds)
    elif is_last:
        change_state(plan.pk, name, act=act, grounds=grounds)
    else:
        _record(plan, party, f"party.{name}", decision, grounds, act)
    return decision


def _check_basis(party: RevisionParty, grounds: Grounds) -> None:
    if party.bases and grounds.basis not in party.bases:
        raise Refusal(Guard.BASIS_GIVEN)


def _check_vote(party: RevisionParty, act: Act) -> None:
    standing = tally(party, act.at)
    if not standing.has_quorum:
        raise Refusal("no_quorum", missing=standing.missing, needed=standing.needed)
    if not standing.has_carried:
        raise Refusal("vote_not_carried", votes_for=standing.votes_for, cast=standing.cast)


def check_return(revision: Revision, act: Act) -> None:
    """Refuse a return by a party that votes until its vote has ended against the text."""
    locked_plan(revision.plan_id)
    party = at_turn(revision)
    if party is None or not party.is_vote:
        return
    standing = tally(party, act.at)
    if not standing.has_quorum:
        raise Refusal("no_quorum", missing=standing.missing, needed=standing.needed)
    if not standing.has_failed:
        raise Refusal("vote_carried", votes_for=standing.votes_for, cast=standing.cast)


def _keep(party: RevisionParty, grounds: Grounds, act: Act) -> Decision:
    seat = _seat(party, act)
    # A council or a vote decides as a body, not as the person who records its minutes.
    is_body = party.is_vote or party.role == Role.COUNCIL
    signed_by = "" if is_body else signature(act.user, act.on_behalf_of)
    authority = seat.organisation.name if seat else ""
    body = authority or party_words(party.role)
    return Decision.objects.create(
        revision=party.revision,
        kind=party.kind,
        party=grounds.party or signed_by or body,
        authority=authority,
        post="" if is_body or seat is None else seat.post,
        signed_by="" if is_body else initialled(act.user, act.on_behalf_of),
        basis=grounds.basis or Decision.Basis.SIGNATURE,
        basis_number=grounds.basis_number,
        basis_date=grounds.basis_date,
        decided_by=act.user,
        decided_at=act.at,
    )


def _seat(party: RevisionParty, act: Act) -> Membership | None:
    """The role in which the person decides, the one nearest to the plan's organisation.

    A council's members look after its ministry's region, so the council itself comes first.
    """
    person = act.on_behalf_of or act.person
    path = party.revision.plan.organisation.path
    held = [
        row
        for row in person.own_memberships
        if person.with_only(row).jurisdiction().holds(party.role, path)
    ]
    return max(held, key=lambda row: len(row.organisation.path), default=None)


def _record(
    plan: Plan, party: RevisionParty, action: str, decision: Decision, grounds: Grounds, act: Act
) -> None:
    record_and_tell(
        act=act,
        organisation=plan.organisation,
        action=action,
        subject=plan,
        after={
            "party": decision.party,
            "role": party.role,
            "basis": decision.basis,
            "basis_number": decision.basis_number,
            "basis_date": decision.basis_date,
        },
        reason=grounds.comment.strip(),
    )
