"""An administrator has letters sent again, one or many; the audit trail records it."""

from __future__ import annotations

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


@transaction.atomic
def resend_letters(letters: MessageQuerySet, expected: MayArrive, *, act: Act) -> int:
    """How many of the letters will be sent again: all, of places that the person administers.

    Raises Conflict when they are no longer those whose number the person was shown. Each place
    administered has one event in its trail; the letters themselves say who had them sent again.
    """
    administered = Q(pk__in=[])
    for name in act.person.names_to_act_in():
        administered |= Q(pk__in=Message.objects.administered_by(name).values("pk"))
    if sent_again_by(letters.filter(administered)) != expected:
        raise Conflict("letters_changed")
    count = 0
    for name in act.person.names_to_act_in():
        whose = name if name != act.person else None
        for branch in name.jurisdiction().paths(Role.ADMINISTRATOR):
            of_branch = letters.filter(
                Q(pk__in=Message.objects.administered_by(name).values("pk")),
                Q(branch__startswith=branch) | Q(branch=""),
            )
            unsure = sent_again_by(of_branch).unsure
            sent = send_again(of_branch, by=act.person, on_behalf_of=whose, now=act.at)
            if sent:
                place = Organisation.objects.get(path=branch)
                record_and_tell(
                    act=replace(act, on_behalf_of=whose),
                    organisation=place,
                    action="letter.resend_many",
                    subject=place,
                    after={"letters": sent, "may_have_arrived": unsure},
                )
            count += sent
    return count


def _home(addressee: User, branch: str, today: date) -> Organisation:
    """Where the addressee works, or last worked, in the branch that the letter is about.

    Somebody who only stood in there has no place of their own in it: then it is the branch itself.
    """
    rows = Membership.objects.filter(user=addressee, organisation__path__startswith=branch)
    standing = standing_among(list(rows.select_related("organisation").order_by("pk")), today)
    return standing[0].organisation if standing else Organisation.objects.get(path=branch)
