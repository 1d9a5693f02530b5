"""Who may look after whom: the one place where rights over people are decided.

`OVER` says it: for each role on the left, the roles it has a say over inside its own branch.

* `works`: whose work one passes on, hands over (a leaver's duties end with it), or finds a
  substitute for. Nobody gives away a duty above their own: a coordinator could otherwise make
  themselves head.
* `roles`: which roles one grants and withdraws. An administrator any that fits the organisation,
  but only inside their own branch: nobody can raise anybody, themselves included, to where they do
  not already administer. A director those of executors in their own institution. A coordinator
  only looks.
* What touches the account itself (address, invitation, deactivation) is for those who could grant
  everything that the person may do: otherwise a changed address would be a way into a higher
  account.
* A substitute does this in the absent person's name, with both on record, but grants themselves
  nothing: a role would outlast the substitution.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from compliance.models import Membership, Organisation, User
from compliance.models.people import KEEPING_PEOPLE
from compliance.models.roles import Role

Kind = Organisation.Kind
People = QuerySet[User]


@dataclass(frozen=True)
class AuthorityOver:
    """The roles that somebody has a say over: over the work, and over the role itself."""

    works: frozenset[str]
    roles: frozenset[str]


OVER: dict[str, AuthorityOver] = {
    Role.DIRECTOR: AuthorityOver(
        works=frozenset({Role.EXECUTOR, Role.DIRECTOR, Role.HR}),
        roles=frozenset({Role.EXECUTOR}),
    ),
    Role.COORDINATOR: AuthorityOver(
        works=frozenset({Role.EXECUTOR, Role.DIRECTOR, Role.COORDINATOR, Role.INSPECTOR}),
        roles=frozenset(),
    ),
    Role.ADMINISTRATOR: AuthorityOver(works=frozenset(Role), roles=frozenset(Role)),
}
GRANTING = frozenset(above for above, over in OVER.items() if over.roles)

ROLES_BY_KIND: dict[str, tuple[Role, ...]] = {
    Kind.MINISTRY: (
        Role.COORDINATOR,
        Role.INSPECTOR,
        Role.HEAD,
        Role.HR,
        Role.EXECUTOR,
        Role.ADMINISTRATOR,
    ),
    Kind.INSTITUTION: (Role.EXECUTOR, Role.DIRECTOR, Role.HR, Role.ADMINISTRATOR),
    Kind.COUNCIL: (Role.COUNCIL,),
}


def may_see_people(user: User) -> bool:
    """Whether the pages about people are for this person."""
    return user.is_superuser or bool(user.jurisdiction().roles & KEEPING_PEOPLE)


def may_grant(user: User | None, role: str, organisation: Organisation) -> bool:
    """Whether the person may grant or withdraw this role there."""
    if user is None or user.is_superuser:
        return True
    # A council's people look after its ministry's region: that branch counts, not the council's.
    path, duties = organisation.jurisdiction_path, user.jurisdiction()
    return any(role in over.roles and duties.holds(above, path) for above, over in OVER.items())


def grantable_roles(user: User, organisation: Organisation) -> list[Role]:
    """The roles of this organisation that the person may grant."""
    return [
        role for role in ROLES_BY_KIND[organisation.kind] if may_grant(user, role, organisation)
    ]


def may_grant_somewhere(user: User) -> bool:
    """Whether the person may grant roles at all, and therefore add people."""
    return user.is_superuser or bool(user.jurisdiction().roles & GRANTING)


def may_import(user: User) -> bool:
    """Whether the person may import organisations and people from a file."""
    return user.is_superuser or Role.ADMINISTRATOR in user.jurisdiction().roles


def may_manage(user: User | None, person: User, standing: Sequence[Membership]) -> bool:
    """Whether the user may change the person's account; nobody manages themselves.

    `standing` is what `standing_memberships` returns for the person.
    """
    if user is None:
        return True
    if user.pk == person.pk:
        return False
    if user.is_superuser:
        return True
    if person.is_superuser or person.is_staff or not standing:
        return False
    return all(may_grant(user, row.role, row.organisation) for row in standing)


def may_manage_account(user: User, person: User) -> bool:
    """`may_manage` for one person, as the administration asks; a superuser always may."""
    if user.is_superuser:
        return True
    today = timezone.localdate()
    standing = standing_memberships([person], today)[person.pk]
    return user.may(may_manage, person, standing)


def standing_memberships(people: Iterable[User], today: date) -> dict[int, list[Membership]]:
    """By person: the roles that have not ended, or else the one that ended last. One query."""
    found: dict[int, list[Membership]] = {person.pk: [] for person in people}
    rows = Membership.objects.filter(user__in=list(found)).select_related("organisation__parent")
    for row in rows.order_by("pk"):
        found[row.user_id].append(row)
    return {pk: standing_among(rows, today) for pk, rows in found.items()}


def standing_among(rows: list[Membership], today: date) -> list[Membership]:
    """Those of a person's roles that decide who may change the account."""
    lasting = [row for row in rows if row.ends_on is None or row.ends_on >= today]
    return lasting or sorted(rows, key=lambda row: row.ends_on or today)[-1:]


def organisations_to_grant(user: User) -> list[Organisation]:
    """Open organisations in which the person may give some role, by name."""
    rows = Organisation.objects.active().select_related("parent")
    if not user.is_superuser:
        duties = user.jurisdiction()
        rows = rows.filter(duties.covers("path", *GRANTING))
    return [row for row in rows if grantable_roles(user, row)]


def administered(user: User) -> QuerySet[Organisation]:
    """The organisations that the person administers, with their parents."""
    rows = Organisation.objects.select_related("parent").order_by("pk")
    if user.is_superuser:
        return rows
    return rows.filter(user.jurisdiction().covers("path", Role.ADMINISTRATOR))


# --- Over people's work ------------------------------------------------------------------------


def looks_after(user: User, role: str, path: str) -> bool:
    """Whether the person looks after the work of this role in the organisation at this path."""
    duties = user.jurisdiction()
    return any(role in over.works and duties.holds(above, path) for above, over in OVER.items())


def cares_for(user: User, memberships: Iterable[Membership]) -> bool:
    """Whether the person looks after every one of these duties, and there is at least one."""
    rows = list(memberships)
    return bool(rows) and all(looks_after(user, row.role, row.organisation.path) for row in rows)


def works_cared_for(user: User) -> Q:
    """A condition on a row with a `role` in an `organisation`: work that the person looks after."""
    duties = user.jurisdiction()
    condition = Q(pk__in=[])
    for above, over in OVER.items():
        condition |= Q(role__in=over.works) & duties.covers("organisation__path", above)
    return condition


def places_cared_for(user: User) -> Q:
    """A condition on a row with an `organisation`: a place where the person looks after work."""
    return user.jurisdiction().covers("organisation__path", *OVER)


def people_in_care_of(user: User) -> People:
    """The people with a duty that the person looks after, without themselves.

    Somebody without any duty now belongs to the place of their last one.
    """
    rows = Membership.objects.filter(works_cared_for(user))
    people: People = User.objects.standing(rows).exclude(pk=user.pk)
    return people.order_by("full_name", "pk")


def with_current_duties(people: People) -> People:
    """The people with `duties`: their current memberships and organisations. One more query."""
    current = Membership.objects.current(timezone.localdate()).select_related("organisation")
    return people.prefetch_related(
        Prefetch("memberships", current.order_by("pk"), to_attr="duties")
    )


def cared_among(user: User, people: Iterable[User]) -> set[int]:
    """The ids of those the person fully looks after, including themselves; needs `duties`."""
    return {
        one.pk
        for one in people
        if one.pk == user.pk
        or user.may(lambda name, one=one: name.pk != one.pk and cares_for(name, one.duties))
    }
