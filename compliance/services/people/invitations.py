"""Inviting people: one link each, valid once; a new one ends the one before."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from compliance.domain.refusals import Conflict, Refusal
from compliance.models import Invitation, Membership, Organisation, User
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.people.accounts import managed_person
from compliance.services.people.rights import may_manage, standing_memberships
from notifications.models import DeliveryState

AGAIN_AFTER = timedelta(days=1)
"""Whom a list invites once more: nobody is invited twice because a button was pressed twice."""


def digest_of(token: str) -> str:
    """What is stored of a link."""
    return sha256(token.encode(errors="replace")).hexdigest()


def can_be_invited(person: User) -> bool:
    """Whether an invitation makes sense: active, reachable, and has never signed in."""
    return not _unable(person)


@transaction.atomic
def invite(person_id: int, *, act: Act) -> Invitation:
    """The person's new invitation; the next sweep sends its letter."""
    person, home = managed_person(person_id, act)
    if code := _unable(person):
        raise Refusal(code, name=str(person))
    made = _renewed([(person, home)], act)[0]
    record_and_tell(act=act, organisation=home, action="person.invite", subject=person)
    return made


@dataclass(frozen=True)
class Invited:
    """The result of inviting many: how many were, and who was not for what reason.

    `left_out`: the id of a person and the code of the reason (`wording/people.py`).
    """

    count: int
    left_out: Sequence[tuple[int, str]] = ()


@transaction.atomic
def invite_many(people: QuerySet[User], *, act: Act) -> Invited:
    """Who of the people was invited, and why the others were not.

    One event in the chain of each region records all of them.
    """
    rows = list(people.select_for_update(of=("self",), no_key=True).order_by("pk"))
    standing = standing_memberships(rows, timezone.localdate(act.at))
    lately = _invited_lately(rows, act)
    chosen, left_out = [], []
    for row in rows:
        if not act.may(may_manage, row, standing[row.pk]):
            left_out.append((row.pk, "not_your_people"))
        elif code := _hindrance(row, standing[row.pk], lately):
            left_out.append((row.pk, code))
        else:
            chosen.append((row, standing[row.pk][0].organisation))
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
    return Invited(len(chosen), left_out)


def _invited_lately(people: Iterable[User], act: Act) -> set[int]:
    """The ids of those whose last invitation is fresh and has not failed to arrive."""
    rows = Invitation.objects.open().filter(
        user__in=[one.pk for one in people], made_at__gt=act.at - AGAIN_AFTER
    )
    arriving = rows.exclude(state__in=[DeliveryState.PERMANENT, DeliveryState.UNKNOWN])
    return set(arriving.values_list("user_id", flat=True))


def _hindrance(person: User, standing: Sequence[Membership], lately: Container[int]) -> str:
    """Why a list does not invite this person now, as a code; empty when nothing is in the way."""
    if not standing:
        return "nowhere_at_work"
    if code := _unable(person):
        return code
    return "invited_lately" if person.pk in lately else ""


def _unable(person: User) -> str:
    """Why an invitation to this person makes no sense, as the code of a refusal."""
    if not person.email:
        return "no_address"
    if not person.is_active:
        return "person_inactive"
    return "already_signed_in" if person.last_login is not None else ""


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
