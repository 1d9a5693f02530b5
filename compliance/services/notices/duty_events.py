"""Events that give work to somebody: an executor is named, a substitute stands in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.models import Assignment, AuditEvent, Occurrence, Substitution
from compliance.services.calendars import Calendars
from compliance.services.notices.lines import shortened, when_due
from compliance.services.notices.news import Telling, announce
from notifications.models import Reason, Reminder
from notifications.subjects import Answer, Item


def announce_all() -> None:
    """Register all events of this module."""
    announce("assignment.name", Telling(_executors, _measures, stands_alone=True))
    for action in ("substitution.enter", "substitution.end"):
        announce(action, Telling(_both, _absences, stands_alone=True, is_personal=True))


# --- An executor is named ---------------------------------------------------------------------


def _executors(event: AuditEvent) -> set[int]:
    """The new executor and the former one."""
    named = {event.after.get("executor_id"), event.before.get("executor_id")}
    return {person for person in named if person is not None}


def _measures(events: Mapping[int, AuditEvent], now: datetime) -> dict[int, Answer]:
    """A line about each measure: for its new executor the next due date, for the former one who has
    it now.
    """
    assignments = Assignment.objects.select_related("executor", "organisation").in_bulk(
        {event.subject_id for event in events.values()}
    )
    coming = _next_due(assignments)
    addressees = _addressees(events)
    calendars = Calendars()
    answers: dict[int, Answer] = {}
    for pk, event in events.items():
        assignment, due = assignments.get(event.subject_id), coming.get(event.subject_id)
        if assignment is None or due is None:
            answers[pk] = Reason.TASK_DONE
        elif assignment.executor_id == addressees[pk]:
            answers[pk] = _measure(due, now, calendars, gettext("The measure is yours to execute"))
        elif event.after.get("executor_id") == addressees[pk] or assignment.executor is None:
            answers[pk] = Reason.NOT_RESPONSIBLE
        else:
            words = gettext("Another executor was named: %(name)s")
            answers[pk] = _measure(due, now, calendars, words % {"name": assignment.executor})
    return answers


def _next_due(assignments: Mapping[int, Assignment]) -> dict[int, Occurrence]:
    """The earliest open due date, by assignment; of equal ones the first row is kept."""
    rows = Occurrence.objects.open().filter(assignment__in=assignments).with_texts()
    return {row.assignment_id: row for row in rows.order_by("-due_on", "-pk")}


def _measure(due: Occurrence, now: datetime, calendars: Calendars, news: str) -> Item:
    return Item(
        subject_id=due.assignment_id,
        title=shortened(due.version.text),
        organisation=str(due.organisation),
        organisation_path=due.organisation.path,
        path=due.get_absolute_url(),
        action=_("Look"),
        news=news,
        **when_due(due, now, calendars),
    )


# --- Somebody stands in for another -----------------------------------------------------------


def _both(event: AuditEvent) -> set[int]:
    """The absent person and the substitute."""
    row = Substitution.objects.get(pk=event.subject_id)
    return {row.absent_id, row.substitute_id}


def _absences(events: Mapping[int, AuditEvent], now: datetime) -> dict[int, Answer]:
    """A line about each substitution that is still as the event left it."""
    rows = Substitution.objects.select_related("absent", "substitute").in_bulk(
        {event.subject_id for event in events.values()}
    )
    answers: dict[int, Answer] = {}
    for pk, event in events.items():
        row = rows[event.subject_id]
        is_end = event.action == "substitution.end"
        if (row.ended_at is not None) != is_end:
            answers[pk] = Reason.OUTDATED
            continue
        words = (
            gettext("The substitution was ended")
            if is_end
            else gettext("%(substitute)s stands in for %(absent)s from %(first)s to %(last)s")
        )
        answers[pk] = Item(
            subject_id=row.pk,
            title=gettext("Substitution: %(name)s") % {"name": row.absent},
            organisation=str(event.organisation),
            organisation_path=event.organisation.path,
            due_on=None,
            today=event.organisation.today(now),
            days=0,
            path=reverse("inbox"),
            action=_("Look at the tasks"),
            news=words
            % {
                "substitute": row.substitute,
                "absent": row.absent,
                "first": f"{row.starts_on:%d.%m.%Y}",
                "last": f"{row.ends_on:%d.%m.%Y}",
            },
        )
    return answers


def _addressees(reminders: Mapping[int, AuditEvent]) -> dict[int, int]:
    """The addressee of each reminder."""
    return dict(Reminder.objects.filter(pk__in=reminders).values_list("pk", "addressee"))
