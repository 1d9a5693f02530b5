"""A person decides to send a letter again that failed, or of which nobody knows."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from notifications.models import DeliveryState, Message, Reminder
from notifications.models.states import RESENDABLE


@transaction.atomic
def send_again(message_id: int, *, by: AbstractBaseUser, now: datetime) -> bool:
    """Whether the letter waits to be sent again; False when it was not at an end that allows it.

    Its reminders wait again with it and are asked about once more before it leaves. The old token
    is gone: a sender that was given up for lost can't write into it any more.
    """
    revived = Message.objects.filter(pk=message_id, state__in=RESENDABLE).update(
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
    )
    if revived:
        Reminder.objects.filter(message=message_id, state__in=RESENDABLE).update(
            state=DeliveryState.WAITING, reason=""
        )
    return bool(revived)
