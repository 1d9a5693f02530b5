"""Who may look after whom: the one place where rights over people are decided.

* An administrator grants any role that fits the organisation, inside the own branch only: nobody
  can raise anybody, themselves included, to where they do not already administer.
* A director names and releases the executors of the own institution, and nobody else.
* A coordinator looks.
* What touches the account itself (address, invitation, deactivation) is for those who could grant
  everything that the person may do: else a changed address would be a way into a higher account.
* A substitute does this in the absent person's name, with both on record, but gives themselves
  nothing: a role would outlast the substitution.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from compliance.models import Membership, Organisation, User
from compliance.models.people import KEEPING_PEOPLE, Role

Kind = Organisation.Kind

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
    """Whether the person may give or take this role there."""
    if user is None or user.is_superuser:
        return True
    duties = user.jurisdiction()
    # A council's people look after its ministry's region: that branch counts, not the council's.
    if duties.holds(Role.ADMINISTRATOR, organisation.jurisdiction_path):
        return True
    return role == Role.EXECUTOR and duties.holds(Role.DIRECTOR, organisation.path)


def grantable_roles(user: User, organisation: Organisation) -> list[Role]:
    """The roles of this organisation that the person may give."""
    return [
        role for role in ROLES_BY_KIND[organisation.kind] if may_grant(user, role, organisation)
    ]


def may_grant_somewhere(user: User) -> bool:
    """Whether the person gives roles at all: then a person can also be added."""
    granting = {Role.ADMINISTRATOR, Role.DIRECTOR}
    return user.is_superuser or bool(user.jurisdiction().roles & granting)


def may_import(user: User) -> bool:
    """Whether the person may read in organisations and people from a file."""
    return user.is_superuser or Role.ADMINISTRATOR in user.jurisdiction().roles


def may_manage(user: User | None, person: User, standing: Sequence[Membership]) -> bool:
    """Whether the person's account is the user's to change; nobody manages themselves.

    `standing` is what `standing_memberships` gives for the person.
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


def standing_memberships(people: Iterable[User], today: date) -> dict[int, list[Membership]]:
    """By person: the roles that have not ended, or else the one that ended last. One query."""
    found: dict[int, list[Membership]] = {person.pk: [] for person in people}
    rows = Membership.objects.filter(user__in=list(found)).select_related("organisation__parent")
    for row in rows.order_by("pk"):
        found[row.user_id].append(row)
    return {pk: _standing(rows, today) for pk, rows in found.items()}


def _standing(rows: list[Membership], today: date) -> list[Membership]:
    lasting = [row for row in rows if row.ends_on is None or row.ends_on >= today]
    return lasting or sorted(rows, key=lambda row: row.ends_on or today)[-1:]


def organisations_to_grant(user: User) -> list[Organisation]:
    """Open organisations in which the person may give some role, by name."""
    rows = Organisation.objects.active().select_related("parent")
    if not user.is_superuser:
        duties = user.jurisdiction()
        granting = duties.covers("path", Role.ADMINISTRATOR, Role.DIRECTOR)
        rows = rows.filter(granting)
    return [row for row in rows if grantable_roles(user, row)]
