"""The wordings that clerks use, kind by kind, each with the dates that a clerk would note down.

The rows stand in `wordings.txt`: the plan (of `PLANS`), the phrase, how sure the reading is, the
kinds of its parts, and its due dates (MM-DD of the plan's first year, or in full).
"""

from datetime import date
from pathlib import Path

import pytest

from compliance.domain.calendar.periods import Period
from compliance.domain.deadlines import Deadline, read_deadline

PLANS = {
    "20": Period.of_years(2020),
    "17-18": Period.of_years(2017, 2018),
    "19-21": Period.of_years(2019, 2021),
    "school": Period(date(2020, 9, 1), date(2021, 5, 31)),
    "months": Period(date(2020, 6, 1), date(2020, 12, 31)),
}
TODAY = date(2018, 5, 20)
"""Inside the plan of 2017-2018: the clock must not choose one of its years."""


def read(plan: str, phrase: str) -> Deadline:
    return read_deadline(phrase, PLANS[plan], TODAY)


def rows(text: str) -> list[tuple[str, ...]]:
    """The rows of the file, each with its section first."""
    found, section = [], ""
    for line in text.splitlines():
        if line.startswith("#"):
            section = line.strip("# ")
        elif line.strip():
            found.append((section, *(cell.strip() for cell in line.split("|"))))
    return found


def days(plan: str, text: str) -> list[str]:
    """The days of a row, in full and in order."""
    year = PLANS[plan].start.year
    return sorted(day if len(day) > 5 else f"{year}-{day}" for day in set(text.split()))


ROWS = rows(Path(__file__).with_name("wordings.txt").read_text(encoding="utf-8"))
EACH_YEAR = [row for row in ROWS if row[0] == "each year of the plan" and row[3] == "exact"]


@pytest.mark.parametrize(
    ("section", "plan", "phrase", "sure", "kinds", "due"),
    ROWS,
    ids=[f"{row[0]}: {row[1]}: {row[2]}" for row in ROWS],
)
def test_a_clerk_notes_down_the_same_dates(
    section: str, plan: str, phrase: str, sure: str, kinds: str, due: str
) -> None:
    deadline = read(plan, phrase)
    assert " ".join(part.kind for part in deadline.parts) == kinds
    assert [day.isoformat() for day in deadline.due_dates] == days(plan, due)
    assert deadline.confidence == sure
    assert sure == "exact" or deadline.notes, section


@pytest.mark.parametrize("today", [None, date(2017, 1, 1), date(2018, 12, 31), date(2026, 1, 1)])
@pytest.mark.parametrize("row", EACH_YEAR, ids=[row[2] for row in EACH_YEAR])
def test_what_is_done_each_year_does_not_look_at_the_clock(
    row: tuple[str, ...], today: date | None
) -> None:
    plan, phrase = row[1:3]
    assert read_deadline(phrase, PLANS[plan], today).due_dates == read(plan, phrase).due_dates


@pytest.mark.parametrize(
    ("phrase", "amount", "unit"),
    [
        ("в течение 5 (пяти) рабочих дней", 5, "working_days"),
        ("в течение пяти (5) рабочих дней", 5, "working_days"),
        ("в течение 21 (двадцати одного) дня", 21, "calendar_days"),
        ("в течение сорока дней", 40, "calendar_days"),
        ("в течение тридцати (30) дней со дня получения", 30, "calendar_days"),
        ("в течение 3–5 рабочих дней", 5, "working_days"),
        ("в течение 3-х - 5-ти рабочих дней со дня получения", 5, "working_days"),
        ("от 3 до 5 рабочих дней", 5, "working_days"),
        ("в течение 1-2 месяцев", 2, "months"),
        ("не позднее 3-5 дней после мероприятия", 5, "calendar_days"),
        ("за 3-5 дней до мероприятия", -3, "calendar_days"),
    ],
)
def test_of_a_range_of_days_the_one_counts_with_which_the_time_is_up(
    phrase: str, amount: int, unit: str
) -> None:
    deadline = read("20", phrase)
    (part,) = deadline.parts
    assert (part.kind, part.amount, part.unit) == ("relative", amount, unit)
    assert deadline.confidence == "exact"


def test_a_range_of_days_that_runs_backwards_is_unread() -> None:
    assert read("20", "в течение 5-3 рабочих дней").confidence == "unknown"


def test_the_time_of_day_is_kept_in_a_note() -> None:
    (note,) = read("20", "до 12.00 25.12.2020").notes
    assert (note.code, note.text) == ("time_of_day", "12.00")


def test_terms_of_others_keep_their_words() -> None:
    (part,) = read("17-18", "ежегодно в сроки, установленные законодательством").parts
    assert part.anchor == "в сроки, установленные законодательством"
