"""System checks: what an operator should know before people notice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Warning
from django.db import DatabaseError
from django.utils import timezone

from compliance.services.calendars import missing_year


def next_year_is_in_the_calendar(**given: Any) -> Sequence[CheckMessage]:
    """A warning when, from 1 December on, the calendar has no day of next year."""
    try:
        year = missing_year(timezone.localdate())
    except DatabaseError:  # not migrated yet, or not reachable: other messages say so
        return []
    if year is None:
        return []
    return [
        Warning(
            f"The working calendar has no days of {year}: due dates will not be shifted.",
            hint=f"Run `manage.py seed_calendar {year}`, or read the year in at /calendar/.",
            id="compliance.W001",
        )
    ]
