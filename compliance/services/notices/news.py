"""Events that concern people: queued for their next letter, in the same transaction.

`record_and_tell` of the audit trail hands every event to `tell`. For an event in `TELLINGS` whose
step of the reminder schedule is switched on, each person concerned gets one row of the ledger:
loose, so that their next digest takes it along. Just before it leaves the sender asks
`still_news`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from compliance.models import AuditEvent
from compliance.services.notices.addressees import duties
from notifications.models import Reason, Reminder, ReminderStep
from notifications.subjects import Answer, register

LASTS = timedelta(days=10)
"""How long an event is news; older ones have waited out an outage."""

OVERTAKING = {
    "approval.send",
    "approval.withdraw",
    "report.submit",
    "report.send",
}
"""Events that are not announced but make earlier news about the same thing obsolete."""

Lines = Callable[[Mapping[int, AuditEvent], datetime], Mapping[int, Answer]]
"""From events by reminder and the time to each reminder's line."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Whom an event concerns, and how their letter puts it.

    An event that stands alone neither overtakes others about its subject nor is overtaken by them:
    its lines check by themselves whether it is still so. A personal one names the people it
    concerns, who need no duty where it happened.
    """

    concerned: Callable[[AuditEvent], Collection[int]]
    lines: Lines
    stands_alone: bool = False
    is_personal: bool = False


TELLINGS: dict[str, Telling] = {}


def announce(action: str, telling: Telling) -> None:
    """Announce events of this name, and answer for their reminders."""
    TELLINGS[action] = telling
    register(action, still_news)


def tell(event: AuditEvent) -> None:
    """One ledger row for each person the event concerns, except the one who caused it."""
    telling = TELLINGS.get(event.action)
    if telling is None:
        return
    step = ReminderStep.objects.active().filter(subject_kind=event.action).first()
    if step is None:
        return
    themselves = {event.actor_id, event.on_behalf_of_id}
    Reminder.objects.bulk_create(
        Reminder(
            subject_kind=event.action,
            subject_id=event.pk,
            step=step,
            addressee_id=person_id,
            due_on=event.organisation.today(event.at),
            planned_at=event.at,
        )
        for person_id in sorted(set(telling.concerned(event)) - themselves)
    )


def still_news(reminder_ids: Collection[int], now: datetime) -> dict[int, Answer]:
    """For each reminder of events of one name: its line, or why it has none."""
    reminders = list(Reminder.objects.filter(pk__in=reminder_ids))
    events = AuditEvent.objects.in_bulk({reminder.subject_id for reminder in reminders})
    telling = TELLINGS[reminders[0].subject_kind] if reminders else None
    overtaken = set() if telling is None or telling.stands_alone else _overtaken(events)
    is_personal = telling is not None and telling.is_personal
    places = {event.organisation_id for event in events.values()}
    able = {
        (duty.organisation_id, duty.user_id) for duty in duties(places, timezone.localdate(now))
    }
    answers: dict[int, Answer] = {}
    for reminder in reminders:
        event = events.get(reminder.subject_id)
        if event is None:
            answers[reminder.pk] = Reason.GONE
        elif event.pk in overtaken or event.at < now - LASTS:
            answers[reminder.pk] = Reason.OUTDATED
        elif not is_personal and (event.organisation_id, reminder.addressee_id) not in able:
            answers[reminder.pk] = Reason.NOT_RESPONSIBLE
    left = {row.pk: events[row.subject_id] for row in reminders if row.pk not in answers}
    if telling and left:
        answers |= telling.lines(left, now)
    return answers


def _overtaken(events: Mapping[int, AuditEvent]) -> set[int]:
    """Events after which something else has happened to the same thing."""
    if not events:
        return set()
    overtaking = {name for name, telling in TELLINGS.items() if not telling.stands_alone}
    later = AuditEvent.objects.filter(
        subject_kind__in={event.subject_kind for event in events.values()},
        subject_id__in={event.subject_id for event in events.values()},
        action__in=overtaking | OVERTAKING,
        pk__gt=min(events),
    )
    last: dict[tuple[str, int], int] = {}
    for kind, subject, pk in later.values_list("subject_kind", "subject_id", "pk"):
        last[kind, subject] = max(pk, last.get((kind, subject), 0))
    return {
        pk
        for pk, event in events.items()
        if last.get((event.subject_kind, event.subject_id), 0) > pk
    }
