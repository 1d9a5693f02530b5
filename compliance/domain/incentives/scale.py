"""Points from counts, and a share of the bonus from points through the ministry's bands.

Results give points and points give a share of the bonus (144-ФЗ; article 135 of the Labour Code).
Not earning is not a reduction, and nothing here decides: people do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from compliance.domain.incentives.outcomes import OutcomeTally
from compliance.domain.refusals import Refusal

HUNDRED = Decimal(100)
CENT = Decimal("0.01")


def points(tally: OutcomeTally, late_weight: Decimal) -> Decimal | None:
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

    A band reaches from its floor up to, but not including, the next band's floor; the top band
    includes 100. docs/decisions/0004-bands.md says why.
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
                raise Refusal("bands_incomplete", points=without_zeros(lower.points_to))
        for row in ordered:
            if row.points_to < row.points_from:
                raise Refusal("bands_incomplete", points=without_zeros(row.points_to))
        if ordered[-1].points_to != HUNDRED:
            raise Refusal("bands_incomplete", points=without_zeros(ordered[-1].points_to))
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


def without_zeros(value: Decimal) -> Decimal:
    """The number without needless zeros: 94.00 → 94; never in powers of ten."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


# The table of a real scheme (domain.md, "Bonus inputs"): a start that a ministry replaces.
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


USUAL_LATE_WEIGHT = Decimal("0.5")
