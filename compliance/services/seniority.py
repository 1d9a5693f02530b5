"""Who looks after whose work: the one rule behind substitutions, hand-overs and reassigning."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from compliance.models import Membership, User
from compliance.models.people import Role

People = QuerySet[User]

# The role of whoever looks after → the roles looked after, within the branch of the former. Nobody
# gives away a duty that stands above their own: a coordinator could else make themselves head.
CARE: dict[str, frozenset[str]] = {
    Role.DIRECTOR: frozenset({Role.EXECUTOR, Role.DIRECTOR, Role.HR}),
    Role.COORDINATOR: frozenset({Role.EXECUTOR, Role.DIRECTOR, Role.COORDINATOR, Role.INSPECTOR}),
    Role.ADMINISTRATOR: frozenset(Role),
}


def looks_after(user: User, role: str, path: str) -> bool:
    """Whether the person looks after the work of this role in the organisation at this path."""
    duties = user.jurisdiction()
    return any(role in below and duties.holds(above, path) for above, below in CARE.items())


def cares_for(user: User, memberships: Iterable[Membership]) -> bool:
    """Whether the person looks after every one of these duties, and there are any."""
    rows = list(memberships)
    return bool(rows) and all(looks_after(user, row.role, row.organisation.path) for row in rows)


def in_care_of(user: User) -> People:
    """The people with a duty, past or present, that the person looks after; themselves not."""
    duties = user.jurisdiction()
    looked_after = Q(pk__in=[])
    for above, below in CARE.items():
        looked_after |= Q(role__in=below) & duties.covers("organisation__path", above)
    rows = Membership.objects.filter(looked_after)
    people = User.objects.filter(pk__in=rows.values("user")).exclude(pk=user.pk)
    return people.order_by("full_name", "pk")


def with_current_duties(people: People) -> People:
    """The people with `duties`: their current memberships and organisations. One more query."""
    current = Membership.objects.current(timezone.localdate()).select_related("organisation")
    return people.prefetch_related(
        Prefetch("memberships", current.order_by("pk"), to_attr="duties")
    )


def cared_among(user: User, people: Iterable[User]) -> set[int]:
    """The ids of those whom the person looks after wholly; one's own always. `duties` are read."""
    return {
        one.pk
        for one in people
        if one.pk == user.pk
        or user.may(lambda name, one=one: name.pk != one.pk and cares_for(name, one.duties))
    }
