"""Which due dates of a measure have passed when its plan is sent to the parties."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from compliance.domain.deadlines.parts import DATE, PERIOD
from compliance.domain.deadlines.schedule import PERSON, DueDate

NAMED = frozenset({DATE, PERIOD, PERSON})


def passed_dates(dates: Sequence[DueDate], today: date) -> list[date]:
    """The due dates before today that somebody should know of, sorted, as they were written.

    A date named by the words or by a person counts by itself. Dates of something recurring count
    only when none is left: what is done every quarter simply begins with the next one.
    """
    before = [one for one in dates if one.due_on < today]
    if len(before) < len(dates):
        before = [one for one in before if one.source in NAMED]
    return [one.intended_on for one in before]
