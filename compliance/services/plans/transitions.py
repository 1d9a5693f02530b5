"""The one writer of `Plan.state`: lock, check right and guards, change, record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from compliance.domain.plans.states import BY_NAME, Guard, Transition, leaving
from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import (
    Decision,
    MeasureVersion,
    Occurrence,
    Plan,
    Remark,
    Revision,
    User,
)
from compliance.services.acts import Act
from compliance.services.audit.trail import record
from compliance.services.plans.routes import roles_of


@dataclass(frozen=True)
class Grounds:
    """What a party brings to a transition: basis, publication, comment."""

    party: str = ""
    basis: str = ""
    basis_number: str = ""
    basis_date: date | None = None
    published_on: date | None = None
    published_url: str = ""
    comment: str = ""
    new_due_on: date | None = None  # None: the one that was asked for


def may(user: User | None, plan: Plan, transition: Transition) -> bool:
    """Whether the person (None: the system) plays a party that may make the transition."""
    if user is None:
        return "system" in transition.parties
    duties = user.jurisdiction()
    return any(
        duties.holds(role, plan.organisation.path)
        for party in transition.parties
        if party != "system"
        for role in roles_of(plan, party)
    )


def open_to(user: User, plan: Plan) -> list[Transition]:
    """The transitions that the person may make from the plan's present state."""
    return [row for row in leaving(plan.state) if may(user, plan, row)]


def locked(plan_id: int) -> Plan:
    """The plan with its row locked until the transaction ends."""
    return (
        Plan.objects.select_for_update(of=("self",))
        .select_related("type", "organisation")
        .get(pk=plan_id)
    )


@transaction.atomic
def change_state(plan_id: int, name: str, *, act: Act, grounds: Grounds | None = None) -> Plan:
    """The plan in its new state.

    Raises Conflict when the plan is not where the transition starts, Forbidden when the person
    does not play one of its parties, and Refusal naming the first guard that does not hold.
    """
    grounds = grounds or Grounds()
    row = BY_NAME[name]
    plan = locked(plan_id)
    check_may(plan, row, act)
    check_guards(plan, name, grounds)
    check_dates(plan, grounds, act)
    before = plan.state
    getattr(plan, name)()
    if name == "publish":
        plan.published_on, plan.published_url = grounds.published_on, grounds.published_url
    plan.is_adopted = plan.is_adopted or name == "adopt"
    plan.save(update_fields=["state", "published_on", "published_url", "is_adopted"])
    record(
        act=act,
        organisation=plan.organisation,
        action=f"plan.{name}",
        subject=plan,
        before={"state": before},
        after={"state": plan.state, **said(grounds)},
        reason=grounds.comment,
    )
    return plan


def check_may(plan: Plan, row: Transition, act: Act) -> None:
    """Raise Conflict in a wrong state, Forbidden without the right; pass otherwise."""
    if plan.state not in row.sources:
        raise Conflict("wrong_state", state=plan.get_state_display())
    if not act.may(may, plan, row):
        raise Forbidden("not_your_step")


def check_dates(plan: Plan, grounds: Grounds, act: Act) -> None:
    """Refuse an order, minutes or a publication dated later than the organisation's today."""
    today = plan.organisation.today(act.at)
    for day in (grounds.basis_date, grounds.published_on):
        if day and day > today:
            raise Refusal("date_in_future", date=f"{day:%d.%m.%Y}")


def check_guards(plan: Plan, name: str, grounds: Grounds | None = None) -> None:
    """Raise the Refusal of the transition's first guard that does not hold; pass if all do."""
    for guard in BY_NAME[name].guards:
        GUARDS[guard](plan, grounds or Grounds())


def said(grounds: Grounds) -> dict[str, str]:
    """The non-empty grounds, as the audit event keeps them."""
    pairs = {
        "party": grounds.party,
        "basis": grounds.basis,
        "basis_number": grounds.basis_number,
        "basis_date": grounds.basis_date and grounds.basis_date.isoformat(),
        "published_on": grounds.published_on and grounds.published_on.isoformat(),
        "published_url": grounds.published_url,
    }
    return {key: value for key, value in pairs.items() if value}


# --- Guards: each raises a Refusal with its own code ----------------------------------------


def _text(plan: Plan) -> Revision | None:
    """The text that the parties decide about: the open revision; without one, what binds."""
    return plan.revisions.open().first() or plan.revisions.in_force().first()


def _versions(plan: Plan) -> list[MeasureVersion]:
    revision = _text(plan)
    return list(revision.versions.all()) if revision else []


def _numbers(versions: list[MeasureVersion]) -> str:
    return ", ".join(version.number or f"№ {version.pk}" for version in versions)


def _has_measures(plan: Plan, grounds: Grounds) -> None:
    if not _versions(plan):
        raise Refusal(Guard.HAS_MEASURES)


def _measures_complete(plan: Plan, grounds: Grounds) -> None:
    ids = [version.pk for version in _versions(plan)]
    incomplete = list(MeasureVersion.objects.filter(pk__in=ids).incomplete())
    if incomplete:
        raise Refusal(Guard.MEASURES_COMPLETE, numbers=_numbers(incomplete))


def _deadlines_confirmed(plan: Plan, grounds: Grounds) -> None:
    unsettled = [v for v in _versions(plan) if v.deadline_confirmed_at is None]
    if unsettled:
        raise Refusal(Guard.DEADLINES_CONFIRMED, numbers=_numbers(unsettled))


def _no_open_remark(plan: Plan, grounds: Grounds) -> None:
    text = _text(plan)
    remarks = Remark.objects.filter(revision=text, settled_at__isnull=True)
    if remarks.filter(is_draft=True).exists():
        raise Refusal("own_remarks")
    if remarks.exists():
        raise Refusal(Guard.NO_OPEN_REMARK)


def _basis_given(plan: Plan, grounds: Grounds) -> None:
    signed = grounds.basis == Decision.Basis.SIGNATURE
    numbered = grounds.basis and grounds.basis_number and grounds.basis_date
    if not (signed or numbered):
        raise Refusal(Guard.BASIS_GIVEN)


def _comment_given(plan: Plan, grounds: Grounds) -> None:
    if not grounds.comment.strip():
        raise Refusal(Guard.COMMENT_GIVEN)


def _address_given(plan: Plan, grounds: Grounds) -> None:
    if not (grounds.published_on and grounds.published_url):
        raise Refusal(Guard.ADDRESS_GIVEN)


def _occurrences_exist(plan: Plan, grounds: Grounds) -> None:
    if not plan.occurrences.exists():
        raise Refusal(Guard.OCCURRENCES_EXIST)


def _occurrences_settled(plan: Plan, grounds: Grounds) -> None:
    if count := Occurrence.objects.filter(plan=plan).unsettled().count():
        raise Refusal(Guard.OCCURRENCES_SETTLED, count=count)


GUARDS: dict[Guard, Callable[[Plan, Grounds], None]] = {
    Guard.HAS_MEASURES: _has_measures,
    Guard.MEASURES_COMPLETE: _measures_complete,
    Guard.DEADLINES_CONFIRMED: _deadlines_confirmed,
    Guard.NO_OPEN_REMARK: _no_open_remark,
    Guard.BASIS_GIVEN: _basis_given,
    Guard.COMMENT_GIVEN: _comment_given,
    Guard.ADDRESS_GIVEN: _address_given,
    Guard.OCCURRENCES_EXIST: _occurrences_exist,
    Guard.OCCURRENCES_SETTLED: _occurrences_settled,
}

__all__ = ["GUARDS", "Grounds", "change_state", "locked", "may", "open_to"]
