"""A person decides to send letters again that failed, or may not have arrived."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from notifications.models import DeliveryState, Message, Reminder
from notifications.models.letters import MessageQuerySet
from notifications.models.states import RESENDABLE

BATCH = 1000  # letters in one statement


@transaction.atomic
def send_again(
    letters: MessageQuerySet,
    *,
    by: AbstractBaseUser,
    on_behalf_of: AbstractBaseUser | None = None,
    now: datetime,
) -> int:
    """How many of the letters now wait to be sent again: those whose state allows it.

    Their reminders wait with them and are checked once more before they leave. The old tokens are
    gone: a sender that was given up for dead can no longer write.
    """
    rows = letters.resendable().order_by("pk").select_for_update(of=("self",))
    ids = list(rows.values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        Message.objects.filter(pk__in=some).update(
            state=DeliveryState.WAITING,
            reason="",
            tries=0,
            next_try_at=now,
            finished_at=None,
            claim=None,
            lease_until=None,
            sending_since=None,
            resent_at=now,
            resent_by=by.pk,
            resent_for=on_behalf_of and on_behalf_of.pk,
        )
        Reminder.objects.filter(message__in=some, state__in=RESENDABLE).update(
            state=DeliveryState.WAITING, reason=""
        )
    return len(ids)
