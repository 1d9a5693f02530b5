"""Changing a binding plan: a revision opened, decided about, put in force, or withdrawn.

The plan's state and its execution go on meanwhile: a step of the parties changes only the revision,
its decisions and the audit trail.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models, transaction

from compliance.domain.plans.grounds import Grounds
from compliance.domain.plans.states import BY_NAME
from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import MeasureVersion, Plan, Responsible, Revision, Section
from compliance.models.plans import State
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.execution.in_force import put_in_force
from compliance.services.plans.drafts import may_draft
from compliance.services.plans.guards import check_guards
from compliance.services.plans.transitions import check_dates, grounds_entry, locked_plan, may

Row = TypeVar("Row", bound=models.Model)

# A plan that binds and is not closed by its report; a reported one must be reopened first.
AMENDABLE = (State.PUBLISHED, State.EXECUTING)
# Agreed or approved but not published, a plan goes back to its drafters without a revision.
RETURNABLE = (State.AGREED, State.APPROVED)


def check_amendable(plan: Plan) -> None:
    """Raise Conflict with the reason why a plan in its state cannot be changed by a revision."""
    if plan.state in RETURNABLE:
        raise Conflict("revise_by_return")
    if plan.state not in AMENDABLE:
        raise Conflict("not_amendable", state=plan.get_state_display())


def check_no_amendment(plan: Plan) -> None:
    """Raise Conflict while a change of the plan is pending: its report waits for the outcome."""
    if plan.revisions.open().exists():
        raise Conflict("revision_open")


def check_may_open(plan: Plan, act: Act) -> None:
    """Raise the reason why this person cannot change the plan now; pass if there is none."""
    if not act.may(may_draft, plan):
        raise Forbidden("not_your_step")
    check_amendable(plan)
    check_no_amendment(plan)


@transaction.atomic
def open_revision(plan_id: int, *, reason: str, act: Act) -> Revision:
    """The new revision in drafting: a copy of the text in force, its measures the same ones."""
    plan = locked_plan(plan_id)
    check_may_open(plan, act)
    if not reason.strip():
        raise Refusal("reason_given")
    last = plan.revisions.in_force().get()
    highest = plan.revisions.aggregate(highest=models.Max("number"))["highest"]
    revision = Revision.objects.create(
        plan=plan,
        number=highest + 1,
        **last.frame,
        reason=reason.strip(),
        created_at=act.at,
        created_by=act.user,
        created_for=act.on_behalf_of,
    )
    _copy_text(last, revision)
    _record("revision.open", revision, act, reason.strip())
    return revision


def _copy_text(last: Revision, revision: Revision) -> None:
    """Copy sections, measures and responsible parties, each kind in one statement."""
    sections = list(last.sections.all())
    copies = Section.objects.bulk_create(_copy(row, revision=revision) for row in sections)
    section_of = {old.pk: new for old, new in zip(sections, copies, strict=True)}
    versions = list(last.versions.prefetch_related("responsibles"))
    made = MeasureVersion.objects.bulk_create(
        _copy(row, revision=revision, section=section_of[row.section_id]) for row in versions
    )
    Responsible.objects.bulk_create(
        _copy(party, version=new)
        for old, new in zip(versions, made, strict=True)
        for party in old.responsibles.all()
    )


def _copy(row: Row, **changed: models.Model) -> Row:
    """An unsaved row like this one, except for its key and what is given."""
    kept: dict[str, Any] = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name not in changed
    }
    return type(row)(**kept, **changed)


@transaction.atomic
def decide_amendment(revision: Revision, name: str, *, act: Act, grounds: Grounds) -> Plan:
    """The plan, its state unchanged, after a party's step on a change of it.

    The steps are those of a first text ("agree", "approve", "publish", "return_to_draft"): the
    same parties, the same guards. Publication puts the text in force.
    """
    plan = locked_plan(revision.plan_id)
    check_amendable(plan)
    revision.refresh_from_db(fields=["status"])
    if revision.status != Revision.Status.WITH_PARTIES:
        raise Conflict("revision_settled")
    if not act.may(may, plan, BY_NAME[name]):
        raise Forbidden("not_your_step")
    check_guards(plan, name, grounds)
    check_dates(plan, grounds, act)
    if name == "publish":
        plan.published_on, plan.published_url = grounds.published_on, grounds.published_url
        plan.save(update_fields=["published_on", "published_url"])
        put_in_force(revision, act=act)
    _record(f"revision.{name}", revision, act, grounds.comment, grounds_entry(grounds))
    return plan


@transaction.atomic
def withdraw_revision(revision: Revision, *, reason: str, act: Act) -> Revision:
    """The revision withdrawn by its drafters; the binding text stays in force."""
    plan = locked_plan(revision.plan_id)
    if not act.may(may_draft, plan):
        raise Forbidden("not_your_step")
    revision.refresh_from_db(fields=["status"])
    if revision.status == Revision.Status.WITH_PARTIES:
        raise Conflict("revision_with_parties")
    if not revision.is_editable:
        raise Conflict("revision_settled")
    if not revision.is_amendment:
        raise Conflict("first_text_stays")
    if not reason.strip():
        raise Refusal("reason_given")
    revision.status = Revision.Status.WITHDRAWN
    revision.withdrawal_reason = reason.strip()
    revision.save(update_fields=["status", "withdrawal_reason"])
    _record("revision.withdraw", revision, act, reason.strip())
    return revision


def _record(
    action: str, revision: Revision, act: Act, reason: str, more: dict[str, str] | None = None
) -> None:
    """Record in the plan's audit trail what became of its revision."""
    plan = revision.plan
    after = {"revision": revision.number, "revision_status": revision.status, **(more or {})}
    if revision.content_hash:
        after["content_hash"] = revision.content_hash
    record_and_tell(
        act=act,
        organisation=plan.organisation,
        action=action,
        subject=plan,
        after=after,
        reason=reason,
    )


__all__ = [
    "AMENDABLE",
    "check_amendable",
    "check_may_open",
    "check_no_amendment",
    "decide_amendment",
    "open_revision",
    "withdraw_revision",
]
