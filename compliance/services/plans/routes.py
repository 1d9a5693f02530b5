"""Which parties a text passes, and whose turn it is: called when it is sent, until it is back.

A change of the plan type applies to texts sent from then on; a text with its parties goes on the
way it began.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models

from compliance.models import Decision, Plan, Revision, RevisionParty
from compliance.models.parties import RULES, PartyKind

PUBLISHING_DAYS = 5  # working days; the plan type only says who publishes


def call_parties(revision: Revision) -> list[RevisionParty]:
    """The parties of a new round, as the plan type has them now; called when a text is sent."""
    last = revision.parties.aggregate(last=models.Max("round"))["last"] or 0
    return RevisionParty.objects.bulk_create(_way_of(revision, last + 1))


def _way_of(revision: Revision, number: int) -> list[RevisionParty]:
    """The parties that the plan's type would call: who agrees and approves, then who publishes."""
    kind = revision.plan.type
    rows = [
        RevisionParty(
            revision=revision, round=number, **{name: getattr(step, name) for name in RULES}
        )
        for step in kind.steps.all()
    ]
    publisher = RevisionParty(
        revision=revision,
        round=number,
        position=max((row.position for row in rows), default=0) + 1,
        kind=PartyKind.PUBLISHES,
        role=kind.published_by,
        days=PUBLISHING_DAYS,
    )
    return [*rows, publisher]


def at_turn(revision: Revision) -> RevisionParty | None:
    """The party that has to act next; None before the text is sent, and when all have decided."""
    passed = revision.decisions.filter(is_as_found=False).count()
    return RevisionParty.objects.called(revision)[passed : passed + 1].first()


def parties_at_turn(revision_ids: models.QuerySet[Any, Any]) -> dict[int, RevisionParty]:
    """`at_turn` for each of these revisions that was sent and is not through. Two statements."""
    passed = dict(
        Decision.objects.filter(revision__in=revision_ids, is_as_found=False)
        .order_by()
        .values_list("revision")
        .annotate(models.Count("pk"))
    )
    called: dict[int, list[RevisionParty]] = {}
    rows = RevisionParty.objects.filter(revision__in=revision_ids)
    for row in rows.order_by("revision", "round", "position"):
        party = called.setdefault(row.revision_id, [])
        if party and party[-1].round != row.round:
            party.clear()
        party.append(row)
    return {
        revision: parties[passed.get(revision, 0)]
        for revision, parties in called.items()
        if passed.get(revision, 0) < len(parties)
    }


def is_last_of_its_kind(party: RevisionParty) -> bool:
    """Whether the plan changes its state when this party has decided."""
    called = RevisionParty.objects.called(party.revision)
    return not called.filter(kind=party.kind, position__gt=party.position).exists()


def roles_of(plan: Plan, party: str) -> frozenset[str]:
    """The roles that play a party of this plan: as called, while a text is with its parties;
    otherwise as its type has it now.
    """
    if party not in PartyKind.values:
        return plan.type.roles_of(party)
    sent = plan.revisions.filter(status=Revision.Status.WITH_PARTIES).first()
    rows = RevisionParty.objects.called(sent) if sent else RevisionParty.objects.none()
    called = frozenset(row.role for row in rows if row.kind == party)
    return called or plan.type.roles_of(party)


@dataclass(frozen=True)
class Stop:
    """One party on the way of a text, as a page shows it."""

    party: RevisionParty
    decision: Decision | None = None
    is_done: bool = False
    is_present: bool = False


def stops(revision: Revision | None) -> list[Stop]:
    """The way of the text: the parties called or, for a draft, those that would be called now."""
    if revision is None or revision.plan.is_adopted:
        return []
    if revision.status == Revision.Status.DRAFTING:
        return [Stop(party) for party in _way_of(revision, 0)]
    is_through = revision.status != Revision.Status.WITH_PARTIES
    decisions = list(revision.decisions.filter(is_as_found=False).select_related("decided_by"))
    return [
        Stop(
            party,
            decisions[place] if place < len(decisions) else None,
            is_done=is_through or place < len(decisions),
            is_present=not is_through and place == len(decisions),
        )
        for place, party in enumerate(RevisionParty.objects.called(revision))
    ]
