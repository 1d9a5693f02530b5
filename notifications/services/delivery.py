"""The sender: claims letters, checks them once more, sends them, and records what became of them.

A letter's way is three short transactions with the mail server outside all of them:
claim (a lease and a fresh token) → begin (words, addressee and "sending since" on record) → finish.
If the program dies before `begin`, the letter is sent by whoever comes next. If it dies between
`begin` and `finish`, nobody can know whether the letter arrived: it becomes `unknown`, is counted,
shown, and never sent again by itself (docs/decisions/0002-reminder-ledger.md).
"""

from __future__ import annotations

import logging
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from notifications.domain.backoff import MAXIMUM_TRIES, pause_after
from notifications.domain.hours import sending_moment
from notifications.models import DeliveryAttempt, DeliveryState, Message, Reason
from notifications.models.states import FINAL
from notifications.services.beginning import begin
from notifications.services.ledger import end_reminders
from notifications.services.letters import as_mail
from notifications.services.line import MailLine
from notifications.services.outcomes import DeliveryOutcome, not_sent, send
from notifications.services.suspending import suspend_if_refused_again

BATCH = 20
LEASE = timedelta(minutes=10)
"""Longer than the slowest conversation: ten commands of EMAIL_TIMEOUT seconds each."""

VAIN_BATCHES = 3
"""A run ends after so many batches that found no mail server; the next comes in a minute."""

COUNTED = ("accepted", "temporary", "permanent", "unknown", "skipped")

logger = logging.getLogger("vekha.notifications")


def deliver_messages(
    now: datetime, limit: int | None = None, *, beat: Callable[[], None] = lambda: None
) -> dict[str, int]:
    """How many letters came to which state, sending what is due until nothing is left.

    `limit` bounds the letters taken up. Any number may run at once; `beat` is called as it gets on.
    """
    clock = _clock(now)
    counts: Counter[str] = Counter(unknown=settle_abandoned(clock()))
    taken = vain = 0
    while vain < VAIN_BATCHES:
        size = BATCH if limit is None else min(BATCH, limit - taken)
        batch = claim(clock(), size) if size > 0 else []
        if not batch:
            break
        taken += len(batch)
        answered = _deliver(batch, clock, counts, beat)
        vain = 0 if answered else vain + 1
    return {state: counts[state] for state in COUNTED}


def _clock(now: datetime) -> Callable[[], datetime]:
    """A clock that starts at `now` and runs on: a run may outlast a lease."""
    began = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - began)


def claim(now: datetime, size: int) -> list[Message]:
    """Up to `size` letters, those due longest first, which are ours for the length of a lease."""
    with transaction.atomic():
        batch = list(
            Message.objects.ready(now)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("addressee")
            .order_by("next_try_at", "id")[:size]
        )
        for message in batch:
            message.state = DeliveryState.CLAIMED
            message.claim = uuid.uuid4()
            message.lease_until = now + LEASE
        Message.objects.bulk_update(batch, ["state", "claim", "lease_until"])
    return batch


def settle_abandoned(now: datetime) -> int:
    """How many letters became `unknown` because their sender died in the middle of sending."""
    with transaction.atomic():
        lost = list(
            Message.objects.abandoned(now)
            .select_for_update(skip_locked=True, of=("self",))
            .values_list("pk", flat=True)
        )
        Message.objects.filter(pk__in=lost).update(
            state=DeliveryState.UNKNOWN, reason=Reason.SENDER_DIED, finished_at=now
        )
        end_reminders(lost, DeliveryState.UNKNOWN, Reason.SENDER_DIED)
    if lost:
        logger.warning("Letters of unknown fate, their sender died: %s", lost)
    return len(lost)


def _deliver(
    batch: list[Message],
    clock: Callable[[], datetime],
    counts: Counter[str],
    beat: Callable[[], None],
) -> bool:
    """Whether the mail server could be reached; the failure of one letter does not stop others."""
    line = MailLine()
    for message in batch:
        beat()
        if _postponed_until_daytime(message, clock()):
            continue
        if trouble := line.open():
            counts[finish(message, trouble, clock(), counts_as_try=False)] += 1
            continue
        try:
            state = begin(message, clock(), LEASE)
        except Exception as error:
            logger.exception("Letter %s could not be prepared", message.pk)
            counts[finish(message, not_sent(error), clock())] += 1
            continue
        if state is DeliveryState.CLAIMED:
            outcome = send(as_mail(message, line.connection), line.connection)
            counts[finish(message, outcome, clock())] += 1
            if outcome.state is not DeliveryState.ACCEPTED:
                line.close()  # its state is unknown: the next letter opens a new one
        else:
            counts[state] += 1
    line.close()
    return line.trouble is None


def _postponed_until_daytime(message: Message, now: datetime) -> bool:
    """Whether it is night where the addressee is: then the letter goes back to wait for morning."""
    moment = sending_moment(now, message.time_zone, settings.SENDING_HOURS)
    if moment <= now:
        return False
    Message.objects.filter(pk=message.pk, claim=message.token).update(
        state=DeliveryState.TEMPORARY if message.tries else DeliveryState.WAITING,
        next_try_at=moment,
        claim=None,
        lease_until=None,
    )
    return True


def finish(
    message: Message, outcome: DeliveryOutcome, now: datetime, *, counts_as_try: bool = True
) -> DeliveryState:
    """The state that the letter came to; committed at once, before the next letter is begun.

    Written only while the token is still ours. A letter that others have meanwhile given up as
    `unknown` is corrected: we alone know how it ended.
    """
    tries = message.tries + counts_as_try
    state, reason = _verdict(outcome, tries)
    with transaction.atomic():
        said = {
            "ended_at": now,
            "outcome": outcome.state,
            "error": outcome.error,
            "provider_id": outcome.provider_id,
            "refuses_address": outcome.refuses_address,
        }
        # A try that found no mail server has no row yet.
        if not DeliveryAttempt.objects.filter(claim=message.token).update(**said):
            DeliveryAttempt.objects.create(
                message=message, claim=message.token, began_at=now, **said
            )
        is_ours = Message.objects.filter(
            pk=message.pk,
            claim=message.token,
            state__in=[DeliveryState.CLAIMED, DeliveryState.UNKNOWN],
        ).update(
            state=state,
            reason=reason,
            tries=tries,
            provider_id=outcome.provider_id,
            finished_at=now if state in FINAL else None,
            next_try_at=now + pause_after(tries, random.random()),
            lease_until=None,
            sending_since=None if state is DeliveryState.TEMPORARY else message.sending_since,
        )
        if is_ours:
            end_reminders([message.pk], state, reason)
        if outcome.refuses_address:
            suspend_if_refused_again(message, outcome.error, now)
    if state is not DeliveryState.ACCEPTED:
        logger.warning("Letter %s: %s (%s)", message.pk, state, outcome.error)
    return state


def _verdict(outcome: DeliveryOutcome, tries: int) -> tuple[DeliveryState, Reason | str]:
    """The letter's state after this try, and the reason."""
    if outcome.state is DeliveryState.TEMPORARY and tries >= MAXIMUM_TRIES:
        return DeliveryState.PERMANENT, Reason.TRIED_OFTEN
    reasons: dict[DeliveryState, Reason | str] = {
        DeliveryState.PERMANENT: Reason.REFUSED,
        DeliveryState.UNKNOWN: Reason.CONNECTION_LOST,
    }
    return outcome.state, reasons.get(outcome.state, "")
