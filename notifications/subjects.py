"""The only call upwards: the app that owns a kind of subject says what is still due.

In its `AppConfig.ready` an app registers one function for its kind. The sender calls it just
before a letter leaves, so that nobody is reminded of what was settled an hour ago.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise

from notifications.models.states import Reason


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a letter: what, where, by when.

    `organisation_path` is the organisation's place in the tree ("/1/5/"). `days` counts working
    days ahead, or calendar days overdue; `path` is a page of this site; `action` says what to press
    there; `person` is named when somebody other than the addressee is to do it. `news` says what
    has changed, and puts the line into the group of changes. `also` mentions another date that
    matters, where there is one; `remark` says why this person hears of it.
    """

    subject_id: int
    title: str
    organisation: str
    organisation_path: str
    due_on: date | None
    today: date
    days: int
    path: str
    action: str | Promise
    person: str = ""
    news: str = ""
    asks: str = ""
    """A question about the course of work, which cannot be late: the line goes into that group."""
    also: str = ""
    remark: str = ""

    @property
    def is_overdue(self) -> bool:
        """Whether the date has passed where the organisation is."""
        return self.due_on is not None and self.due_on < self.today


Answer = Item | Reason
"""What a letter says about a reminder, or why it says nothing."""

StillDue = Callable[[Collection[int], datetime], Mapping[int, Answer]]
"""From ids of Reminder rows and the time to an answer for each; a missing id means GONE."""

_registered: dict[str, StillDue] = {}


def register(subject_kind: str, still_due: StillDue) -> None:
    """Let `still_due` answer for reminders of this kind."""
    _registered[subject_kind] = still_due


def still_due(subject_kind: str, reminder_ids: Collection[int], now: datetime) -> dict[int, Answer]:
    """An answer for each reminder; GONE where the kind's owner does not know the row."""
    answers = _registered[subject_kind](reminder_ids, now)
    return {pk: answers.get(pk, Reason.GONE) for pk in reminder_ids}
