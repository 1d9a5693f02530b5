"""The fate of letters that carry a secret: whom a try was meant for, and how it ended."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from notifications.models import DeliveryState, SecretLetter
from notifications.services.outcomes import DeliveryOutcome
from notifications.services.suspending import suspend_if_refused_again


def begin_secret(person: AbstractBaseUser, address: str, now: datetime) -> SecretLetter:
    """The try, on record before its first byte leaves."""
    return SecretLetter.objects.create(person_id=person.pk, address=address, began_at=now)


@transaction.atomic
def end_secret(letter: SecretLetter, outcome: DeliveryOutcome, now: datetime) -> None:
    """Record the answer, and suspend the address if it has been refused often enough in a row."""
    SecretLetter.objects.filter(pk=letter.pk).update(
        outcome=outcome.state,
        refuses_address=outcome.refuses_address,
        provider_id=outcome.provider_id,
    )
    if outcome.refuses_address:
        suspend_if_refused_again(letter, outcome.error, now)


def says_nothing(outcome: DeliveryOutcome) -> bool:
    """Whether the answer adds nothing to the record of a try: it was taken, without a number."""
    return outcome.state is DeliveryState.ACCEPTED and not outcome.provider_id
