"""What the lines of letters have in common: short titles, a date and how far away it is."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypedDict

from compliance.domain.calendar.working_days import WorkingCalendar
from compliance.models import Occurrence
from compliance.services.calendars import Calendars
from compliance.wording.deadlines import other_date

TITLE_LENGTH = 160


def shortened(text: str) -> str:
    """The first words of a measure or a remark, on one line."""
    words = " ".join(text.split())
    if len(words) <= TITLE_LENGTH:
        return words
    return words[:TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",.;:–- ") + "…"


class When(TypedDict):
    """What a line says about a due date; fields of an `Item`."""

    due_on: date
    today: date
    days: int
    also: str


def when_due(occurrence: Occurrence, now: datetime, calendars: Calendars) -> When:
    """The day that counts today, how far away it is, and the other date where there is one."""
    today = occurrence.organisation.today(now)
    day = occurrence.counted_to(today)
    return {
        "due_on": day,
        "today": today,
        "days": days_between(today, day, calendars.of(occurrence.organisation)),
        "also": other_date(occurrence, day),
    }


def days_between(today: date, due_on: date, calendar: WorkingCalendar) -> int:
    """Working days until the date; calendar days since it, once it has passed."""
    if due_on < today:
        return (today - due_on).days
    return calendar.working_days_between(today, due_on)
