"""What a provider reports about letters afterwards, and how that changes their state.

Reports come in any order, several times, late. So each fills in only its own field of the try that
it is about, and only once; the letter's state is read off all the fields, whatever their order. A
report of an earlier try does not change a letter that was sent again since.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from anymail.signals import EventType, RejectReason
from django.db import transaction
from django.db.models import Model, QuerySet

from notifications.domain.addresses import alike, is_policy
from notifications.models import (
    AddressSuspension,
    DeliveryAttempt,
    DeliveryState,
    Message,
    Reason,
    SecretLetter,
)
from notifications.services.ledger import end_reminders
from notifications.services.letters import TRY
from notifications.services.suspending import suspend

Row = TypeVar("Row", bound=Model)
WORDS_LENGTH = 1000
MOVED_BY_REPORTS = (
    DeliveryState.CLAIMED,
    DeliveryState.TEMPORARY,
    DeliveryState.ACCEPTED,
    DeliveryState.PERMANENT,
    DeliveryState.UNKNOWN,
)
# Reasons that say something about our letter or our server, nothing about the address.
OF_OUR_LETTER = frozenset({RejectReason.BLOCKED, RejectReason.SPAM, RejectReason.TIMED_OUT})
# Reasons why a provider holds letters back: what the address has answered before.
REFUSED_BEFORE = frozenset(
    {
        RejectReason.INVALID,
        RejectReason.BOUNCED,
        RejectReason.SPAM,
        RejectReason.UNSUBSCRIBED,
    }
)


class Kind(StrEnum):
    DELIVERED = "delivered_at"
    RETURNED = "returned_at"
    COMPLAINED = "complained_at"


@dataclass(frozen=True)
class LetterReport:
    """One report: what happened, and to which try, by our token or by the provider's number."""

    kind: Kind
    token: UUID | None
    provider_id: str
    recipient: str
    is_of_the_address: bool
    words: str


KINDS = {
    EventType.DELIVERED: Kind.DELIVERED,
    EventType.BOUNCED: Kind.RETURNED,
    EventType.REJECTED: Kind.RETURNED,
    EventType.FAILED: Kind.RETURNED,
    EventType.COMPLAINED: Kind.COMPLAINED,
}


def as_report(event: Any) -> LetterReport | None:
    """anymail's event in our terms; None for what we ignore (opened, delayed, inbound …)."""
    kind = KINDS.get(event.event_type)
    if kind is None:
        return None
    try:
        token = UUID(str((event.metadata or {}).get(TRY)))
    except ValueError:
        token = None
    said = [event.mta_response, event.description, event.reject_reason]
    return LetterReport(
        kind=kind,
        token=token,
        provider_id=_clean(event.message_id)[:200],
        recipient=_clean(event.recipient),
        is_of_the_address=_is_of_the_address(event),
        words=" · ".join(_clean(one) for one in said if one)[:WORDS_LENGTH],
    )


def _clean(value: object) -> str:
    """The value as text that a database accepts: without NUL and lone surrogates."""
    return str(value or "").replace("\x00", "").encode("utf-8", "ignore").decode()


def _is_of_the_address(event: Any) -> bool:
    """Whether the address takes no letters; an answer about policy or our letter says nothing."""
    if event.event_type == EventType.REJECTED:  # the provider did not even try
        return event.reject_reason in REFUSED_BEFORE
    if event.event_type != EventType.BOUNCED or is_policy(_clean(event.mta_response)):
        return False
    return event.reject_reason not in OF_OUR_LETTER


@transaction.atomic
def take_report(report: LetterReport, now: datetime) -> bool:
    """Whether the report said something new; one about an unknown letter does not."""
    attempt = _attempt_of(report)
    if attempt is None:
        return _take_of_secret(report, now)
    if getattr(attempt, report.kind) is not None:
        return False
    setattr(attempt, report.kind, now)
    attempt.report = report.words or attempt.report
    attempt.save(update_fields=[report.kind, "report"])
    message = Message.objects.select_for_update(of=("self",)).get(pk=attempt.message_id)
    _move(message, attempt, now)
    _suspend(message, report, now)
    return True


def _suspend(letter: Message | SecretLetter, report: LetterReport, now: datetime) -> None:
    """Let no letters leave for the address, where the report is about it and says so."""
    if alike(report.recipient) not in {"", alike(letter.address)}:
        return
    if report.kind is Kind.COMPLAINED:
        suspend(letter, AddressSuspension.Cause.COMPLAINED, report.words, now)
    elif report.kind is Kind.RETURNED and report.is_of_the_address:
        suspend(letter, AddressSuspension.Cause.RETURNED, report.words, now)


def _take_of_secret(report: LetterReport, now: datetime) -> bool:
    """The same of an invitation: who sent it looks up what was reported with its next sweep."""
    letter = _of_report(SecretLetter.objects.select_for_update(), report, "token")
    if letter is None or report.kind is Kind.DELIVERED or getattr(letter, report.kind) is not None:
        return False
    setattr(letter, report.kind, now)
    letter.report = report.words or letter.report
    letter.save(update_fields=[report.kind, "report"])
    _suspend(letter, report, now)
    return True


def _attempt_of(report: LetterReport) -> DeliveryAttempt | None:
    """The try, locked: by our own number, or by the provider's where ours does not come back."""
    attempts = DeliveryAttempt.objects.select_for_update(of=("self",))
    return _of_report(attempts, report, "claim")


def _of_report(rows: QuerySet[Row], report: LetterReport, ours: str) -> Row | None:
    """The row by our own number, which stands in the field `ours`, or by the provider's."""
    if report.token is not None:
        return rows.filter(**{ours: report.token}).first()
    if report.provider_id:
        return rows.filter(provider_id=report.provider_id).order_by("-pk").first()
    return None


def _move(message: Message, attempt: DeliveryAttempt, now: datetime) -> None:
    """Put the letter into the state that the reports on its last try mean."""
    if message.claim != attempt.claim or message.state not in MOVED_BY_REPORTS:
        return
    came_back = attempt.returned_at and not attempt.complained_at
    state = DeliveryState.PERMANENT if came_back else DeliveryState.ACCEPTED
    reason = Reason.RETURNED if came_back else ""
    if (message.state, message.reason) == (state, reason):
        return
    message.state, message.reason = state, reason
    message.finished_at, message.lease_until = message.finished_at or now, None
    message.save(update_fields=["state", "reason", "finished_at", "lease_until"])
    end_reminders([message.pk], state, reason)
