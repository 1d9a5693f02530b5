"""The ministry's policies: which accepted reports are inspected by rule."""

from __future__ import annotations

import secrets
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import BigIntegerField, Exists, ExpressionWrapper, F, OuterRef, Q

from compliance.domain.refusals import Forbidden
from compliance.models import (
    Inspection,
    InspectionPolicy,
    Organisation,
    User,
)
from compliance.models.inspections import LARGEST_SEED
from compliance.models.occurrences import OccurrenceQuerySet
from compliance.models.roles import Role
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.inspections.samples import inspectable

_LOT = 2654435761  # Knuth, The Art of Computer Programming 3, 6.4: spreads consecutive ids evenly


def owed_by_policy(policy: InspectionPolicy) -> OccurrenceQuerySet:
    """Accepted occurrences that the policy draws and nobody has inspected yet.

    The lot depends on the report's number and the policy's own seed: a second sweep, or two at
    once, choose the same rows, and nothing needs to be stored about rows that are not chosen.
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


def may_keep_policies(user: User | None, region: Organisation) -> bool:
    """Whether the person sets the region's policies: its administrator."""
    return user is not None and user.jurisdiction().holds(Role.ADMINISTRATOR, region.path)


@transaction.atomic
def keep_policy(policy: InspectionPolicy, *, act: Act) -> InspectionPolicy:
    """The policy stored, new or changed; what it has already planned stays planned."""
    if not act.may(may_keep_policies, policy.region):
        raise Forbidden("not_your_step")
    before = {}
    if policy.pk:
        before = _policy_entry(InspectionPolicy.objects.select_for_update().get(pk=policy.pk))
    else:
        policy.seed, policy.created_at = secrets.randbelow(LARGEST_SEED), act.at
    policy.save()
    record_and_tell(
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
