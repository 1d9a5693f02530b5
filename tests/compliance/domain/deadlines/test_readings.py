"""What a phrase says in full: its certainty, every field of its parts, condition and notes.

In `readings.txt` stand phrases, «{a|b}» for either of two words, and indented below them the one
reading that they all have; `@` is the phrase itself, days without a year are of 2026. A phrase of
another plan than that of 2026 stands behind the plan's name.

Where a reading is meant to change, change its line by hand: the failing test prints the new one
whole (`-vv`).
"""

from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path
from re import split

import pytest

from compliance.domain.calendar.periods import Period
from compliance.domain.deadlines import Deadline, read_deadline
from compliance.domain.deadlines.parts import DeadlinePart, Note
from compliance.domain.deadlines.wording import print_deadline

# The plan by its name, and the day on which its phrases are read.
PLANS = {
    "": (Period.of_years(2026), date(2026, 5, 20)),
    "17-18": (Period.of_years(2017, 2018), date(2017, 5, 20)),
    "school": (Period(date(2020, 9, 1), date(2021, 5, 31)), date(2020, 12, 20)),
    "late": (Period(date(2017, 6, 3), date(2018, 12, 31)), date(2017, 6, 20)),
    "months": (Period(date(2020, 6, 1), date(2020, 12, 31)), date(2020, 6, 1)),
}


def read(phrase: str, plan: str = "") -> Deadline:
    return read_deadline(phrase, *PLANS[plan])


def parted(phrases: str) -> tuple[str, str]:
    """The plan's name and the phrases: «17-18: март» as («17-18», «март»)."""
    plan, colon, rest = phrases.partition(": ")
    return (plan, rest) if colon and plan in PLANS else ("", phrases)


def rows() -> Iterator[tuple[str, str]]:
    """Each line of phrases with the reading below it."""
    waiting: list[str] = []
    for line in Path(__file__).with_name("readings.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            assert waiting, f"a reading of no phrase: {line}"
            yield from ((phrases, line.strip()) for phrases in waiting)
            waiting = []
        elif line and not line.startswith("#"):
            waiting.append(line)
    assert not waiting, f"phrases without a reading: {waiting}"


def each(phrases: str) -> list[str]:
    """«{до|к} марту» as «до марту» and «к марту»."""
    parts = [part.split("|") for part in split(r"[{}]", phrases)]
    return [" ".join("".join(words).split()) for words in product(*parts)]


def in_full(deadline: Deadline) -> str:
    parts = "; ".join(_part(part) for part in deadline.parts)
    condition = f"; if «{deadline.condition}»" if deadline.condition else ""
    notes = "".join(f"; {_note(note)}" for note in deadline.notes)
    return f"{deadline.confidence}: {parts}{condition}{notes}"


def _part(part: DeadlinePart) -> str:
    said = [part.kind, *filter(None, [part.freq])]
    if part.start or part.end:
        said.append(f"{_day(part.start)}..{_day(part.end)}")
    numbers = ("times", "day", "weekday", "month", "amount")
    given = {name: getattr(part, name) for name in numbers}
    said += [f"{name}={value}" for name, value in given.items() if value is not None]
    said += [f"lag={part.lag_periods}"] if part.lag_periods else []
    said += [part.unit] if part.unit else []
    said += [f"«{part.anchor}»"] if part.anchor is not None else []
    return " ".join(said) + _dates(part.due_dates)


def _dates(days: tuple[date, ...]) -> str:
    """The due dates; of more than twelve the first two, the last, and how many."""
    said = [_day(day) for day in days]
    if len(said) > 12:
        said = [*said[:2], "…", said[-1], f"({len(said)})"]
    return f" → {' '.join(said)}" if said else ""


def _day(day: date | None) -> str:
    if day is None:
        return ""
    return f"{day:%m-%d}" if day.year == 2026 else day.isoformat()


def _note(note: Note) -> str:
    text = f"«{note.text}»" if note.text else ""
    return " ".join(filter(None, ["note", note.code, text, _text(note.year), _text(note.on)]))


def _text(value: object) -> str:
    return "" if value is None else str(value)


ROWS = list(rows())


@pytest.mark.parametrize(("phrases", "reading"), ROWS, ids=[phrases for phrases, _ in ROWS])
def test_each_phrase_says_this_and_no_more(phrases: str, reading: str) -> None:
    plan, words = parted(phrases)
    expected = dict.fromkeys(each(words), reading)
    assert expected == {
        phrase: in_full(read(phrase, plan)).replace(phrase, "@") for phrase in expected
    }


@pytest.mark.parametrize(
    "phrases", [phrases for phrases, reading in ROWS if not reading.startswith("unknown")]
)
def test_what_is_printed_says_the_same(phrases: str) -> None:
    plan, words = parted(phrases)
    for phrase in each(words):
        deadline = read(phrase, plan)
        again = read(print_deadline(deadline), plan)
        assert (again.parts, again.condition) == (deadline.parts, deadline.condition)
