"""Plan types and their parties, changed by administrators.

A change of who agrees, approves or publishes holds for what is sent from then on. Who drafts,
reports and accepts is asked anew at each step, so it is not changed under work that waits there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from compliance.domain.chains import digest
from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import Organisation, PartyStep, PlanType, User
from compliance.models.parties import PartyKind
from compliance.models.people import OVERSEEING, Role
from compliance.services.acts import Act
from compliance.services.audit import record

SINGLE_PARTIES = ("drafted_by", "published_by", "reported_by", "accepted_by")


@dataclass(frozen=True)
class StepDraft:
    """One party that agrees or approves."""

    kind: str
    role: str
    bases: Sequence[str] = ()
    days: int = 5
    is_vote: bool = False
    quorum_share: int = 50
    quorum_count: int = 1
    majority_share: int = 50


@dataclass(frozen=True)
class TypeDraft:
    """Everything that an administrator says of a plan type."""

    drafted_by: str
    published_by: str
    reported_by: str
    accepted_by: str
    drafters_decide: bool
    steps: Sequence[StepDraft]


def may_see_types(user: User) -> bool:
    """Whether the person may look at the plan types: whoever oversees a region."""
    return user.is_superuser or bool(user.jurisdiction().roles & OVERSEEING)


def may_change_types(user: User | None) -> bool:
    """Whether the person may change them: the administrator of every region, for types are common
    to all of them.
    """
    if user is None or user.is_superuser:
        return True
    duties = user.jurisdiction()
    regions = Organisation.objects.filter(parent__isnull=True).values_list("path", flat=True)
    return bool(regions) and all(duties.holds(Role.ADMINISTRATOR, path) for path in regions)


def seen(kind: PlanType) -> str:
    """The digest of what a plan type says: a form brings it back, so no change is overwritten."""
    return digest(said(kind))


def said(kind: PlanType) -> dict[str, Any]:
    """What a plan type says, as the audit trail keeps it."""
    return asdict(draft_of(kind))


def draft_of(kind: PlanType) -> TypeDraft:
    """The plan type as it is, to be stored with something changed."""
    names = StepDraft.__dataclass_fields__
    steps = [
        StepDraft(**{name: getattr(step, name) for name in names}) for step in kind.steps.all()
    ]
    values = {name: getattr(kind, name) for name in (*SINGLE_PARTIES, "drafters_decide")}
    return TypeDraft(**values, steps=steps)


@transaction.atomic
def change_type(type_id: int, draft: TypeDraft, *, seen_before: str, act: Act) -> PlanType:
    """The plan type with other parties.

    Raises Forbidden, Conflict when somebody has changed it since it was shown, and Refusal when
    the parties make no lawful way.
    """
    kind = PlanType.objects.select_for_update().get(pk=type_id)
    if not act.may(may_change_types):
        raise Forbidden("not_your_step")
    if seen_before != seen(kind):
        raise Conflict("type_changed")
    check_way(draft.steps)
    before = said(kind)
    for name in (*SINGLE_PARTIES, "drafters_decide"):
        setattr(kind, name, getattr(draft, name))
    kind.save()
    kind.steps.all().delete()
    PartyStep.objects.bulk_create(
        PartyStep(type=kind, position=place, **{**asdict(step), "bases": list(step.bases)})
        for place, step in enumerate(draft.steps, start=1)
    )
    kind = PlanType.objects.get(pk=type_id)
    after = said(kind)
    if after != before:
        for region in Organisation.objects.filter(parent__isnull=True).order_by("pk"):
            record(
                act=act,
                organisation=region,
                action="plan_type.change",
                subject=kind,
                before=before,
                after=after,
            )
    return kind


def check_way(steps: Sequence[StepDraft]) -> None:
    """Refuse parties that make no way: somebody agrees, then somebody approves on a basis."""
    kinds = [step.kind for step in steps]
    if set(kinds) != {PartyKind.AGREES, PartyKind.APPROVES}:
        raise Refusal("type_needs_both")
    if kinds != sorted(kinds):  # "agrees" comes before "approves"
        raise Refusal("agrees_before_approves")
    if any(step.kind == PartyKind.APPROVES and not step.bases for step in steps):
        raise Refusal("step_needs_basis")
