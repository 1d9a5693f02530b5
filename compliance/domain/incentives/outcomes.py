"""The bonus input: what an occurrence counts as, points from counts, a share from points.

Results give points and points give a share of the bonus (144-ФЗ; article 135 of the Labour Code).
Not earning is not a reduction, and nothing here decides: people do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import pairwise

from compliance.domain.calendar.periods import Period, is_year
from compliance.domain.refusals import Refusal

HUNDRED = Decimal(100)
CENT = Decimal("0.01")


class Outcome(StrEnum):
    """What a due date counts as on a sheet."""

    IN_TIME = "in_time"
    LATE = "late"
    NOT_DONE = "not_done"
    WAITING = "waiting"  # reported in time, the inspector has not decided: out of the denominator
    WAIVED = "waived"  # taken off control by the ministry: never done, and not owed either


@dataclass(frozen=True, slots=True)
class Fact:
    """One occurrence as the sheet's day finds it; `submitted_on` is of a report still undecided."""

    status: str
    due_on: date
    done_on: date | None = None
    submitted_on: date | None = None


def outcome(fact: Fact, as_of: date) -> Outcome | None:
    """What the occurrence counts as on that day; None when a sheet leaves it out.

    Left out: what is cancelled with its measure, and what is not due yet. A date is due once its
    day is over, whether it was met early or not: else only the good ones would count ahead. A
    report that came late and still waits is "not done" until it is accepted (nothing entered in
    time = not executed); a later calculation makes it "late".
    """
    if fact.status == "cancelled" or fact.due_on >= as_of:
        return None
    if fact.status == "waived":
        return Outcome.WAIVED
    if fact.status == "accepted" and fact.done_on is not None:
        return Outcome.IN_TIME if fact.done_on <= fact.due_on else Outcome.LATE
    if fact.status == "submitted" and fact.submitted_on is not None:
        return Outcome.WAITING if fact.submitted_on <= fact.due_on else Outcome.NOT_DONE
    return Outcome.NOT_DONE


@dataclass(frozen=True, slots=True)
class Tally:
    """How many due dates of a quarter came to what, and how often reports were returned."""

    in_time: int = 0
    late: int = 0
    not_done: int = 0
    waiting: int = 0
    waived: int = 0
    returned: int = 0

    @classmethod
    def of(cls, rows: Iterable[tuple[Outcome, int]]) -> Tally:
        """The tally of (outcome, times returned); returns of what is not owed do not count."""
        counts = dict.fromkeys(Outcome, 0)
        returned = 0
        for found, returns in rows:
            counts[found] += 1
            returned += returns if found is not Outcome.WAIVED else 0
        return cls(**{str(key): value for key, value in counts.items()}, returned=returned)

    @property
    def due(self) -> int:
        """All that was owed in the quarter; a waived one was not."""
        return self.decided + self.waiting

    @property
    def decided(self) -> int:
        """The denominator: what was owed and does not wait for an inspector."""
        return self.in_time + self.late + self.not_done


def points(tally: Tally, late_weight: Decimal) -> Decimal | None:
    """Points 0..100 with two decimals: in time 1, late `late_weight` (0..1), not done 0.

    None when nothing was decided: no number, which is not 100 %.
    """
    if not tally.decided:
        return None
    earned = tally.in_time + late_weight * tally.late
    return (HUNDRED * earned / tally.decided).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class BandRow:
    """One line of a ministry's table as written: from, up to, share of the bonus in per cent."""

    points_from: Decimal
    points_to: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True)
class Scale:
    """A band table that gives each points value 0..100 exactly one share.

    A band reaches from its floor up to the next band's floor, which it leaves to that one; the top
    band includes 100. docs/decisions/0004-bands.md says why.
    """

    rows: tuple[BandRow, ...]  # by rising floor

    @classmethod
    def of(cls, rows: Iterable[BandRow]) -> Scale:
        """The scale of a table; raises Refusal "bands_incomplete" at a gap or an overlap.

        Tables are written with whole numbers: 80–94 and 95–100 touch, as 80–94.99 and 95–100 or
        80–95 and 95–100 do; 80–94.5 and 95–100 leave a gap. So neighbours touch when the upper
        floor is the lower ceiling, or follows it by one unit of the finer of the two numbers.
        """
        ordered = tuple(sorted(rows, key=lambda row: (row.points_from, row.points_to)))
        if not ordered or ordered[0].points_from != 0:
            raise Refusal("bands_incomplete", points=Decimal(0))
        for lower, upper in pairwise(ordered):
            if lower.points_from >= upper.points_from or not _touch(lower, upper):
                raise Refusal("bands_incomplete", points=plain(lower.points_to))
        for row in ordered:
            if row.points_to < row.points_from:
                raise Refusal("bands_incomplete", points=plain(row.points_to))
        if ordered[-1].points_to != HUNDRED:
            raise Refusal("bands_incomplete", points=plain(ordered[-1].points_to))
        return cls(ordered)

    def band_of(self, value: Decimal) -> BandRow:
        """The band that the points value (0..100) falls into."""
        return max(
            (row for row in self.rows if row.points_from <= value),
            key=lambda row: row.points_from,
        )

    def share_of(self, value: Decimal | None) -> Decimal | None:
        """The share of the bonus in per cent; no points, no share."""
        return None if value is None else self.band_of(value).share


def _touch(lower: BandRow, upper: BandRow) -> bool:
    unit = min(_unit(lower.points_to), _unit(upper.points_from))
    return upper.points_from - lower.points_to in {Decimal(0), unit}


def _unit(value: Decimal) -> Decimal:
    """The unit of the last decimal that the number needs: 94 → 1, 94.5 → 0.1."""
    return Decimal(1).scaleb(min(int(value.normalize().as_tuple().exponent), 0))


def plain(value: Decimal) -> Decimal:
    """The number without zeros that say nothing: 94.00 → 94, and never in powers of ten."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


USUAL_BANDS: Sequence[BandRow] = tuple(
    BandRow(Decimal(low), Decimal(high), Decimal(share))
    for low, high, share in [
        (95, 100, 100),
        (80, 94, 90),
        (70, 79, 80),
        (60, 69, 70),
        (0, 59, 0),
    ]
)
"""The table of a real scheme (domain.md, "Bonus inputs"): a beginning that a ministry replaces."""

USUAL_LATE_WEIGHT = Decimal("0.5")


# --- Quarters -----------------------------------------------------------------------------------

_QUARTER = re.compile(r"(\d{4})Q([1-4])")


def quarter(text: str) -> Period:
    """The days of a quarter written as 2026Q1; raises Refusal "unknown_quarter"."""
    match = _QUARTER.fullmatch(text.strip().upper())
    if match is None or not is_year(int(match[1])):
        raise Refusal("unknown_quarter")
    return Period.of_months(int(match[1]), 3 * int(match[2]) - 2, 3)


def quarter_code(day: date) -> str:
    """The quarter of a day, as 2026Q1."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def quarters_before(day: date, count: int) -> list[str]:
    """The codes of the day's own quarter and of those before it, latest first, `count` in all."""
    start = Period.of_months(day.year, (day.month - 1) // 3 * 3 + 1, 3).start
    return [
        quarter_code(Period.of_months(start.year, start.month - 3 * back).start)
        for back in range(count)
    ]
