"""The headings of a plan's sections as people type them: one a line, "I. Openness …"."""

from __future__ import annotations

import re
from collections.abc import Iterable
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
