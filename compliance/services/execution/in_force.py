"""From a published text to work: revisions put in force, execution begun, plans adopted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from compliance.domain.plans.states import BY_NAME
from compliance.domain.refusals import Conflict
from compliance.models import (
    Decision,
    Plan,
    Revision,
)
from compliance.models.plans import State
from compliance.services.acts import Act
from compliance.services.execution.assignments import assign_measures, follow_parties
from compliance.services.execution.occurrences import materialise_occurrences
from compliance.services.execution.renewals import follow_revision
from compliance.services.plans.contents import content_hash
from compliance.services.plans.drafts import follow_frame
from compliance.services.plans.transitions import change_state, check_may, locked_plan


@transaction.atomic
def put_in_force(revision: Revision, *, act: Act | None = None) -> None:
    """Freeze the revision's text under its content hash and make it binding in place of the last.

    If the plan is being executed, work and due dates follow the new text's changes. Raises Conflict
    when the revision binds already, once did, or was withdrawn.
    """
    plan = revision.plan = locked_plan(revision.plan_id)
    revision.refresh_from_db(fields=["status"])
    if not revision.is_open:
        raise Conflict("revision_settled")
    last = plan.revisions.in_force().first()
    plan.revisions.in_force().update(status=Revision.Status.SUPERSEDED)
    revision.status = Revision.Status.IN_FORCE
    revision.content_hash = content_hash(revision)
    revision.published_on, revision.published_url = plan.published_on, plan.published_url
    revision.save(update_fields=["status", "content_hash", "published_on", "published_url"])
    follow_frame(plan, revision)
    if last and plan.state == State.EXECUTING:
        _carry_over(last, revision, act or Act.of_system())


def _carry_over(last: Revision, revision: Revision, act: Act) -> None:
    """Make assignments and due dates follow a text just put in force in place of another."""
    today = revision.plan.organisation.today(act.at)
    follow_parties(last, revision, act=act)
    assign_measures(revision.plan, act, owes_from=today)
    follow_revision(last, revision, act=act)
    materialise_occurrences(Plan.objects.filter(pk=revision.plan_id), now=act.at)


@transaction.atomic
def start_execution(plan_id: int, *, act: Act) -> Plan:
    """The executing plan, with its assignments and the occurrences of its whole horizon."""
    plan = locked_plan(plan_id)
    check_may(plan, BY_NAME["start"], act)
    _begin(plan, act)
    return change_state(plan_id, "start", act=act)


def _begin(plan: Plan, act: Act) -> None:
    """Fix the first day of execution and make assignments and occurrences."""
    plan.executes_from = max(plan.period_start, plan.organisation.today(act.at))
    plan.save(update_fields=["executes_from"])
    assign_measures(plan, act)
    materialise_occurrences(Plan.objects.filter(pk=plan.pk), now=act.at)


@dataclass(frozen=True)
class PaperDecision:
    """What a paper plan says that a party decided."""

    kind: str
    party: str
    basis: str = Decision.Basis.SIGNATURE
    number: str = ""
    date: date | None = None


@transaction.atomic
def adopt_plan(
    plan_id: int,
    *,
    act: Act,
    decisions: Sequence[PaperDecision] = (),
    published_on: date | None = None,
    published_url: str = "",
) -> Plan:
    """The plan taken over from paper as it stands, executing from today on."""
    plan = locked_plan(plan_id)
    revision = plan.revisions.get(status=Revision.Status.DRAFTING)
    Decision.objects.bulk_create(
        Decision(
            revision=revision,
            kind=one.kind,
            party=one.party,
            basis=one.basis,
            basis_number=one.number,
            basis_date=one.date,
            is_as_found=True,
            decided_by=act.user,
            decided_at=act.at,
        )
        for one in decisions
    )
    plan.is_adopted = True  # before occurrences are made: what was due earlier is not owed
    plan.published_on, plan.published_url = published_on, published_url
    plan.save(update_fields=["is_adopted", "published_on", "published_url"])
    put_in_force(revision, act=act)
    _begin(plan, act)
    return change_state(plan_id, "adopt", act=act)
