"""The only writer of `Plan.state`: lock, check right and guards, change, record."""

from __future__ import annotations

from django.db import transaction

from compliance.domain.plans.grounds import Grounds
from compliance.domain.plans.states import BY_NAME, Transition, leaving
from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import (
    Plan,
    User,
)
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.plans.guards import check_guards
from compliance.services.plans.routes import roles_of


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


def locked_plan(plan_id: int) -> Plan:
    """The plan with its row locked until the transaction ends."""
    return (
        Plan.objects.select_for_update(of=("self",))
        .select_related("type", "organisation")
        .get(pk=plan_id)
    )


@transaction.atomic
def change_state(plan_id: int, name: str, *, act: Act, grounds: Grounds | None = None) -> Plan:
    """The plan in its new state.

    Raises Conflict when the plan is in another state than the transition starts from, Forbidden
    when the person plays none of its parties, and Refusal naming the first guard that fails.
    """
    grounds = grounds or Grounds()
    row = BY_NAME[name]
    plan = locked_plan(plan_id)
    check_may(plan, row, act)
    check_guards(plan, name, grounds)
    check_dates(plan, grounds, act)
    before = plan.state
    getattr(plan, name)()
    if name == "publish":
        plan.published_on, plan.published_url = grounds.published_on, grounds.published_url
    plan.is_adopted = plan.is_adopted or name == "adopt"
    plan.save(update_fields=["state", "published_on", "published_url", "is_adopted"])
    record_and_tell(
        act=act,
        organisation=plan.organisation,
        action=f"plan.{name}",
        subject=plan,
        before={"state": before},
        after={"state": plan.state, **grounds_entry(grounds)},
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
    """Refuse an order, minutes or publication dated after the organisation's today."""
    today = plan.organisation.today(act.at)
    for day in (grounds.basis_date, grounds.published_on):
        if day and day > today:
            raise Refusal("date_in_future", date=f"{day:%d.%m.%Y}")


def grounds_entry(grounds: Grounds) -> dict[str, str]:
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
