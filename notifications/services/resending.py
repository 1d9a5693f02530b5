"""A person decides to send a letter again that failed, or may not have arrived."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from notifications.models import DeliveryState, Message, Reminder
from notifications.models.states import RESENDABLE


@transaction.atomic
def send_again(
    message_id: int,
    *,
    by: AbstractBaseUser,
    on_behalf_of: AbstractBaseUser | None = None,
    now: datetime,
) -> bool:
    """Whether the letter now waits to be sent again; False when its state does not allow that.

    Its reminders wait with it and are checked once more before it leaves. The old token is gone: a
    sender that was given up for dead can no longer write to it.
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
        resent_for=on_behalf_of and on_behalf_of.pk,
    )
    if revived:
        Reminder.objects.filter(message=message_id, state__in=RESENDABLE).update(
            state=DeliveryState.WAITING, reason=""
        )
    return bool(revived)
