"""Quarters as codes such as 2026Q1."""

from __future__ import annotations

import re
from datetime import date

from compliance.domain.calendar.periods import Period, is_year
from compliance.domain.refusals import Refusal

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
