"""Events of tasks that people are told of: given, taken away, brought back, handed over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from compliance.models import AuditEvent
from compliance.services.calendars import Calendars
from compliance.services.notices.lines import shortened
from compliance.services.notices.news import Telling, announce
from notifications.models import Reason, Reminder
from notifications.subjects import Answer, Item
from workflows.models import Task
from workflows.services.notices.still_due import task_line

OF_TASKS: dict[str, str | Promise] = {
    "task.reassign": _("The task was given to you"),
    "task.delegate": _("You are asked to prepare the task"),
    "task.return": _("The task you asked somebody to prepare is back"),
    "task.recall": _("The task you asked somebody to prepare is back"),
}
TAKEN_AWAY: dict[str, str | Promise] = {
    "task.reassign": _("The task was given to somebody else"),
    "task.recall": _("The task was called back; it need not be prepared any more"),
}


def announce_all() -> None:
    """Register all events of this module."""
    for action in OF_TASKS:
        announce(action, Telling(_owners, _lines, stands_alone=True))
    announce("person.hand_over", Telling(_heirs, _handovers, stands_alone=True, is_personal=True))


def _owners(event: AuditEvent) -> set[int]:
    """The people who have the task since the event's transaction, and who had it before."""
    owners = set(Task.objects.filter(pk=event.task_id).values_list("owner", flat=True))
    return {one for one in owners | {event.before.get("owner_id")} if one is not None}


def _lines(events: Mapping[int, AuditEvent], now: datetime) -> dict[int, Answer]:
    """A line about each open task, for its present holder and for the one who lost it by the event.

    Somebody who was given it and has already passed it on gets no line.
    """
    tasks = Task.objects.with_texts().in_bulk({event.task_id for event in events.values()})
    addressees = dict(Reminder.objects.filter(pk__in=events).values_list("pk", "addressee"))
    calendars = Calendars()
    answers: dict[int, Answer] = {}
    for pk, event in events.items():
        task = tasks.get(event.task_id)
        if task is None or not task.is_open:
            answers[pk] = Reason.TASK_DONE
        elif what := _what(event, task, addressees[pk]):
            news = f"{what}: {shortened(event.reason)}" if event.reason.strip() else what
            is_theirs = task.owner_id == addressees[pk]
            answers[pk] = task_line(
                task, addressees[pk], now, calendars, is_theirs=is_theirs, news=news
            )
        else:
            answers[pk] = Reason.NOT_RESPONSIBLE
    return answers


def _what(event: AuditEvent, task: Task, addressee: int) -> str:
    """What the event did for this person; empty when that is no longer so."""
    had_it = event.before.get("owner_id") == addressee
    has_it = task.owner_id == addressee
    if had_it and not has_it:
        return str(TAKEN_AWAY.get(event.action, ""))
    return str(OF_TASKS[event.action]) if has_it and not had_it else ""


# --- A leaver's work --------------------------------------------------------------------------


def _heirs(event: AuditEvent) -> set[int]:
    """The people who received some of it."""
    return {int(person) for person in event.after["received_by_id"]}


def _handovers(events: Mapping[int, AuditEvent], now: datetime) -> dict[int, Answer]:
    """A line about each hand-over: how much of it the addressee received."""
    addressees = dict(Reminder.objects.filter(pk__in=events).values_list("pk", "addressee"))
    return {pk: _handover(event, str(addressees[pk]), now) for pk, event in events.items()}


def _handover(event: AuditEvent, addressee: str, now: datetime) -> Item:
    received = event.after["received_by_id"][addressee]
    tasks, due_dates, drafts = (received.get(key, 0) for key in ("tasks", "due_dates", "drafts"))
    parts = [
        ngettext("%(count)s task", "%(count)s tasks", tasks) % {"count": tasks} if tasks else "",
        ngettext("%(count)s due date", "%(count)s due dates", due_dates) % {"count": due_dates}
        if due_dates
        else "",
        ngettext("%(count)s line of drafts", "%(count)s lines of drafts", drafts)
        % {"count": drafts}
        if drafts
        else "",
    ]
    what = gettext("Handed over to you: %(what)s") % {"what": ", ".join(filter(None, parts))}
    return Item(
        subject_id=event.subject_id,
        title=gettext("The work of %(name)s") % {"name": event.after["full_name"]},
        organisation=str(event.organisation),
        organisation_path=event.organisation.path,
        due_on=None,
        today=event.organisation.today(now),
        days=0,
        path=reverse("inbox" if tasks else "home"),
        action=_("Look"),
        news=f"{what}. {shortened(event.reason)}" if event.reason.strip() else what,
    )
