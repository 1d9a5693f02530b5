"""Which periods a plan may have."""

from __future__ import annotations

from compliance.domain.calendar.periods import Period, add_months
from compliance.domain.refusals import Refusal

# No plan is longer; the rows of due dates are made in advance for the whole period.
MOST_YEARS, FIRST_YEAR, LAST_YEAR = 5, 2000, 2100


def check_period(period: Period) -> None:
    """Refuse a period that no plan has: too long, or not in our time."""
    if not FIRST_YEAR <= period.start.year <= period.end.year <= LAST_YEAR:
        raise Refusal("period_not_in_our_time", first=FIRST_YEAR, last=LAST_YEAR)
    if period.end >= add_months(period.start, 12 * MOST_YEARS):
        raise Refusal("period_too_long", years=MOST_YEARS)
