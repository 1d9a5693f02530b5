"""Asking for the course of work: one reminder to the executor on each interim date."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.models import InterimDate
from compliance.services.notices.addressees import (
    FROM_DUE_TO_PERSON,
    PERSON,
    people_told,
    responsible,
)
from compliance.services.notices.lines import shortened
from compliance.services.notices.plain_sql import CommonTable
from compliance.services.notices.sweeps import (
    PLACE,
    REACHED,
    SCOPE_OF_OPEN,
    Sweep,
    add_reminders,
)
from compliance.services.notices.unchanged import KeptTo
from notifications.models import Reason, Reminder
from notifications.subjects import Answer, Item

KIND = "interim"
TELL = _("Tell the course of work")


def plan_interims(sweep: Sweep, oldest: date | None) -> int:
    """How many ledger rows were added: each interim date that has come has only one step."""
    return add_reminders(sweep, KIND, oldest, PLANNED, ROWS, kept_to=KEPT_TO)


KEPT_TO = KeptTo("interim.organisation_id", "interim.asked_on = ANY(%(new_days)s)")


OPEN_ROW = CommonTable(
    "open_row",
    "id, organisation_id, due_on, executor_id",
    """
    SELECT interim.id, interim.organisation_id, interim.asked_on, assignment.executor_id
    FROM compliance_interimdate interim
    JOIN compliance_plan plan ON plan.id = interim.plan_id AND plan.state = 'executing'
    JOIN compliance_assignment assignment
      ON assignment.id = interim.assignment_id AND assignment.ended_at IS NULL
    WHERE interim.noted_at IS NULL AND interim.asked_on <= %(last)s
      AND EXISTS (
          SELECT 1 FROM compliance_occurrence occurrence
          WHERE occurrence.assignment_id = interim.assignment_id
            AND occurrence.status = 'open' AND occurrence.due_on > interim.asked_on
      )
""",
    is_materialized=True,
)
DUE = CommonTable(
    "due",
    "id, organisation_id, executor_id, due_on, who, step_id, sequence",
    """
    SELECT open_row.id, open_row.organisation_id, open_row.executor_id, open_row.due_on,
           reached.who, reached.step_id, reached.sequence
    FROM open_row
    JOIN place ON place.organisation_id = open_row.organisation_id
    JOIN reached ON reached.number = place.number AND reached.due_on = open_row.due_on
""",
    reads=("open_row", "place", "reached"),
)
PLANNED = (OPEN_ROW, SCOPE_OF_OPEN, *people_told("open_row"), PLACE, REACHED, DUE)

# In the ledger, the day of asking stands as the due date. It needs no revision: an interim date
# that a changed deadline no longer asks for is gone.
ROWS = f"""
SELECT %(kind)s, due.id, due.step_id, due.sequence, {PERSON}, 'email',
       1, due.due_on, %(now)s, 'waiting', ''
{FROM_DUE_TO_PERSON}
"""


def still_asked(reminder_ids: Collection[int], now: datetime) -> dict[int, Answer]:
    """For each reminder of an interim date: its line in the letter, or why it has none."""
    reminders = Reminder.objects.filter(pk__in=reminder_ids)
    ids = reminders.values("subject_id")
    known = InterimDate.objects.filter(pk__in=ids).values_list("pk", flat=True)
    asking = (
        InterimDate.objects.asking()
        .with_occurrence()
        .filter(pk__in=ids)
        .select_related("organisation", "version", "assignment__executor")
        .in_bulk()
    )
    today = timezone.localdate(now)
    people = {
        (one.organisation_id, one.assignment.executor_id): responsible(
            one.organisation_id, one.assignment.executor_id, today
        )
        for one in asking.values()
    }
    answers: dict[int, Answer] = {}
    for reminder in reminders:
        interim = asking.get(reminder.subject_id)
        if interim is None:
            is_known = reminder.subject_id in known
            answers[reminder.pk] = Reason.NOT_WAITING if is_known else Reason.GONE
            continue
        named = (interim.organisation_id, interim.assignment.executor_id)
        if reminder.addressee_id not in people[named]:
            answers[reminder.pk] = Reason.NOT_RESPONSIBLE
        else:
            answers[reminder.pk] = _item(reminder, interim, now)
    return answers


def _item(reminder: Reminder, interim: InterimDate, now: datetime) -> Item:
    """The line; it names the day of asking and no due date, since nothing can be late."""
    executor = interim.assignment.executor
    url = reverse("occurrence", args=[interim.occurrence_id])
    return Item(
        subject_id=interim.pk,
        title=shortened(interim.version.text),
        organisation=str(interim.organisation),
        organisation_path=interim.organisation.path,
        due_on=None,
        today=interim.organisation.today(now),
        days=0,
        path=f"{url}#course",
        action=TELL,
        person=str(executor) if executor and executor.pk != reminder.addressee_id else "",
        asks=gettext("The course of work as of %(date)s")
        % {"date": f"{interim.asked_on:%d.%m.%Y}"},
    )
