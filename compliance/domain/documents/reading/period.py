"""The years a document covers, from its title."""

import re
from collections.abc import Iterable

from compliance.domain.calendar.periods import Period
from compliance.domain.documents.reading.document import Kind

YEARS = re.compile(
    r"(?P<before>\b(?:на|за|в течение|период|с)\s+(?:[а-яё]+\s+){0,2}?)?"
    r"(?<![\d.])(?P<first>20\d\d)(?:\s*(?:[-–—/,]|и|по|гг?\.\s*[-–—])\s*(?P<last>20\d\d))?"
    r"\s*(?:-?(?:й|м|го))?\s*(?:гг?\b\.?|год)",
    re.IGNORECASE,
)


def read_period(headings: Iterable[str], kind: Kind) -> tuple[Period, bool] | None:
    """The period, and whether the words fix it ("на 2020 год") or only a bare year was found.

    A plan covers the years after "на" (those after "за" are the assessment that it answers); a
    report and a rating cover those after "за".
    """
    wanted = "на" if kind in {Kind.INSTITUTION_PLAN, Kind.REGIONAL_PLAN} else "за"
    found = [match for words in headings for match in YEARS.finditer(words)]
    for preposition in (wanted, "период", "в", "с"):
        for match in found:
            if (match["before"] or "").casefold().startswith(preposition):
                return _period(match), True
    return (_period(found[-1]), False) if found else None


def _period(match: re.Match[str]) -> Period:
    first = int(match["first"])
    return Period.of_years(first, max(first, int(match["last"] or first)))
