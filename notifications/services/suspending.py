"""Addresses that letters do not reach get none until somebody has looked at them."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Max

from notifications.domain.addresses import REFUSALS_THAT_SUSPEND, alike, suspends
from notifications.models import (
    AddressSuspension,
    DeliveryAttempt,
    DeliveryState,
    Message,
    SecretLetter,
)


def suspend(
    letter: Message | SecretLetter, cause: AddressSuspension.Cause, words: str, now: datetime
) -> AddressSuspension:
    """The suspension of the letter's address: a new one, or the one that stands already."""
    address = alike(letter.address)
    kept = letter if isinstance(letter, Message) else None
    person_id = letter.addressee_id if isinstance(letter, Message) else letter.person_id
    AddressSuspension.objects.bulk_create(
        [
            AddressSuspension(
                address=address,
                person_id=person_id,
                letter=kept,
                cause=cause,
                words=words,
                began_at=now,
            )
        ],
        ignore_conflicts=True,
    )
    return AddressSuspension.objects.of_address(address).get()


def suspend_if_refused_again(letter: Message | SecretLetter, words: str, now: datetime) -> None:
    """Suspend the address when its server has refused it often enough in a row.

    Where the provider reports on letters, its reports decide, not the answers we get.
    """
    if settings.MAIL_REPORTS:
        return
    lifted = AddressSuspension.objects.filter(address=alike(letter.address))
    since = lifted.aggregate(last=Max("lifted_at"))["last"]
    person_id = letter.addressee_id if isinstance(letter, Message) else letter.person_id
    answers = _answers(person_id, letter.address, since or datetime.min.replace(tzinfo=UTC))
    if suspends([refused for _at, refused in answers]):
        suspend(letter, AddressSuspension.Cause.REFUSED, words, now)


def _answers(person_id: int, address: str, since: datetime) -> list[tuple[datetime, bool]]:
    """When tries to reach the person there began and whether the address was refused; latest first.

    A try that ended otherwise than taken or refused says nothing. A letter with a secret of which
    nobody wrote down the end counts as taken: rather a suspension too late than a wrong one.
    """
    tries = DeliveryAttempt.objects.filter(
        message__address__iexact=address,
        message__addressee=person_id,
        ended_at__isnull=False,
        outcome__in=[DeliveryState.ACCEPTED, DeliveryState.PERMANENT],
        began_at__gt=since,
    )
    secret = SecretLetter.objects.filter(
        address__iexact=address, person=person_id, began_at__gt=since
    ).exclude(outcome=DeliveryState.TEMPORARY)
    found: list[tuple[datetime, bool]] = []
    for rows in (tries, secret):
        latest = rows.order_by("-began_at", "-pk").values_list("began_at", "refuses_address")
        found += latest[:REFUSALS_THAT_SUSPEND]
    return sorted(found, reverse=True)


def lift(suspension: AddressSuspension, *, by: AbstractBaseUser, now: datetime) -> bool:
    """Whether letters may leave for the address again; False when they could already."""
    standing = AddressSuspension.objects.filter(pk=suspension.pk, lifted_at__isnull=True)
    return bool(standing.update(lifted_at=now, lifted_by=by.pk))
