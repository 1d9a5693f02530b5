"""Changes to people: adding, roles, addresses, access. Each has its event in the right chain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from compliance.domain.people.contacts import masked_address
from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import Invitation, Membership, Organisation, User
from compliance.models.roles import Role
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.people.rights import (
    ROLES_BY_KIND,
    may_grant,
    may_manage,
    standing_memberships,
)

ALWAYS = (date.min, date.max)


@dataclass(frozen=True)
class RoleGrant:
    """A role and a post in an organisation, from day to day."""

    organisation_id: int
    role: str
    post: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@transaction.atomic
def create_person(full_name: str, email: str, grant: RoleGrant, *, act: Act) -> User:
    """A new person with a first role. The e-mail is the login; only an invitation lets them in."""
    organisation = _locked_organisation(grant, act)
    if User.objects.filter(Q(email__iexact=email) | Q(username__iexact=email)).exists():
        raise Conflict("address_taken", address=email)
    person = User(username=email.lower()[:150], full_name=full_name, email=email)
    person.set_unusable_password()
    _saved(person, email)
    row = _granted(person, organisation, grant, organisation.today(act.at))
    record_and_tell(
        act=act,
        organisation=organisation,
        action="person.add",
        subject=person,
        after={"address": masked_address(email), **_said(row)},
    )
    return person


@transaction.atomic
def grant_role(person_id: int, grant: RoleGrant, *, act: Act) -> Membership:
    """The role that the person now has."""
    organisation = _locked_organisation(grant, act)
    person = User.objects.select_for_update(no_key=True).get(pk=person_id)
    if person == act.user and act.on_behalf_of is not None:
        raise Refusal("not_yourself")
    if not person.is_active:
        raise Refusal("person_inactive", name=str(person))
    row = _granted(person, organisation, grant, organisation.today(act.at))
    record_and_tell(
        act=act,
        organisation=organisation,
        action="membership.add",
        subject=person,
        after=_said(row),
    )
    return row


@transaction.atomic
def end_role(membership_id: int, last_day: date, *, act: Act) -> Membership:
    """The role with its last day; one that has ended already stays as it is."""
    row = (
        Membership.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation__parent", "user")
        .get(pk=membership_id)
    )
    if not act.may(may_grant, row.role, row.organisation):
        raise Forbidden("not_your_people")
    if act.user == row.user:
        raise Refusal("not_yourself")
    if row.ends_on and row.ends_on < row.organisation.today(act.at):
        raise Conflict("role_over", date=f"{row.ends_on:%d.%m.%Y}")
    if row.starts_on and last_day < row.starts_on:
        raise Refusal("ends_before_start")
    before, row.ends_on = _said(row), last_day
    row.save(update_fields=["ends_on"])
    record_and_tell(
        act=act,
        organisation=row.organisation,
        action="membership.change",
        subject=row.user,
        before=before,
        after=_said(row),
    )
    return row


@transaction.atomic
def change_address(person_id: int, email: str, *, act: Act) -> User:
    """The person with another e-mail; links sent to the old one stop working."""
    person, home = managed_person(person_id, act)
    if person.email == email:
        return person
    if User.objects.exclude(pk=person.pk).filter(email__iexact=email).exists():
        raise Conflict("address_taken", address=email)
    before, person.email = person.email, email
    _saved(person, email)
    end_old_addresses([person.pk], act)
    _record_about(
        person,
        home,
        "person.address",
        act,
        before={"address": masked_address(before)},
        after={"address": masked_address(email)},
    )
    return person


def end_old_addresses(people: Iterable[int], act: Act) -> None:
    """Make links and letters sent to their old addresses useless.

    The login package keeps addresses of its own; the old one must not reset the password.
    """
    ids = list(people)
    EmailAddress.objects.filter(user__in=ids).delete()
    Invitation.objects.open().filter(user__in=ids).update(revoked_at=act.at)


@transaction.atomic
def deactivate_person(person_id: int, reason: str, *, act: Act) -> User:
    """The person, who can no longer sign in; roles stay on record, open invitations are void."""
    person, home = managed_person(person_id, act)
    if not person.is_active:
        raise Conflict("already_inactive", name=str(person))
    if not reason.strip():
        raise Refusal("reason_given")
    close_account(person, act)
    said: dict[str, Any] = {"before": {"is_active": True}, "after": {"is_active": False}}
    _record_about(person, home, "person.deactivate", act, reason=reason, **said)
    return person


def close_account(person: User, act: Act) -> None:
    """Close the locked person's account; open invitations stay void even if it is reopened."""
    person.is_active = False
    person.save(update_fields=["is_active"])
    Invitation.objects.open().filter(user=person).update(revoked_at=act.at)


@transaction.atomic
def reactivate_person(person_id: int, *, act: Act) -> User:
    """The person, who can sign in again with the roles that have not ended."""
    person, home = managed_person(person_id, act)
    if person.is_active:
        raise Conflict("already_active", name=str(person))
    person.is_active = True
    person.save(update_fields=["is_active"])
    said: dict[str, Any] = {"before": {"is_active": False}, "after": {"is_active": True}}
    _record_about(person, home, "person.reactivate", act, **said)
    return person


# --- Under the lock ----------------------------------------------------------------------------


def lock_regions(ids: Iterable[int]) -> None:
    """One change of roles at a time in each region, so that "only one" can be checked."""
    rows = Organisation.objects.filter(pk__in=ids).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def _locked_organisation(grant: RoleGrant, act: Act) -> Organisation:
    """The organisation in which this act may grant the role, its region locked."""
    organisations = Organisation.objects.select_related("parent")
    lock_regions([organisations.get(pk=grant.organisation_id).region_id])
    organisation = organisations.get(pk=grant.organisation_id)
    if not act.may(may_grant, grant.role, organisation):
        raise Forbidden("not_your_people")
    if not organisation.is_active:
        raise Refusal("organisation_closed", name=str(organisation))
    if grant.role not in ROLES_BY_KIND[organisation.kind]:
        raise Refusal("role_does_not_fit", name=str(organisation))
    return organisation


def managed_person(person_id: int, act: Act) -> tuple[User, Organisation]:
    """The locked person whose account this act may change, and the chain to record it in."""
    person = User.objects.select_for_update(no_key=True).get(pk=person_id)
    standing = standing_memberships([person], timezone.localdate(act.at))[person.pk]
    if act.user == person:
        raise Refusal("not_yourself")
    if not act.may(may_manage, person, standing):
        raise Forbidden("not_your_people")
    if not standing:
        raise Refusal("nowhere_at_work", name=str(person))
    return person, standing[0].organisation


def _granted(person: User, organisation: Organisation, grant: RoleGrant, today: date) -> Membership:
    if grant.starts_on and grant.ends_on and grant.ends_on < grant.starts_on:
        raise Refusal("ends_before_start")
    lasting = Membership.objects.lasting(today)
    same = lasting.filter(organisation=organisation, role=grant.role)
    if any(overlaps(row, grant) for row in same.filter(user=person)):
        raise Conflict("role_held", name=str(person))
    if grant.role == Role.DIRECTOR:
        others = same.filter(user__is_active=True).exclude(user=person).select_related("user")
        for row in others:
            if overlaps(row, grant):
                raise Conflict("second_leader", name=str(row.user), place=str(organisation))
    return Membership.objects.create(
        user=person,
        organisation=organisation,
        role=grant.role,
        post=grant.post,
        starts_on=grant.starts_on,
        ends_on=grant.ends_on,
    )


def overlaps(one: Membership | RoleGrant, other: Membership | RoleGrant) -> bool:
    """Whether the two have a day in common; without a last day it goes on for ever."""
    return (one.starts_on or ALWAYS[0]) <= (other.ends_on or ALWAYS[1]) and (
        other.starts_on or ALWAYS[0]
    ) <= (one.ends_on or ALWAYS[1])


def _saved(person: User, email: str) -> None:
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:  # somebody else stored the same address a moment earlier
        raise Conflict("address_taken", address=email) from error


def _said(row: Membership) -> dict[str, Any]:
    """A role as the audit trail keeps it."""
    return {
        "organisation": str(row.organisation),
        "role": row.role,
        "post": row.post,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
    }


def _record_about(
    person: User,
    home: Organisation,
    action: str,
    act: Act,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    record_and_tell(
        act=act,
        organisation=home,
        action=action,
        subject=person,
        before=before,
        after=after,
        reason=reason,
    )
