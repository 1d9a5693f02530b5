"""Numbers and dates as documents write them."""

import re
from datetime import date

from compliance.domain.documents.reading.vocabulary import DATE, MONTHS

DECIMAL = re.compile(r"^\s*(\d{1,6})(?:[.,]\s?(\d{1,6}))?\s*$")


def read_number(words: str) -> float | None:
    """29.7 for "29,70"; None for anything that is not one number."""
    match = DECIMAL.match(words)
    return float(f"{match[1]}.{match[2] or 0}") if match else None


def read_date(words: str) -> date | None:
    """The first date written as 05.12.2016 or «5» декабря 2016; None if there is none."""
    for match in DATE.finditer(words):
        name = match["name"]
        day, year = match["day"] or match["day_"], match["year"] or match["year_"]
        month = MONTHS[name.lower()] if name else int(match["month"])
        try:
            return date(int(year), month, int(day))
        except ValueError:
            continue
    return None
