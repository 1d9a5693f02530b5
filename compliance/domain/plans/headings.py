"""The headings of a plan's sections as people type them: one a line, "I. Openness …"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from compliance.domain.refusals import Refusal

NUMBERED = re.compile(r"(?P<number>[IVXLC]{1,8}|\d{1,2}(?:\.\d{1,2}){0,3})[.)]\s*(?=\S)")
LONGEST_NUMBER, LONGEST_TITLE, MOST = 20, 1000, 40


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's number, empty if it has none, and its title."""

    title: str
    number: str = ""

    def __str__(self) -> str:
        return f"{self.number}. {self.title}" if self.number else self.title


def read_headings(text: str) -> list[Heading]:
    """The headings of the lines that are not blank.

    Raises Refusal: too_many_headings, heading_too_long.
    """
    found = [_heading(" ".join(line.split())) for line in text.splitlines() if line.strip()]
    if len(found) > MOST:
        raise Refusal("too_many_headings", limit=MOST)
    for heading in found:
        if len(heading.title) > LONGEST_TITLE:
            raise Refusal("heading_too_long", heading=f"{heading.title[:60]}…", limit=LONGEST_TITLE)
    return found


def _heading(line: str) -> Heading:
    match = NUMBERED.match(line)
    return Heading(line[match.end() :], match["number"]) if match else Heading(line)


def write_headings(headings: Iterable[Heading]) -> str:
    """The headings as `read_headings` reads them back."""
    return "\n".join(map(str, headings))


ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def next_number(section: str, numbers: Sequence[str]) -> str:
    """The number after the last of a section's measures: 2.3 after 2.2, 4.1 as the first of IV."""
    if numbers:
        last = re.search(r"(\d{1,6})(\D*+)\Z", numbers[-1])
        before = numbers[-1][: last.start()] if last else ""
        return f"{before}{int(last[1]) + 1}{last[2]}"[:LONGEST_NUMBER] if last else ""
    if section and set(section) <= set(ROMAN):
        return f"{_arabic(section)}.1"
    return f"{section}.1"[:LONGEST_NUMBER] if section else ""


def _arabic(roman: str) -> int:
    """The value of a Roman number: a smaller sign before a greater one is subtracted."""
    values = [ROMAN[sign] for sign in roman]
    following = [*values[1:], 0]
    return sum(
        -value if value < after else value for value, after in zip(values, following, strict=True)
    )
