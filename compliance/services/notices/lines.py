"""What the lines of letters have in common: short titles, and how far a date is away."""

from __future__ import annotations

from datetime import date

from compliance.domain.calendar.working_days import WorkingCalendar

TITLE_LENGTH = 160


def shortened(text: str) -> str:
    """The first words of a measure or a remark, on one line."""
    words = " ".join(text.split())
    if len(words) <= TITLE_LENGTH:
        return words
    return words[:TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",.;:–- ") + "…"


def days_between(today: date, due_on: date, calendar: WorkingCalendar) -> int:
    """Working days until the date; calendar days since it once it has passed."""
    if due_on < today:
        return (today - due_on).days
    return calendar.working_days_between(today, due_on)
