"""The last moment before a letter leaves: gather, ask once more, put into words, record."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from notifications.domain.branches import common_path
from notifications.models import (
    AddressSuspension,
    DeliveryAttempt,
    DeliveryState,
    Message,
    Reason,
    Reminder,
)
from notifications.services.letters import compose, new_message_id
from notifications.subjects import Item, still_due


@transaction.atomic
def begin(message: Message, now: datetime, lease: timedelta) -> DeliveryState:
    """CLAIMED when the letter may be sent now, else the state it has ended in.

    When this commits, the words and "sending since" are on record: if its sender dies from here on,
    nobody knows whether the letter arrived.
    """
    is_ours = Message.objects.select_for_update().filter(
        pk=message.pk, claim=message.token, state=DeliveryState.CLAIMED
    )
    if not is_ours.exists():
        return DeliveryState.WAITING  # the lease ran out and somebody else has it
    # Read again: since the letter was claimed, the person may have left or changed their address.
    message.addressee = get_user_model()._default_manager.get(pk=message.addressee_id)
    items = _items(message, now)
    if not items:
        return _skip(message, Reason.NOTHING_LEFT, now)
    _put_into_words(message, items, now)
    if not message.addressee.is_active:
        return _skip(message, Reason.PERSON_INACTIVE, now)
    if not message.address:
        return _skip(message, Reason.NO_ADDRESS, now)
    if AddressSuspension.objects.of_address(message.address).exists():
        return _skip(message, Reason.ADDRESS_SUSPENDED, now)
    message.sending_since = now
    message.lease_until = now + lease
    message.save(update_fields=["sending_since", "lease_until", *KEPT])
    DeliveryAttempt.objects.create(message=message, claim=message.token, began_at=now)
    return DeliveryState.CLAIMED


KEPT = ["subject", "text", "html", "branch", "address", "message_id"]


def _items(message: Message, now: datetime) -> list[Item]:
    """What the letter is about: the addressee's loose reminders are taken along, the settled ones
    end here with their reason.
    """
    Reminder.objects.loose().filter(addressee=message.addressee_id, channel=message.channel).update(
        message=message
    )
    unfinished = Reminder.objects.unfinished().filter(message=message).order_by("subject_kind")
    items: list[Item] = []
    settled: dict[Reason, list[int]] = defaultdict(list)
    for kind, rows in groupby(unfinished, key=lambda row: row.subject_kind):
        for pk, answer in still_due(kind, [row.pk for row in rows], now).items():
            if isinstance(answer, Item):
                items.append(answer)
            else:
                settled[answer].append(pk)
    for reason, ids in settled.items():
        Reminder.objects.filter(pk__in=ids).update(state=DeliveryState.SKIPPED, reason=reason)
    return items


def _put_into_words(message: Message, items: list[Item], now: datetime) -> None:
    words = compose(message.addressee, items)
    message.subject, message.text, message.html = words.subject, words.text, words.html
    message.branch = branch_of(message.addressee, items)
    message.address = getattr(message.addressee, "email", "")
    message.message_id = message.message_id or new_message_id(message, timezone.localdate(now))


def branch_of(addressee: Any, items: list[Item]) -> str:
    """The branch whose administrators answer for the letter.

    It is what all its lines have in common, or a place above that for which the addressee works: an
    institution's administrator does not read what is written to the ministry about it.
    """
    common = common_path(item.organisation_path for item in items)
    above = [path for path in addressee.jurisdiction().paths() if path and common.startswith(path)]
    return min(above, key=len, default=common)


def _skip(message: Message, reason: Reason, now: datetime) -> DeliveryState:
    """SKIPPED: the letter stays readable on the site; its open reminders end with it."""
    message.state, message.reason = DeliveryState.SKIPPED, reason
    message.finished_at, message.lease_until = now, None
    message.save(update_fields=["state", "reason", "finished_at", "lease_until", *KEPT])
    Reminder.objects.unfinished().filter(message=message).update(
        state=DeliveryState.SKIPPED, reason=reason
    )
    return DeliveryState.SKIPPED
