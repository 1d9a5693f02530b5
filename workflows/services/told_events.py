"""The events of tasks that people are told of: one was given to them, or came back to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.models import AuditEvent
from compliance.services.calendar import Calendars
from compliance.services.letter_words import shortened
from compliance.services.news import Telling, announce
from notifications.models import Reason, Reminder
from notifications.subjects import Answer
from workflows.models import Task
from workflows.services.still_due import task_line

OF_TASKS: dict[str, str | Promise] = {
    "task.reassign": _("The task was given to you"),
    "task.delegate": _("You are asked to prepare the task"),
    "task.return": _("The task you asked somebody to prepare is back"),
}


def announce_all() -> None:
    """Let all events of this module be told."""
    for action in OF_TASKS:
        announce(action, Telling(_owner, _lines, stands_alone=True))


def _owner(event: AuditEvent) -> set[int]:
    """Who has the task now: the event is told in the transaction that gave it to them."""
    owners = Task.objects.filter(pk=event.task_id, owner__isnull=False)
    return set(owners.values_list("owner", flat=True))


def _lines(events: Mapping[int, AuditEvent], now: datetime) -> dict[int, Answer]:
    """A line about each task that its addressee still has and nobody has completed."""
    tasks = Task.objects.with_texts().in_bulk({event.task_id for event in events.values()})
    addressees = dict(Reminder.objects.filter(pk__in=events).values_list("pk", "addressee"))
    calendars = Calendars()
    answers: dict[int, Answer] = {}
    for pk, event in events.items():
        task = tasks.get(event.task_id)
        if task is None or not task.is_open:
            answers[pk] = Reason.TASK_DONE
        elif task.owner_id != addressees[pk]:
            answers[pk] = Reason.NOT_RESPONSIBLE
        else:
            what = str(OF_TASKS[event.action])
            news = f"{what}: {shortened(event.reason)}" if event.reason.strip() else what
            answers[pk] = task_line(task, addressees[pk], now, calendars, news=news)
    return answers
