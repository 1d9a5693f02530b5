"""Writing and checking the audit trail."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.models import Max

from compliance.domain.audit.breaks import CHANGED, CUT_OFF, ChainBreak, breaks
from compliance.domain.audit.chains import ChainLink, link_hash
from compliance.models import AuditEvent, AuditHead, Organisation
from compliance.services.acts import Act
from compliance.services.notices.news import tell

# What a hash covers: every column of an event except its place in the chain.
VERSION = 1
PLACE_IN_CHAIN = frozenset({"id", "sequence", "previous_hash", "hash"})
COVERED = tuple(
    field.attname
    for field in AuditEvent._meta.concrete_fields
    if field.attname not in PLACE_IN_CHAIN
)


def record_and_tell(
    *,
    act: Act,
    organisation: Organisation,
    action: str,
    subject: models.Model,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """The event appended to the organisation's chain, and announced to the people it concerns.

    Both happen in the transaction that made the change: nothing is done without its news, and
    nothing is announced that was not done. Call it last: the head row is the last lock that an act
    takes, so acts in different institutions never wait for each other.
    """
    assert transaction.get_connection().in_atomic_block, "an event is part of its change"
    AuditHead.objects.get_or_create(organisation=organisation)
    head = AuditHead.objects.select_for_update().get(organisation=organisation)
    event = AuditEvent(
        organisation=organisation,
        region_id=organisation.region_id,
        sequence=head.count + 1,
        version=VERSION,
        at=act.at,
        actor=act.user,
        on_behalf_of=act.on_behalf_of,
        address=act.address,
        action=action,
        subject_kind=subject._meta.model_name or "",
        subject_id=subject.pk,
        before=_plain(before),
        after=_plain(after),
        reason=reason,
        task_id=act.task_id,
        previous_hash=head.hash,
    )
    event.hash = link_hash(event.sequence, event.previous_hash, covered(event))
    event.save()
    AuditHead.objects.filter(organisation=organisation).update(
        count=event.sequence, hash=event.hash
    )
    tell(event)
    return event


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """The values as JSON will return them, so that a hash can be checked after reading."""
    plain: dict[str, Any] = json.loads(json.dumps(dict(values or {}), cls=DjangoJSONEncoder))
    return plain


def covered(event: AuditEvent) -> dict[str, object]:
    """What the hash of an event covers: everything it says, including what decides who finds it."""
    said = {name: getattr(event, name) for name in COVERED}
    return {**said, "at": event.at.astimezone(UTC).isoformat()}


def broken_links(organisation_id: int) -> list[ChainBreak]:
    """Every break in one organisation's chain, in order."""
    with one_moment():
        return _breaks_now(organisation_id)


@contextmanager
def one_moment() -> Iterator[None]:
    """Read head and rows as of one moment: people go on working while a chain is checked."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _breaks_now(organisation_id: int) -> list[ChainBreak]:
    head = AuditHead.objects.filter(organisation_id=organisation_id).first()
    events = AuditEvent.objects.filter(organisation_id=organisation_id).order_by("sequence")
    links = (
        ChainLink(event.sequence, covered(event), event.previous_hash, event.hash, event.pk)
        for event in events.iterator(chunk_size=2000)
    )
    return breaks(links, head.count if head else 0, head.hash if head else "")


def heads() -> list[AuditHead]:
    """How long every chain is now and how it ends, with its organisation."""
    return list(AuditHead.objects.select_related("organisation").order_by("organisation"))


def broken_since(known: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, ChainBreak]]:
    """(organisation id, break) where a chain no longer holds what it held when its head was kept.

    `known`: organisation id, how many events it had, and the hash of the last of them. This finds
    what a chain cannot show by itself: that it was rewritten whole, or shortened with its head.
    """
    for organisation_id, count, last_hash in known:
        events = AuditEvent.objects.filter(organisation_id=organisation_id)
        there = events.filter(sequence=count).values_list("hash", flat=True).first()
        last = events.aggregate(last=Max("sequence"))["last"] or 0
        if last < count:
            yield organisation_id, ChainBreak(last + 1, CUT_OFF, count - last)
        elif count and there != last_hash:
            yield organisation_id, ChainBreak(1, CHANGED, count)


def broken_chains() -> Iterator[tuple[int, ChainBreak]]:
    """(organisation id, break) for every break in every chain."""
    with_events = AuditEvent.objects.order_by().values_list("organisation_id")
    with_heads = AuditHead.objects.order_by().values_list("organisation_id")
    for (organisation_id,) in with_events.union(with_heads):
        for found in broken_links(organisation_id):
            yield organisation_id, found
