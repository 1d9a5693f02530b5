"""Addresses that letters do not reach get none until somebody has looked at them."""

from __future__ import annotations

from datetime import datetime

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


def suspend_if_refused_again(letter: Message, words: str, now: datetime) -> None:
    """Suspend the address when its server has refused it often enough in a row.

    Where the provider reports on letters, its reports decide, not the answers we get.
    """
    if settings.MAIL_REPORTS:
        return
    lifted = AddressSuspension.objects.filter(address=alike(letter.address))
    since = lifted.aggregate(last=Max("lifted_at"))["last"]
    answered = DeliveryAttempt.objects.filter(
        message__address__iexact=letter.address,
        message__addressee=letter.addressee_id,
        ended_at__isnull=False,
        outcome__in=[DeliveryState.ACCEPTED, DeliveryState.PERMANENT],
    )
    if since is not None:
        answered = answered.filter(began_at__gt=since)
    latest = answered.order_by("-pk").values_list("refuses_address", flat=True)
    if suspends(list(latest[:REFUSALS_THAT_SUSPEND])):
        suspend(letter, AddressSuspension.Cause.REFUSED, words, now)


def lift(suspension: AddressSuspension, *, by: AbstractBaseUser, now: datetime) -> bool:
    """Whether letters may leave for the address again; False when they could already."""
    standing = AddressSuspension.objects.filter(pk=suspension.pk, lifted_at__isnull=True)
    return bool(standing.update(lifted_at=now, lifted_by=by.pk))
