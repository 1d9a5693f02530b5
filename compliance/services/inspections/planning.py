"""Which accepted reports are to be inspected: by policy, by share, by hand; nothing begins here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import (
    Inspection,
    InspectionPolicy,
    InspectionSample,
    Occurrence,
    Organisation,
    User,
)
from compliance.models.roles import Role
from compliance.services.acts import Act
from compliance.services.inspections.four_eyes import inspectors_of
from compliance.services.inspections.policies import owed_by_policy
from compliance.services.inspections.samples import inspectable

LARGEST = 500  # inspections begun in one act
FARTHEST = timedelta(days=3 * 366)


@dataclass(frozen=True)
class InspectionOrder:
    """What is ordered for each of the chosen reports."""

    kind: str
    due_on: date
    inspector: User | None = None
    reason: str = ""


def may_plan(user: User | None, path: str) -> bool:
    """Whether the person plans inspections of this institution or region."""
    if user is None:
        return False
    duties = user.jurisdiction()
    return duties.holds(Role.COORDINATOR, path) or duties.holds(Role.INSPECTOR, path)


def plans_somewhere(user: User) -> bool:
    """Whether the person plans inspections at all."""
    return bool(user.jurisdiction().roles & {Role.COORDINATOR, Role.INSPECTOR})


def check_order(order: InspectionOrder, organisation: Organisation, act: Act) -> None:
    """Raise Forbidden, or what is wrong with the due date or the inspector of an order."""
    if not act.may(may_plan, organisation.path):
        raise Forbidden("not_your_step")
    today = organisation.today(act.at)
    if not today <= order.due_on <= today + FARTHEST:
        raise Refusal("inspection_due_on", first=f"{today:%d.%m.%Y}")
    if order.inspector and order.inspector not in inspectors_of(organisation, today):
        raise Refusal("inspector_not_here", name=str(order.inspector))


# --- Which rows ---------------------------------------------------------------------------------


@transaction.atomic
def order_inspections(
    ids: Sequence[int],
    order_of: dict[int, InspectionOrder],
    *,
    act: Act,
    policy: InspectionPolicy | None = None,
    sample: InspectionSample | None = None,
) -> list[Inspection]:
    """The inspections ordered for these occurrences, each by its order; none has begun yet.

    By policy, occurrences that others have changed meanwhile are skipped; else it is a Conflict.
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
            planned_for=act.on_behalf_of,
        )
        for row in rows
        if row.pk in free
    )


# --- Policies -----------------------------------------------------------------------------------
