"""What the sender asks at the last moment: is the task still open, and for this person?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compliance.models import Vote
from compliance.models.roles import Role
from compliance.services.calendars import Calendars
from compliance.services.notices.addressees import HeldDuty, duties
from compliance.services.notices.lines import days_between, shortened
from notifications.models import Reason, Reminder, ReminderStep
from notifications.subjects import Answer, Item
from workflows.models import Task
from workflows.services.notices.reminders import SUPERIORS

Duties = Collection[HeldDuty]


def still_due(reminder_ids: Collection[int], now: datetime) -> dict[int, Answer]:
    """For each reminder of a task: its line in the letter, or why it has none."""
    reminders = Reminder.objects.filter(pk__in=reminder_ids).select_related("step")
    tasks = Task.objects.with_texts().in_bulk([reminder.subject_id for reminder in reminders])
    held = duties(
        {task.organisation_id for task in tasks.values() if task.organisation_id},
        timezone.localdate(now),
    )
    voted = _who_voted(tasks.values())
    calendars = Calendars()
    answers: dict[int, Answer] = {}
    for reminder in reminders:
        task = tasks.get(reminder.subject_id)
        if task is None:
            answers[reminder.pk] = Reason.GONE
        else:
            is_theirs = reminder.step.who == ReminderStep.Who.OWNER
            answers[reminder.pk] = _why_not(reminder, task, held, voted[task.pk]) or task_line(
                task, reminder.addressee_id, now, calendars, is_theirs=is_theirs
            )
    return answers


def _why_not(reminder: Reminder, task: Task, held: Duties, voted: Collection[int]) -> Reason | None:
    """Why nobody needs this reminder any longer; None when somebody does."""
    members = {
        duty.person_id
        for duty in held
        if duty.organisation_id == task.organisation_id and duty.role == task.role
    }
    # When all have voted, each of them may still have to conclude.
    has_voted = reminder.addressee_id in voted and not members <= set(voted)
    if not task.is_open or has_voted:
        return Reason.TASK_DONE
    if task.due_on != reminder.due_on:
        return Reason.DEADLINE_MOVED
    if not waits_for(task, reminder.addressee_id, reminder.step.who, held):
        return Reason.NOT_RESPONSIBLE
    return None


def _who_voted(tasks: Collection[Task]) -> Mapping[int, set[int]]:
    """By task, the members who have voted on its subject."""
    votes = Vote.objects.filter(
        party__revision__in={task.process.revision_id for task in tasks} - {None}
    ).values_list("party__revision", "party__role", "member", "cast_at")
    return {
        task.pk: {
            member
            for revision, role, member, at in votes
            if (revision, role) == (task.process.revision_id, task.role) and at >= task.created
        }
        for task in tasks
    }


def waits_for(task: Task, person_id: int, who: str, held: Duties) -> bool:
    """Whether the person has the task, may take it, or stands above those who may."""
    if who == ReminderStep.Who.SUPERIOR:
        role = str(SUPERIORS.get(Role(task.role), ""))
    else:
        role = task.role
    here = [
        duty for duty in held if duty.organisation_id == task.organisation_id and duty.role == role
    ]
    if who != ReminderStep.Who.SUPERIOR:
        # Of a task that somebody has and can act on, only they and their substitute are told.
        here = [duty for duty in here if duty.person_id == task.owner_id] or here
    return any(duty.user_id == person_id for duty in here)


def task_line(
    task: Task,
    addressee_id: int,
    now: datetime,
    calendars: Calendars,
    *,
    is_theirs: bool = True,
    news: str = "",
) -> Item:
    """The line about a task: the person who is to act opens it, those above only look at it."""
    organisation = task.organisation
    assert organisation is not None, "a human task has a queue"
    today = organisation.today(now)
    return Item(
        subject_id=task.pk,
        title=f"{task.title}: {shortened(task.process.words)}",
        organisation=str(organisation),
        organisation_path=organisation.path,
        due_on=task.due_on,
        today=today,
        days=days_between(today, task.due_on, calendars.of(organisation)) if task.due_on else 0,
        path=task.get_absolute_url(),
        action=_("Open the task") if is_theirs else _("Look"),
        person=str(task.owner) if task.owner and task.owner_id != addressee_id else "",
        news=news,
    )
