"""Who may see and do what, and why: each role of a person is asked about by itself.

Nothing is decided here: every answer comes from the predicate that pages and services ask, given
the person with one of their roles and no other. So the role that is shown is the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Value
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.domain.plans.states import BY_NAME
from compliance.models import (
    IncentiveSheet,
    Membership,
    Occurrence,
    Organisation,
    Plan,
    PlanType,
    User,
)
from compliance.models.roles import Role
from compliance.services.execution.deadlines import may_settle_deadlines
from compliance.services.plans.drafts import may_draft
from compliance.services.plans.transitions import may
from workflows.services.plans.rights import sees_inside
from workflows.services.plans.sending import may_send_report

LOOKING = (Role.ADMINISTRATOR, Role.COORDINATOR)  # may look rights up, in their branch
NAMED = 20  # people that the words of a search may match


def _transition(name: str) -> Callable[[User, Plan], bool]:
    return lambda person, plan: may(person, plan, BY_NAME[name])


# What may be done with a plan, in the order of its life, each with the predicate that is checked.
ACTS: tuple[tuple[str | Promise, Callable[[User, Plan], bool]], ...] = (
    (_("sees remarks and history"), sees_inside),
    (_("draws up the text"), may_draft),
    (_("settles deadlines"), may_settle_deadlines),
    (_("agrees"), _transition("agree")),
    (_("approves"), _transition("approve")),
    (_("returns for rework"), _transition("return_to_draft")),
    (_("records publication"), _transition("publish")),
    (_("begins execution"), _transition("start")),
    (_("sends the report on the plan"), may_send_report),
    (_("accepts the report on the plan"), _transition("accept_report")),
)


# The parties of a plan type, as it names the roles that play them.
PARTIES: tuple[tuple[str, str | Promise], ...] = (
    ("drafts", _("draws up the text")),
    ("agrees", _("agrees")),
    ("approves", _("approves")),
    ("publishes", _("records publication")),
    ("reports", _("sends the report on the plan")),
    ("accepts", _("accepts the report on the plan")),
)


@dataclass(frozen=True)
class PlanGrant:
    """What one role lets somebody do with a plan."""

    membership: Membership
    sees: bool
    acts: Sequence[str | Promise]


@dataclass(frozen=True)
class RoleReach:
    """What one role lets somebody see and do altogether."""

    membership: Membership
    branch: Organisation
    plans: int
    due_dates: int
    sheets: int
    parties: Sequence[tuple[str, Sequence[str | Promise]]]  # (plan type, what the role does there)


def may_look_up(user: User) -> bool:
    """Whether the person may look rights up anywhere."""
    return bool(user.jurisdiction().roles & set(LOOKING))


def may_look_up_plan(user: User, plan: Plan) -> bool:
    """Whether the person may ask who sees this plan."""
    duties = user.jurisdiction()
    return any(duties.holds(role, plan.organisation.path) for role in LOOKING)


def plans_to_look_up(user: User) -> QuerySet[Plan]:
    """The plans about which the person may ask who sees them."""
    within = user.jurisdiction().covers("organisation__path", *LOOKING)
    rows = Plan.objects.visible_to(user).filter(within).select_related("organisation", "type")
    return rows.prefetch_related("type__steps")


def people_to_look_up(user: User) -> QuerySet[User]:
    """The people the person may look up: those who work, will or last worked in their branch."""
    within = user.jurisdiction().covers("organisation__path", *LOOKING)
    people: QuerySet[User] = User.objects.standing(Membership.objects.filter(within))
    return people.order_by("full_name", "id")


def memberships_about(plan: Plan) -> QuerySet[Membership]:
    """The present roles that may show the plan to somebody.

    It may list more roles than see the plan; each is then asked about by itself.
    """
    above = [int(pk) for pk in plan.organisation.path.strip("/").split("/")]
    near = Q(organisation__in=above) | Q(
        organisation__kind=Organisation.Kind.COUNCIL, organisation__parent__in=above
    )
    assigned = Organisation.objects.filter(assignments__measure__plan=plan)
    near |= Q(organisation__in=assigned) | Q(organisation__in=assigned.values("parent"))
    return (
        Membership.objects.current(timezone.localdate())
        .filter(near, user__is_active=True)
        .select_related("user", "organisation", "organisation__parent")
        .order_by("user__full_name", "user_id", "id")
    )


def grants(plan: Plan, memberships: Iterable[Membership]) -> list[PlanGrant]:
    """What each role lets its holder do with the plan; one statement says who sees it.

    It depends on the role, on whether the plan lies in its branch, and on whether its organisation
    is open, so people with the same role are asked about once.
    """
    probes = [(row, row.user.with_only(row)) for row in memberships]
    seeing = _seeing(plan, probes)
    known: dict[tuple[str, bool, bool], list[str | Promise]] = {}
    found = []
    for row, probe in probes:
        path = row.organisation.jurisdiction_path
        is_near = plan.organisation.path.startswith(path)
        key = (row.role, is_near, row.organisation.is_active)
        if key not in known:
            known[key] = [label for label, allows in ACTS if allows(probe, plan)]
        found.append(PlanGrant(row, row.pk in seeing, known[key] if row.pk in seeing else []))
    return found


def _seeing(plan: Plan, probes: Sequence[tuple[Membership, User]]) -> set[int]:
    """The ids of the roles that show the plan."""
    questions = [
        Plan.objects.visible_to(probe)
        .filter(pk=plan.pk)
        .order_by()
        .annotate(membership=Value(row.pk))
        .values_list("membership", flat=True)
        for row, probe in probes
    ]
    if not questions:
        return set()
    return set(questions[0].union(*questions[1:], all=True))


def reach_of(person: User, viewer: User) -> list[RoleReach]:
    """What each of the person's present roles in the viewer's branch gives them."""
    rows = (
        Membership.objects.current(timezone.localdate())
        .filter(
            viewer.jurisdiction().covers("organisation__path", *LOOKING),
            user=person,
            user__is_active=True,
        )
        .select_related("organisation", "organisation__parent")
        .order_by("id")
    )
    types = list(PlanType.objects.prefetch_related("steps").order_by("id"))
    return [_reach(person, row, types) for row in rows[:NAMED]]


def _reach(person: User, row: Membership, types: Sequence[PlanType]) -> RoleReach:
    probe = person.with_only(row)
    place, parent = row.organisation, row.organisation.parent
    is_above = parent is not None and place.jurisdiction_path == parent.path
    return RoleReach(
        membership=row,
        branch=parent if is_above and parent else place,
        plans=Plan.objects.visible_to(probe).count(),
        due_dates=Occurrence.objects.visible_to(probe).count(),
        sheets=IncentiveSheet.objects.visible_to(probe).count(),
        parties=[
            (str(kind), [label for party, label in PARTIES if row.role in kind.roles_of(party)])
            for kind in types
        ],
    )
