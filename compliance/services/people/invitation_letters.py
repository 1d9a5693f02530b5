"""The sender of invitations: each letter's link is made when the letter is sent.

The steps are those of every other letter (docs/decisions/0002-reminder-ledger.md): claim → begin →
finish, and no transaction while the mail server speaks. The difference: the words carry a secret,
so they are stored nowhere, and a failed try leaves nothing that could be used.
"""

from __future__ import annotations

import logging
import random
import secrets
import uuid
from collections import Counter
from datetime import datetime, timedelta
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from compliance.models import Invitation
from compliance.models.invitations import VALID_FOR
from compliance.services.people.invitations import digest_of
from notifications.domain.backoff import MAXIMUM_TRIES, pause_after
from notifications.models import AddressSuspension, DeliveryState, Reason, SecretLetter
from notifications.services.letters import headers_of, numbered
from notifications.services.line import MailLine
from notifications.services.outcomes import DeliveryOutcome, not_sent, send
from notifications.services.secret_letters import begin_secret, end_secret

BATCH = 20
LEASE = timedelta(minutes=10)
COUNTED = ("accepted", "temporary", "permanent", "unknown", "skipped")

logger = logging.getLogger("vekha.invitations")


def send_invitations(now: datetime) -> dict[str, int]:
    """How many invitations came to which state; ends early when no mail server answers."""
    counts: Counter[str] = Counter(unknown=_settle_abandoned(now))
    _take_returned()
    while batch := _claim(now):
        line = MailLine()
        for invitation in batch:
            counts[_send_one(invitation, line, now)] += 1
        line.close()
        if line.trouble:
            break
    return {state: counts[state] for state in COUNTED}


@transaction.atomic
def _claim(now: datetime) -> list[Invitation]:
    """Up to BATCH invitations, those due longest first, which are ours as long as a lease."""
    rows = Invitation.objects.ready(now).select_for_update(skip_locked=True, of=("self",))
    batch = list(rows.order_by("next_try_at", "id")[:BATCH])
    for row in batch:
        row.state, row.claim, row.lease_until = DeliveryState.CLAIMED, uuid.uuid4(), now + LEASE
    Invitation.objects.bulk_update(batch, ["state", "claim", "lease_until"])
    return batch


def _settle_abandoned(now: datetime) -> int:
    """How many became `unknown` because their sender died: the link works if it has arrived."""
    return Invitation.objects.abandoned(now).update(
        state=DeliveryState.UNKNOWN, claim=None, lease_until=None
    )


def _take_returned() -> int:
    """How many had left and came back: nobody has their link, so it is forgotten."""
    letters = SecretLetter.objects.filter(
        token=OuterRef("token"), returned_at__isnull=False, complained_at__isnull=True
    )
    left = Invitation.objects.open().filter(
        Exists(letters), state__in=[DeliveryState.ACCEPTED, DeliveryState.UNKNOWN]
    )
    return left.update(
        state=DeliveryState.PERMANENT, error=Subquery(letters.values("report")[:1]), digest=""
    )


def _send_one(invitation: Invitation, line: MailLine, now: datetime) -> str:
    if trouble := line.open():
        return _finish(invitation, trouble, now, counts_as_try=False)
    token = secrets.token_urlsafe(32)
    tried = _begin(invitation, token, now)
    if tried is None:
        return DeliveryState.SKIPPED
    try:
        mail = numbered(_letter(invitation, token, line.connection), tried.token)
    except Exception as error:
        logger.exception("Invitation %s could not be prepared", invitation.pk)
        return _finish(invitation, not_sent(error), now)
    outcome = send(mail, line.connection)
    if outcome.state is not DeliveryState.ACCEPTED:
        line.close()  # its state is unknown: the next letter opens a new one
    end_secret(tried, outcome, now)
    return _finish(invitation, outcome, now)


@transaction.atomic
def _begin(invitation: Invitation, token: str, now: datetime) -> SecretLetter | None:
    """Its try, with the digest of its link on record; None when it must not be sent now."""
    row = (
        Invitation.objects.open()
        .select_for_update(of=("self",))
        .select_related("user", "organisation", "made_by")
        .filter(pk=invitation.pk, claim=invitation.claim, state=DeliveryState.CLAIMED)
        .first()
    )
    if row is None:  # withdrawn, or the lease has ended
        return None
    if not (row.user.is_active and row.user.email) or row.user.last_login is not None:
        row.state, row.claim, row.lease_until = DeliveryState.SKIPPED, None, None
        row.save(update_fields=["state", "claim", "lease_until"])
        return None
    if AddressSuspension.objects.of_address(row.user.email).exists():
        row.state, row.claim, row.lease_until = DeliveryState.PERMANENT, None, None
        row.error = str(Reason.ADDRESS_SUSPENDED.label)
        row.save(update_fields=["state", "claim", "lease_until", "error"])
        return None
    tried = begin_secret(row.user, row.user.email, now)
    row.token = tried.token
    row.digest, row.address = digest_of(token), row.user.email
    row.valid_until = now + VALID_FOR
    row.sending_since, row.lease_until = now, now + LEASE
    row.save(
        update_fields=[
            "token", "digest", "address", "valid_until", "sending_since", "lease_until",
        ]
    )  # fmt: skip
    invitation.user, invitation.organisation, invitation.made_by = (
        row.user,
        row.organisation,
        row.made_by,
    )
    invitation.address, invitation.valid_until = row.address, row.valid_until
    invitation.token = row.token
    return tried


def _letter(
    invitation: Invitation, token: str, connection: BaseEmailBackend
) -> EmailMultiAlternatives:
    """The letter with its link, which is stored nowhere else."""
    context = {
        "person": invitation.user,
        "organisation": invitation.organisation,
        "inviter": invitation.made_by,
        "site": settings.SITE_URL,
        "link": f"{settings.SITE_URL}{reverse('invitation')}?key={token}",
        "valid_until": timezone.localtime(invitation.valid_until),
    }
    with translation.override(settings.LANGUAGE_CODE):
        subject = render_to_string("letters/invitation.subject.txt", context)
        text = render_to_string("letters/invitation.txt", context).strip() + "\n"
        html = render_to_string("letters/invitation.html", context)
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=text,
        to=[invitation.address],
        headers=headers_of(make_msgid(idstring=f"invitation.{invitation.pk}", domain=host)),
        connection=connection,
    )
    mail.attach_alternative(html, "text/html")
    return mail


def _finish(
    invitation: Invitation, outcome: DeliveryOutcome, now: datetime, *, counts_as_try: bool = True
) -> str:
    """The state the invitation came to; written only while it is still ours."""
    tries = invitation.tries + counts_as_try
    state = outcome.state
    if state is DeliveryState.TEMPORARY and tries >= MAXIMUM_TRIES:
        state = DeliveryState.PERMANENT
    changes = {
        "state": state,
        "tries": tries,
        "error": outcome.error,
        "claim": None,
        "lease_until": None,
    }
    if state in {DeliveryState.TEMPORARY, DeliveryState.PERMANENT}:
        # It cannot have arrived: its link is forgotten, and the next try makes another.
        changes |= {"digest": "", "sending_since": None}
        changes["next_try_at"] = now + pause_after(tries, random.random())
    Invitation.objects.filter(pk=invitation.pk, claim=invitation.claim).update(**changes)
    return state
