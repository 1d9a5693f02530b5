"""Inviting people: one link each, valid once; a new one ends the one before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from compliance.domain.refusals import Conflict, Refusal
from compliance.models import Invitation, Organisation, User
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.people.accounts import managed_person
from compliance.services.people.rights import may_manage, standing_memberships

MOST_AT_ONCE = 5_000


def digest_of(token: str) -> str:
    """What is stored of a link."""
    return sha256(token.encode(errors="replace")).hexdigest()


def can_be_invited(person: User) -> bool:
    """Whether an invitation makes sense: active, reachable, and has never signed in."""
    return person.is_active and bool(person.email) and person.last_login is None


@transaction.atomic
def invite(person_id: int, *, act: Act) -> Invitation:
    """The person's new invitation; the next sweep sends its letter."""
    person, home = managed_person(person_id, act)
    if not person.email:
        raise Refusal("no_address", name=str(person))
    if not person.is_active:
        raise Refusal("person_inactive", name=str(person))
    if person.last_login is not None:
        raise Refusal("already_signed_in", name=str(person))
    made = _renewed([(person, home)], act)[0]
    record_and_tell(act=act, organisation=home, action="person.invite", subject=person)
    return made


@dataclass(frozen=True)
class Invited:
    """The result of inviting many."""

    count: int
    left_out: int = 0


@transaction.atomic
def invite_many(people: QuerySet[User], *, act: Act) -> Invited:
    """How many of the people were invited; those whom this act may not invite are left out.

    One event in the chain of each region records all of them.
    """
    rows = list(people.select_for_update(of=("self",), no_key=True).order_by("pk")[:MOST_AT_ONCE])
    standing = standing_memberships(rows, timezone.localdate(act.at))
    chosen = [
        (row, standing[row.pk][0].organisation)
        for row in rows
        if can_be_invited(row) and standing[row.pk] and act.may(may_manage, row, standing[row.pk])
    ]
    _renewed(chosen, act)
    by_region: dict[int, list[int]] = {}
    for person, home in chosen:
        by_region.setdefault(home.region_id, []).append(person.pk)
    for region in Organisation.objects.filter(pk__in=by_region).order_by("pk"):
        invited = {"people": by_region[region.pk]}
        record_and_tell(
            act=act,
            organisation=region,
            action="person.invite_many",
            subject=region,
            after=invited,
        )
    return Invited(len(chosen), len(rows) - len(chosen))


def _renewed(people: Iterable[tuple[User, Organisation]], act: Act) -> list[Invitation]:
    """New invitations; earlier ones are withdrawn."""
    rows = list(people)
    old = Invitation.objects.open().filter(user__in=[person.pk for person, _home in rows])
    old.update(revoked_at=act.at)
    return Invitation.objects.bulk_create(
        (
            Invitation(
                user=person,
                made_at=act.at,
                made_by=act.user,
                organisation=home,
                next_try_at=act.at,
            )
            for person, home in rows
        ),
        batch_size=500,
    )


def usable_invitation(digest: str, act: Act) -> Invitation | None:
    """The invitation that this link belongs to, if it still lets its person in."""
    rows = Invitation.objects.usable(act.at).select_related("user")
    return rows.filter(digest=digest).first() if digest else None


@transaction.atomic
def accept_invitation(digest: str, password: str, *, act: Act) -> User:
    """The person, with the password of their choice; the link is used up."""
    rows = Invitation.objects.usable(act.at).filter(digest=digest).exclude(digest="")
    found = rows.select_for_update(of=("self",), no_key=True).first()
    if found is None:
        raise Conflict("invitation_over")
    person = User.objects.select_for_update(no_key=True).get(pk=found.user_id)
    person.set_password(password)
    person.save(update_fields=["password"])
    found.used_at = act.at
    found.save(update_fields=["used_at"])
    itself = Act(user=person, at=act.at, address=act.address)
    record_and_tell(
        act=itself, organisation=found.organisation, action="person.join", subject=person
    )
    return person
