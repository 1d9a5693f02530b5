"""What an occurrence counts as on a sheet, and the counts of a quarter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DueDateOutcome(StrEnum):
    """What a due date counts as on a sheet."""

    IN_TIME = "in_time"
    LATE = "late"
    NOT_DONE = "not_done"
    WAITING = "waiting"  # reported in time, not decided by the inspector: not in the denominator
    WAIVED = "waived"  # waived by the ministry: never counted as done, and no longer owed


@dataclass(frozen=True, slots=True)
class Fact:
    """One occurrence as it stands on the sheet's day; `submitted_on` is of an undecided report.

    `late_after` is the last day in time, which decides everything.
    """

    status: str
    late_after: date
    done_on: date | None = None
    submitted_on: date | None = None


def outcome(fact: Fact, as_of: date) -> DueDateOutcome | None:
    """What the occurrence counts as on that day; None when a sheet leaves it out.

    Left out: what is cancelled with its measure, and what is not due yet. A date is due once its
    day is over, whether it was met early or not: otherwise only good results would count early. A
    report that came late and is undecided counts as "not done" until it is accepted (nothing
    entered in time = not executed); a later calculation makes it "late".
    """
    if fact.status == "cancelled" or fact.late_after >= as_of:
        return None
    if fact.status == "waived":
        return DueDateOutcome.WAIVED
    if fact.status == "accepted" and fact.done_on is not None:
        return DueDateOutcome.IN_TIME if fact.done_on <= fact.late_after else DueDateOutcome.LATE
    if fact.status == "submitted" and fact.submitted_on is not None:
        return (
            DueDateOutcome.WAITING
            if fact.submitted_on <= fact.late_after
            else DueDateOutcome.NOT_DONE
        )
    return DueDateOutcome.NOT_DONE


@dataclass(frozen=True, slots=True)
class OutcomeTally:
    """How many due dates of a quarter had each outcome, and how often reports were returned."""

    in_time: int = 0
    late: int = 0
    not_done: int = 0
    waiting: int = 0
    waived: int = 0
    returned: int = 0

    @classmethod
    def of(cls, rows: Iterable[tuple[DueDateOutcome, int]]) -> OutcomeTally:
        """The tally of (outcome, times returned); returns do not count where nothing was owed."""
        counts = dict.fromkeys(DueDateOutcome, 0)
        returned = 0
        for found, returns in rows:
            counts[found] += 1
            returned += returns if found is not DueDateOutcome.WAIVED else 0
        return cls(**{str(key): value for key, value in counts.items()}, returned=returned)

    @property
    def due(self) -> int:
        """All that was owed in the quarter; a waived one was not."""
        return self.decided + self.waiting

    @property
    def decided(self) -> int:
        """The denominator: what was owed and is not waiting for an inspector."""
        return self.in_time + self.late + self.not_done
