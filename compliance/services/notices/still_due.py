"""What the sender asks at the last moment: is the reminder still right, and what does it say?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from compliance.models import Occurrence
from compliance.models.plans import State
from compliance.services.calendars import Calendars
from compliance.services.notices.addressees import (
    FROM_DUE_TO_PERSON,
    PEOPLE,
    PERSON,
    SCOPE_OF_DUE,
)
from compliance.services.notices.begun import BUT_NOT_THEIR_OWN_WORK, OWN_WORK, begun_among
from compliance.services.notices.lines import shortened, when_due
from compliance.services.notices.plain_sql import (
    CommonTable,
    as_date,
    fetch,
    values,
    with_tables,
)
from notifications.models import Reason, Reminder, ReminderStep
from notifications.subjects import Answer, Item

KIND = "occurrence"
REPORT = pgettext_lazy("verb: to report on a measure", "Report")
LOOK = _("Look")


def still_due(reminder_ids: Collection[int], now: datetime) -> dict[int, Answer]:
    """For each reminder of a due date: its line in the letter, or why it has none."""
    reminders = Reminder.objects.filter(pk__in=reminder_ids).select_related("step")
    occurrences = (
        Occurrence.objects.filter(pk__in=reminders.values("subject_id"))
        .select_related("organisation", "plan", "assignment__executor", "version")
        .in_bulk()
    )
    responsible = _responsible(reminder_ids, timezone.localdate(now))
    calendars = Calendars()
    acting = {
        (reminder.subject_id, reminder.addressee_id)
        for reminder in reminders
        if reminder.step.who == ReminderStep.Who.EXECUTOR
    }
    begun = begun_among({row.subject_id for row in reminders if row.step.unless_begun})
    answers: dict[int, Answer] = {}
    for reminder in reminders:
        occurrence = occurrences.get(reminder.subject_id)
        if reason := _why_not(reminder, occurrence, responsible, begun):
            answers[reminder.pk] = reason
        elif occurrence:
            is_theirs = (reminder.subject_id, reminder.addressee_id) in acting
            answers[reminder.pk] = _item(reminder, occurrence, now, calendars, is_theirs)
    return answers


def _why_not(
    reminder: Reminder,
    occurrence: Occurrence | None,
    responsible: set[tuple[int, int]],
    begun: set[int],
) -> Reason | None:
    """Why nobody needs this reminder any longer; None when somebody does."""
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
    if reminder.step.unless_begun and occurrence.pk in begun:
        return Reason.BEGUN
    return None


def _item(
    reminder: Reminder,
    occurrence: Occurrence,
    now: datetime,
    calendars: Calendars,
    is_theirs: bool,
) -> Item:
    """The line; those who must report are told to, those above are asked to look."""
    executor = occurrence.assignment.executor
    return Item(
        subject_id=occurrence.pk,
        title=shortened(occurrence.version.text),
        organisation=str(occurrence.organisation),
        organisation_path=occurrence.organisation.path,
        path=occurrence.get_absolute_url(),
        action=REPORT if is_theirs else LOOK,
        person=str(executor) if executor and executor.pk != reminder.addressee_id else "",
        remark=gettext(
            "The executor has not begun: no report, no files, no word of the course of work"
        )
        if reminder.step.unless_begun
        else "",
        **when_due(occurrence, now, calendars),
    )


def _responsible(reminder_ids: Collection[int], today: date) -> set[tuple[int, int]]:
    """(reminder, person) for everyone whom the rule of `addressees` names now."""
    if not reminder_ids:
        return set()
    asked, ids = values("asked", "id", [(pk,) for pk in reminder_ids])
    tables = with_tables(asked, DUE, SCOPE_OF_DUE, *PEOPLE, CAUTIOUS, OWN_WORK)
    sql = f"""
{tables}
SELECT due.id, {PERSON}
{FROM_DUE_TO_PERSON}{BUT_NOT_THEIR_OWN_WORK}"""
    return {(pk, person) for pk, person in fetch(sql, {**ids, "day": as_date(today)})}


# What each reminder is about, in the form that the rule of `addressees` takes.
DUE = CommonTable(
    "due",
    "id, organisation_id, executor_id, who, unless_begun",
    """
    SELECT reminder.id, occurrence.organisation_id, assignment.executor_id, step.who,
           step.unless_begun
    FROM asked
    JOIN notifications_reminder reminder ON reminder.id = asked.id
    JOIN notifications_reminderstep step ON step.id = reminder.step_id
    JOIN compliance_occurrence occurrence ON occurrence.id = reminder.subject_id
    JOIN compliance_assignment assignment ON assignment.id = occurrence.assignment_id
""",
    reads=("asked",),
)
CAUTIOUS = CommonTable(
    "cautious",
    "organisation_id, executor_id",
    "SELECT DISTINCT organisation_id, executor_id FROM due WHERE unless_begun",
    reads=(DUE.name,),
)
