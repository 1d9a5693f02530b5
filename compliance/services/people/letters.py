"""An administrator has letters sent again, one or many; the audit trail records it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from compliance.domain.people.contacts import masked_address
from compliance.domain.refusals import Conflict, Forbidden
from compliance.models import Membership, Organisation, User
from compliance.models.roles import Role
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.people.rights import standing_among
from notifications.models import DeliveryState, Message
from notifications.models.letters import MessageQuerySet
from notifications.services.resending import send_again


def oversees(user: User | None, letter: Message) -> bool:
    """Whether the person administers the place that the letter is about."""
    if user is None:
        return False
    return Message.objects.administered_by(user).filter(pk=letter.pk).exists()


@transaction.atomic
def resend_letter(letter: Message, *, act: Act) -> User:
    """The person to whom the letter will be sent again; Conflict when its state forbids that."""
    if not act.may(oversees, letter):
        raise Forbidden("not_your_people")
    addressee = User.objects.get(pk=letter.addressee_id)
    found = Message.objects.filter(pk=letter.pk)
    if not send_again(found, by=act.person, on_behalf_of=act.on_behalf_of, now=act.at):
        raise Conflict("letter_not_resendable")
    record_and_tell(
        act=act,
        organisation=_home(addressee, letter.branch, timezone.localdate(act.at)),
        action="letter.resend",
        subject=addressee,
        after={
            "letter": f"{letter.day:%d.%m.%Y}, {letter.subject}",
            "letter_id": letter.pk,
            "address": masked_address(letter.address),
        },
    )
    return addressee


@dataclass(frozen=True)
class MayArrive:
    """Letters that would be sent again, and how many of them may have arrived already."""

    count: int
    unsure: int


def sent_again_by(letters: MessageQuerySet) -> MayArrive:
    """What sending all of these letters again would do. One query."""
    unsure = Count("pk", filter=Q(state=DeliveryState.UNKNOWN))
    found = letters.resendable().aggregate(count=Count("pk"), unsure=unsure)
    return MayArrive(**found)


def administered(person: User) -> MessageQuerySet:
    """Letters of places that the person, or somebody they stand in for, administers."""
    condition = Q(pk__in=[])
    for name in person.names_to_act_in():
        condition |= Q(pk__in=Message.objects.administered_by(name).values("pk"))
    return Message.objects.filter(condition)


@transaction.atomic
def resend_letters(letters: MessageQuerySet, expected: MayArrive, *, act: Act) -> int:
    """How many of the letters will be sent again: all, of places that the person administers.

    Raises Conflict when they are no longer as many as the person was shown: they are locked, then
    counted. Each place administered has one event in its trail; the letters themselves say who had
    them sent again.
    """
    locked = _locked(letters, act)
    unsure = sum(one.state == DeliveryState.UNKNOWN for one in locked)
    if MayArrive(len(locked), unsure) != expected:
        raise Conflict("letters_changed")
    return _sent_again(locked, act)


@transaction.atomic
def resend_those_left(ids: Sequence[int], *, act: Act) -> int:
    """How many of these letters will be sent again: those whose state still allows it."""
    return _sent_again(_locked(Message.objects.filter(pk__in=ids), act), act)


def _locked(letters: MessageQuerySet, act: Act) -> list[Message]:
    mine = letters.filter(pk__in=administered(act.person).values("pk")).resendable()
    return list(mine.only("pk", "state", "branch").order_by("pk").select_for_update(of=("self",)))


def _sent_again(locked: Sequence[Message], act: Act) -> int:
    """How many were sent again, with an event for each place administered."""
    unsure = {one.pk for one in locked if one.state == DeliveryState.UNKNOWN}
    left, sent = {one.pk: one for one in locked}, []
    for name in act.person.names_to_act_in():
        whose = name if name != act.person else None
        of_name = Message.objects.administered_by(name).filter(pk__in=list(left))
        may = set(of_name.values_list("pk", flat=True))
        for branch in name.jurisdiction().paths(Role.ADMINISTRATOR):
            ids = [pk for pk in may & left.keys() if _is_of(left[pk], branch)]
            if ids:
                send_again(
                    Message.objects.filter(pk__in=ids),
                    by=act.person, on_behalf_of=whose, now=act.at,
                )  # fmt: skip
                sent.append((Organisation.objects.get(path=branch), whose, ids))
            for pk in ids:
                del left[pk]
    for place, whose, ids in sorted(sent, key=lambda part: part[0].pk):
        record_and_tell(
            act=replace(act, on_behalf_of=whose),
            organisation=place,
            action="letter.resend_many",
            subject=place,
            after={"letters": len(ids), "may_have_arrived": len(unsure & set(ids))},
        )
    return sum(len(ids) for _place, _whose, ids in sent)


def _is_of(letter: Message, branch: str) -> bool:
    """Whether the letter is about the branch; one without words yet is about no place."""
    return not letter.branch or letter.branch.startswith(branch)


def _home(addressee: User, branch: str, today: date) -> Organisation:
    """Where the addressee works, or last worked, in the branch that the letter is about.

    Somebody who only stood in there has no place of their own in it: then it is the branch itself.
    """
    rows = Membership.objects.filter(user=addressee, organisation__path__startswith=branch)
    standing = standing_among(list(rows.select_related("organisation").order_by("pk")), today)
    return standing[0].organisation if standing else Organisation.objects.get(path=branch)
