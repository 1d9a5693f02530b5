"""Which accepted reports are to be inspected: by policy, by share, by hand. Nothing begins here."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import BigIntegerField, Exists, ExpressionWrapper, F, OuterRef, Q

from compliance.domain.inspections import samples
from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import (
    Inspection,
    InspectionPolicy,
    InspectionSample,
    Occurrence,
    Organisation,
    User,
)
from compliance.models.inspections import LARGEST_SEED
from compliance.models.occurrences import OccurrenceQuerySet
from compliance.models.people import Role
from compliance.services.acts import Act
from compliance.services.audit.trail import record
from compliance.services.inspections.four_eyes import inspectors_of

LARGEST = 500  # inspections begun in one act
FARTHEST = timedelta(days=3 * 366)
_LOT = 2654435761  # Knuth, The Art of Computer Programming 3, 6.4: spreads consecutive ids evenly


@dataclass(frozen=True)
class Order:
    """What is ordered for each of the chosen reports."""

    kind: str
    due_on: date
    inspector: User | None = None
    reason: str = ""


@dataclass(frozen=True)
class Draw:
    """What a sample is drawn from, and from which seed."""

    organisation: Organisation  # an institution, or the ministry of a region
    accepted_from: date
    accepted_to: date
    share: int
    seed: str


def may_plan(user: User | None, path: str) -> bool:
    """Whether the person plans inspections of this institution or region."""
    if user is None:
        return False
    duties = user.jurisdiction()
    return duties.holds(Role.COORDINATOR, path) or duties.holds(Role.INSPECTOR, path)


def plans_somewhere(user: User) -> bool:
    """Whether the person plans inspections at all."""
    return bool(user.jurisdiction().roles & {Role.COORDINATOR, Role.INSPECTOR})


def check_order(order: Order, organisation: Organisation, act: Act) -> None:
    """Raise Forbidden or what is wrong with the due date or the inspector of an order."""
    if not act.may(may_plan, organisation.path):
        raise Forbidden("not_your_step")
    today = organisation.today(act.at)
    if not today <= order.due_on <= today + FARTHEST:
        raise Refusal("inspection_due_on", first=f"{today:%d.%m.%Y}")
    if order.inspector and order.inspector not in inspectors_of(organisation, today):
        raise Refusal("inspector_not_here", name=str(order.inspector))


# --- Which rows ---------------------------------------------------------------------------------


def inspectable() -> OccurrenceQuerySet:
    """Accepted occurrences without an open inspection."""
    under_way = Inspection.objects.open().filter(occurrence=OuterRef("pk"))
    return Occurrence.objects.done().exclude(Exists(under_way))


def population(draw: Draw, kind: str) -> OccurrenceQuerySet:
    """What a sample is drawn from: accepted in the period and not yet inspected in this way."""
    zone = ZoneInfo(draw.organisation.time_zone)
    alike = Inspection.objects.counting().filter(report=OuterRef("accepted_report"), kind=kind)
    return (
        inspectable()
        .filter(
            organisation__path__startswith=draw.organisation.path,
            closed_at__gte=datetime.combine(draw.accepted_from, time.min, zone),
            closed_at__lt=datetime.combine(draw.accepted_to + timedelta(days=1), time.min, zone),
        )
        .exclude(Exists(alike))
    )


@dataclass(frozen=True)
class Sample:
    """What was drawn: ids of occurrences, and how many stood to be drawn from."""

    ids: Sequence[int]
    population: int

    @property
    def fingerprint(self) -> str:
        """What a preview and its confirmation compare."""
        return samples.fingerprint(self.ids)


def new_seed() -> str:
    """A seed nobody has chosen."""
    return secrets.token_hex(16)


def draw_sample(draw: Draw, kind: str) -> Sample:
    """The stratified sample: of each institution with accepted reports at least one."""
    strata: dict[int, list[int]] = {}
    rows = population(draw, kind).order_by("pk").values_list("organisation_id", "pk")
    for institution, pk in rows:
        strata.setdefault(institution, []).append(pk)
    ids = samples.draw(strata, draw.share, draw.seed)
    return Sample(ids, sum(map(len, strata.values())))


def keep_sample(draw: Draw, kind: str, sample: Sample, *, act: Act) -> InspectionSample:
    """The act of planning with its seed, so that the same sample can be drawn again."""
    return InspectionSample.objects.create(
        organisation=draw.organisation,
        kind=kind,
        accepted_from=draw.accepted_from,
        accepted_to=draw.accepted_to,
        share=draw.share,
        seed=draw.seed,
        population=sample.population,
        chosen=len(sample.ids),
        planned_at=act.at,
        planned_by=act.person,
    )


def owed_by_policy(policy: InspectionPolicy) -> OccurrenceQuerySet:
    """Accepted occurrences whose lot falls under the policy and that nobody has inspected yet.

    The lot is a number of the report and of the policy's own seed: a second sweep, or two at
    once, choose the same rows, and no state has to be kept for those that are not chosen.
    """
    zone = ZoneInfo(policy.region.time_zone)
    seen = Inspection.objects.filter(
        Q(policy=policy) | ~Q(status=Inspection.Status.CANCELLED),
        report=OuterRef("accepted_report"),
    )
    lot = ExpressionWrapper(
        (F("accepted_report_id") * _LOT + policy.seed) % LARGEST_SEED,
        output_field=BigIntegerField(),
    )
    rows = (
        inspectable()
        .filter(
            organisation__path__startswith=policy.region.path,
            closed_at__gte=datetime.combine(policy.starts_on, time.min, zone),
        )
        .exclude(Exists(seen))
        .annotate(lot=lot)
        .filter(lot__lt=LARGEST_SEED * policy.share // 100)
    )
    if policy.proof:
        asked = Q(version__proof=policy.proof) | Q(version__further_proof__contains=policy.proof)
        rows = rows.filter(asked)
    return rows


@transaction.atomic
def order_inspections(
    ids: Sequence[int],
    order_of: dict[int, Order],
    *,
    act: Act,
    policy: InspectionPolicy | None = None,
    sample: InspectionSample | None = None,
) -> list[Inspection]:
    """The inspections ordered for these occurrences, each with its order; none has begun yet.

    By policy, what somebody else has changed meanwhile is passed over; otherwise it is a Conflict.
    """
    locked = Occurrence.objects.select_for_update(of=("self",)).filter(pk__in=ids)
    rows = list(locked.select_related("organisation", "plan", "accepted_report").order_by("pk"))
    free = set(inspectable().filter(pk__in=ids).values_list("pk", flat=True))
    if policy:
        free &= set(owed_by_policy(policy).filter(pk__in=ids).values_list("pk", flat=True))
    elif free != set(ids):
        raise Conflict("inspection_not_accepted")
    return Inspection.objects.bulk_create(
        Inspection(
            occurrence=row,
            report=row.accepted_report,
            organisation=row.organisation,
            kind=order_of[row.pk].kind,
            due_on=order_of[row.pk].due_on,
            inspector=order_of[row.pk].inspector,
            reason=order_of[row.pk].reason,
            policy=policy,
            sample=sample,
            planned_at=act.at,
            planned_by=act.user,
        )
        for row in rows
        if row.pk in free
    )


# --- Policies -----------------------------------------------------------------------------------


def may_keep_policies(user: User | None, region: Organisation) -> bool:
    """Whether the person sets the region's policies: its administrator."""
    return user is not None and user.jurisdiction().holds(Role.ADMINISTRATOR, region.path)


@transaction.atomic
def set_policy(policy: InspectionPolicy, *, act: Act) -> InspectionPolicy:
    """The policy stored, new or changed; what it has planned already stays planned."""
    if not act.may(may_keep_policies, policy.region):
        raise Forbidden("not_your_step")
    before = {}
    if policy.pk:
        before = _policy_entry(InspectionPolicy.objects.select_for_update().get(pk=policy.pk))
    else:
        policy.seed, policy.created_at = secrets.randbelow(LARGEST_SEED), act.at
    policy.save()
    record(
        act=act,
        organisation=policy.region,
        action="inspection.policy",
        subject=policy,
        before=before,
        after=_policy_entry(policy),
    )
    return policy


def _policy_entry(policy: InspectionPolicy) -> dict[str, object]:
    return {
        "inspection_kind": policy.kind,
        "proof": policy.proof,
        "share_inspected": policy.share,
        "days_after": policy.days,
        "starts_on": policy.starts_on,
        "is_active": policy.is_active,
    }
