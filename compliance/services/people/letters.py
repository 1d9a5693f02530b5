"""An administrator has a letter sent again; the audit trail records it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from compliance.domain.people.contacts import masked_address
from compliance.domain.refusals import Conflict, Forbidden
from compliance.models import Membership, Organisation, User
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.people.rights import standing_among
from notifications.models import Message
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
    if not send_again(letter.pk, by=act.person, on_behalf_of=act.on_behalf_of, now=act.at):
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


def _home(addressee: User, branch: str, today: date) -> Organisation:
    """Where the addressee works, or last worked, in the branch that the letter is about.

    Somebody who only stood in there has no place of their own in it: then it is the branch itself.
    """
    rows = Membership.objects.filter(user=addressee, organisation__path__startswith=branch)
    standing = standing_among(list(rows.select_related("organisation").order_by("pk")), today)
    return standing[0].organisation if standing else Organisation.objects.get(path=branch)
