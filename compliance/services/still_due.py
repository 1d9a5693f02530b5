"""What the sender asks in the last moment: is the reminder still right, and what does it say?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from compliance.domain.working_days import WorkingCalendar
from compliance.models import Occurrence
from compliance.models.plans import State
from compliance.services.addressees import FROM_DUE_TO_PERSON, PEOPLE, PERSON
from compliance.services.calendar import working_calendar
from notifications.models import Reason, Reminder
from notifications.subjects import Answer, Item

KIND = "occurrence"
TITLE_LENGTH = 160


def still_due(reminder_ids: Collection[int], now: datetime) -> dict[int, Answer]:
    """For each reminder of a due date: its line in the letter, or why it says nothing."""
    reminders = Reminder.objects.filter(pk__in=reminder_ids)
    occurrences = (
        Occurrence.objects.with_texts().filter(pk__in=reminders.values("subject_id")).in_bulk()
    )
    responsible = _responsible(reminder_ids, timezone.localdate(now))
    calendars = _Calendars()
    answers: dict[int, Answer] = {}
    for reminder in reminders:
        occurrence = occurrences.get(reminder.subject_id)
        if reason := _why_not(reminder, occurrence, responsible):
            answers[reminder.pk] = reason
        elif occurrence:
            answers[reminder.pk] = _item(reminder, occurrence, now, calendars)
    return answers


def _why_not(
    reminder: Reminder, occurrence: Occurrence | None, responsible: set[tuple[int, int]]
) -> Reason | None:
    """Why nobody needs this reminder any more; None when somebody does."""
    if occurrence is None:
        return Reason.GONE
    if occurrence.status != Occurrence.Status.OPEN:
        return Reason.NOT_WAITING
    if occurrence.plan.state != State.EXECUTING or occurrence.assignment.ended_at:
        return Reason.NOT_EXECUTED
    if occurrence.deadline_revision != reminder.deadline_revision:
        return Reason.DEADLINE_MOVED
    if (reminder.pk, reminder.addressee_id) not in responsible:
        return Reason.NOT_RESPONSIBLE
    return None


def _item(reminder: Reminder, occurrence: Occurrence, now: datetime, calendars: _Calendars) -> Item:
    today = occurrence.organisation.today(now)
    executor = occurrence.assignment.executor
    return Item(
        subject_id=occurrence.pk,
        title=_shortened(occurrence.version.text),
        organisation=str(occurrence.organisation),
        due_on=occurrence.due_on,
        today=today,
        days=_days(today, occurrence, calendars),
        path=occurrence.get_absolute_url(),
        person=str(executor) if executor and executor.pk != reminder.addressee_id else "",
    )


def _days(today: date, occurrence: Occurrence, calendars: _Calendars) -> int:
    """Working days until the date; calendar days since it once it has passed."""
    if occurrence.due_on < today:
        return (today - occurrence.due_on).days
    calendar = calendars.of(occurrence)
    return calendar.working_days_between(today, occurrence.due_on)


class _Calendars:
    """The calendars of the regions in one letter, each read once."""

    def __init__(self) -> None:
        self._kept: dict[str, WorkingCalendar] = {}

    def of(self, occurrence: Occurrence) -> WorkingCalendar:
        """The working calendar where the occurrence is due."""
        region = occurrence.organisation.root_path
        if region not in self._kept:
            self._kept[region] = working_calendar(occurrence.organisation)
        return self._kept[region]


def _shortened(text: str) -> str:
    """The first words of a measure, on one line."""
    words = " ".join(text.split())
    if len(words) <= TITLE_LENGTH:
        return words
    return words[:TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",.;:–- ") + "…"


def _responsible(reminder_ids: Collection[int], today: date) -> set[tuple[int, int]]:
    """(reminder, person) for everyone whom the rule of `addressees` names now."""
    if not reminder_ids:
        return set()
    day: Any = connection.ops.adapt_datefield_value(today)
    with connection.cursor() as cursor:
        cursor.execute(
            RESPONSIBLE.format(ids=", ".join(["%s"] * len(reminder_ids))),
            [*reminder_ids, day],
        )
        return set(cursor.fetchall())


RESPONSIBLE = f"""
WITH RECURSIVE
due(id, organisation_id, executor_id, who) AS (
    SELECT reminder.id, occurrence.organisation_id, assignment.executor_id, step.who
    FROM notifications_reminder reminder
    JOIN notifications_reminderstep step ON step.id = reminder.step_id
    JOIN compliance_occurrence occurrence ON occurrence.id = reminder.subject_id
    JOIN compliance_assignment assignment ON assignment.id = occurrence.assignment_id
    WHERE reminder.id IN ({{ids}})
),
scope(organisation_id) AS (
    SELECT DISTINCT organisation_id FROM due
),
{PEOPLE}
SELECT due.id, {PERSON}
{FROM_DUE_TO_PERSON}
"""
