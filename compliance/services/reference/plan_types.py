"""Plan types and their parties, added, changed and retired by administrators.

A change of who agrees, approves or publishes applies to texts sent from then on. Who drafts,
reports and accepts is looked up at each step, so it may not change while work waits there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from compliance.domain.audit.chains import digest
from compliance.domain.folding import name_key
from compliance.domain.plans.headings import read_headings
from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import Organisation, PartyStep, PlanType, User
from compliance.models.jurisdictions import OVERSEEING
from compliance.models.parties import PartyKind
from compliance.models.roles import Role
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell

SINGLE_PARTIES = ("drafted_by", "published_by", "reported_by", "accepted_by")
PLAIN = (
    "name",
    "owner_kind",
    "headings",
    *SINGLE_PARTIES,
    "drafters_decide",
    "interim_checkpoints",
)


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
    """Everything that an administrator says about a plan type."""

    name: str
    owner_kind: str
    headings: str
    drafted_by: str
    published_by: str
    reported_by: str
    accepted_by: str
    drafters_decide: bool
    interim_checkpoints: str
    steps: Sequence[StepDraft]


def may_see_types(user: User) -> bool:
    """Whether the person may look at the plan types: anybody who oversees a region."""
    return user.is_superuser or bool(user.jurisdiction().roles & OVERSEEING)


def may_change_types(user: User | None) -> bool:
    """Whether the person may change them: an administrator of all regions, since types are common
    to them.
    """
    if user is None or user.is_superuser:
        return True
    duties = user.jurisdiction()
    regions = Organisation.objects.filter(parent__isnull=True).values_list("path", flat=True)
    return bool(regions) and all(duties.holds(Role.ADMINISTRATOR, path) for path in regions)


def seen(kind: PlanType) -> str:
    """The digest of a plan type: a form sends it back, so that no change is overwritten."""
    return digest(type_entry(kind))


def type_entry(kind: PlanType) -> dict[str, Any]:
    """What a plan type says, as the audit trail keeps it."""
    return asdict(draft_of(kind))


def draft_of(kind: PlanType) -> TypeDraft:
    """The plan type as it is, to be stored with something changed."""
    names = StepDraft.__dataclass_fields__
    steps = [
        StepDraft(**{name: getattr(step, name) for name in names}) for step in kind.steps.all()
    ]
    return TypeDraft(**{name: getattr(kind, name) for name in PLAIN}, steps=steps)


@transaction.atomic
def create_type(draft: TypeDraft, *, act: Act) -> PlanType:
    """The new plan type; Refusal when the parties make no lawful way, or the name is taken."""
    _lock_types()
    if not act.may(may_change_types):
        raise Forbidden("not_your_step")
    _check(draft)
    kind = PlanType(code=f"type-{uuid4().hex[:12]}")
    _store(kind, draft)
    _record("plan_type.add", kind, act, {}, type_entry(kind))
    return kind


@transaction.atomic
def change_type(type_id: int, draft: TypeDraft, *, seen_before: str, act: Act) -> PlanType:
    """The plan type with other parties, name or sections.

    Raises Forbidden, Conflict when somebody has changed it since it was shown, and Refusal when
    the parties make no lawful way, or its plans are of organisations of another kind.
    """
    _lock_types()
    kind = PlanType.objects.get(pk=type_id)
    if not act.may(may_change_types):
        raise Forbidden("not_your_step")
    if seen_before != seen(kind):
        raise Conflict("type_changed")
    _check(draft, kind)
    before = type_entry(kind)
    _store(kind, draft)
    kind = PlanType.objects.get(pk=type_id)
    if (after := type_entry(kind)) != before:
        _record("plan_type.change", kind, act, before, after)
    return kind


@transaction.atomic
def retire_type(type_id: int, *, act: Act) -> PlanType:
    """The plan type, which takes no new plans; existing plans keep it and go on."""
    return _offer(type_id, "plan_type.retire", act.at, act)


@transaction.atomic
def offer_type(type_id: int, *, act: Act) -> PlanType:
    """The retired plan type offered again; Refusal when another has its name by now."""
    return _offer(type_id, "plan_type.offer", None, act)


def _offer(type_id: int, action: str, retired_at: datetime | None, act: Act) -> PlanType:
    _lock_types()
    kind = PlanType.objects.get(pk=type_id)
    if not act.may(may_change_types):
        raise Forbidden("not_your_step")
    if (kind.retired_at is None) == (retired_at is None):
        raise Conflict("type_changed")
    if retired_at is None:
        _check_name(kind.name, kind)
    before = {"retired_at": kind.retired_at}
    kind.retired_at = retired_at
    kind.save(update_fields=["retired_at"])
    _record(action, kind, act, before, {"retired_at": retired_at})
    return kind


def _lock_types() -> None:
    """Make changes of plan types wait for each other: names are compared with all of them."""
    list(PlanType.objects.select_for_update().order_by("pk"))


def _check(draft: TypeDraft, kind: PlanType | None = None) -> None:
    """Raise the reason why this cannot be stored as the type, or as a new one."""
    check_way(draft.steps)
    read_headings(draft.headings)
    _check_name(draft.name, kind)
    if kind is not None and kind.owner_kind != draft.owner_kind and kind.plan_set.exists():
        raise Refusal("type_has_plans")


def _check_name(name: str, kind: PlanType | None) -> None:
    """Refuse a name that another offered type has: people choose by it."""
    others = PlanType.objects.offered().exclude(pk=kind.pk if kind else 0)
    if any(name_key(name) in {name_key(one.name), name_key(str(one))} for one in others):
        raise Refusal("type_name_taken", name=name)


def _store(kind: PlanType, draft: TypeDraft) -> None:
    """Write the type and its parties in their order."""
    for name in PLAIN:
        setattr(kind, name, getattr(draft, name))
    kind.save()
    kind.steps.all().delete()
    PartyStep.objects.bulk_create(
        PartyStep(type=kind, position=place, **{**asdict(step), "bases": list(step.bases)})
        for place, step in enumerate(draft.steps, start=1)
    )


def _record(
    action: str, kind: PlanType, act: Act, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Record it in the chain of each region: types are common to all of them."""
    for region in Organisation.objects.filter(parent__isnull=True).order_by("pk"):
        record_and_tell(
            act=act,
            organisation=region,
            action=action,
            subject=kind,
            before=before,
            after=after,
        )


def check_way(steps: Sequence[StepDraft]) -> None:
    """Refuse parties that do not make a way: somebody agrees, then somebody approves on a basis."""
    kinds = [step.kind for step in steps]
    if set(kinds) != {PartyKind.AGREES, PartyKind.APPROVES}:
        raise Refusal("type_needs_both")
    if kinds != sorted(kinds):  # "agrees" comes before "approves"
        raise Refusal("agrees_before_approves")
    if any(step.kind == PartyKind.APPROVES and not step.bases for step in steps):
        raise Refusal("step_needs_basis")
