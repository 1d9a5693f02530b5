"""When a due date is late, and which of its two days counts until then.

A date on a day off is planned and reminded of for a working day, `due_on`; the plan's own words
stay binding. In time is what came on or before the later of two days: the one written, or last
granted, and the planned one.
"""

from __future__ import annotations

from datetime import date

SOON = 14
"""Calendar days ahead that count as soon: on boards, on the home page, in a date's colour."""


def last_day_in_time(written: date, due_on: date) -> date:
    """The day after which it is late: the one written or granted, or the planned one if later.

    A shift forward lengthens the term (Civil Code, article 193); one back changes only the plan.
    """
    return max(written, due_on)


def counted_to(due_on: date, late_after: date, today: date) -> date:
    """The day that counts today: the planned one until it has passed, then the last one in time."""
    return due_on if today <= due_on else late_after


def days_late(late_after: date, today: date) -> int:
    """How many calendar days it is late; 0 while it is in time."""
    return max(0, (today - late_after).days)
