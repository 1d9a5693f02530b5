"""A person's notices on the site: what their letters say, at once, and which of it they have read.

A notice is a row of the ledger; its words are those that a letter would have now. That somebody has
read it stops no letter, and a letter that has left leaves it unread.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from notifications.models import Reason, Reminder
from notifications.subjects import Answer, Item, still_due

MOST_COUNTED = 99


@dataclass(frozen=True)
class Notice:
    """A row of the ledger as it reads now: its line, or why nobody needs it any longer."""

    reminder: Reminder
    item: Item | None
    reason: Reason | None = None


def worded(reminders: Iterable[Reminder], now: datetime) -> list[Notice]:
    """The notice of each row, in the same order; some statements for each kind of subject."""
    rows = list(reminders)
    answers: dict[int, Answer] = {}
    by_kind = sorted(rows, key=attrgetter("subject_kind"))
    for kind, of_kind in groupby(by_kind, key=attrgetter("subject_kind")):
        answers |= still_due(kind, [row.pk for row in of_kind], now)
    return [_notice(row, answers[row.pk]) for row in rows]


def _notice(reminder: Reminder, answer: Answer) -> Notice:
    if isinstance(answer, Item):
        return Notice(reminder, answer)
    return Notice(reminder, None, answer)


def unread_count(person_id: int) -> str:
    """How many notices a person has not read, as the header says it; empty for none.

    One statement that reads an index and stops after a hundred.
    """
    rows = Reminder.objects.of_person(person_id, is_read=False).order_by()
    count = rows.values("subject_kind", "subject_id").distinct()[: MOST_COUNTED + 1].count()
    if count > MOST_COUNTED:
        return f"{MOST_COUNTED}+"
    return str(count or "")


OVER = {Reason.NOT_WAITING, Reason.NOT_EXECUTED, Reason.TASK_DONE, Reason.OUTDATED, Reason.GONE}
"""Why nobody needs any notice about a thing, whichever step it told of."""


def settle(notices: Iterable[Notice], now: datetime) -> None:
    """Take those that nobody needs any longer for read: they ask nothing of anybody."""
    for one in notices:
        if one.reason in OVER:
            mark_read(one.reminder, now)
    rest = [one.reminder.pk for one in notices if one.reason and one.reason not in OVER]
    if rest:
        Reminder.objects.filter(pk__in=rest, read_at__isnull=True).update(read_at=now)


def mark_read(reminder: Reminder, now: datetime) -> None:
    """Mark a notice, and its addressee's earlier ones about the same thing, as read."""
    unread = Reminder.objects.of_person(reminder.addressee_id, is_read=False)
    same = unread.about(reminder.subject_kind, reminder.subject_id)
    same.filter(pk__lte=reminder.pk).update(read_at=now)


def mark_those_read(person_id: int, shown: Iterable[int], now: datetime) -> None:
    """Mark those of these notices that are the person's as read; one statement for each."""
    for reminder in Reminder.objects.filter(addressee=person_id, pk__in=list(shown)):
        mark_read(reminder, now)
