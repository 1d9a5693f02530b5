"""A year's calendar as text: a plain list of days, or the open data «производственный календарь».

* A list has a row for each day that differs from the plain week: `date,kind,title`.
* The open-data table has a row for each year and a column for each month, whose cell lists its
  days off, weekends included; `8*` is a shortened working day, `9+` a day off by transfer.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from compliance.domain.calendar.periods import Period, each_day
from compliance.domain.folding import folded

NON_WORKING, WORKING, SHORT = "non_working", "working", "short"

KINDS = {
    "non_working": NON_WORKING, "working": WORKING, "short": SHORT,
    "нерабочий": NON_WORKING, "выходной": NON_WORKING, "праздничный": NON_WORKING,
    "праздник": NON_WORKING, "нерабочий день": NON_WORKING, "рабочий": WORKING,
    "рабочий день": WORKING, "перенесенный рабочий": WORKING, "сокращенный": SHORT,
    "сокращенный день": SHORT, "предпраздничный": SHORT,
}  # fmt: skip
MONTHS = (
    "январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь",
    "ноябрь", "декабрь",
)  # fmt: skip
LONGEST_TITLE = 200
MOST_ROWS = 1000


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A day that differs from the plain week; a shortened one is worked."""

    date: date
    kind: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class DayProblem:
    """Why a row cannot be used; pages put the codes into words."""

    line: int
    code: str
    text: str = ""


@dataclass(slots=True)
class Table:
    """What was read: the days, the problems, and whether the whole year is covered."""

    days: list[Day] = field(default_factory=list)
    problems: list[DayProblem] = field(default_factory=list)
    is_whole_year: bool = False


def plain_kind(day: date) -> str:
    """What a day is in a week without holidays."""
    return NON_WORKING if day.weekday() >= 5 else WORKING


def read_calendar(text: str, year: int) -> Table:
    """The days of that year, and a problem for each row that is not clear.

    >>> read_calendar("2027-01-11,нерабочий,Перенос", 2027).days
    [Day(date=datetime.date(2027, 1, 11), kind='non_working', title='Перенос')]
    """
    rows = list(_rows(text))
    head = [_plain(cell) for cell in rows[0][1]] if rows else []
    if [cell for cell in head if cell in MONTHS] == list(MONTHS):
        return _of_months(rows, head, year)
    return _of_days(rows, year)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of the rows that are not blank."""
    first = text.lstrip("\n").split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(text.splitlines(), delimiter=delimiter, skipinitialspace=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error:
        yield reader.line_num, []


def _plain(cell: str) -> str:
    return " ".join(folded(cell).split())


# --- The plain list -----------------------------------------------------------------------------


def _of_days(rows: Sequence[tuple[int, list[str]]], year: int) -> Table:
    table = Table()
    if not rows:
        table.problems.append(DayProblem(1, "empty"))
    if len(rows) > MOST_ROWS:
        table.problems.append(DayProblem(rows[MOST_ROWS][0], "too_many_rows"))
        return table
    seen: set[date] = set()
    for line, cells in rows:
        if line == rows[0][0] and cells and _plain(cells[0]) in {"date", "дата"}:
            continue
        found = _day(line, cells, year)
        if isinstance(found, Day) and found.date in seen:
            found = DayProblem(line, "repeated", f"{found.date:%d.%m.%Y}")
        if isinstance(found, DayProblem):
            table.problems.append(found)
        else:
            seen.add(found.date)
            table.days.append(found)
    return table


def _day(line: int, cells: Sequence[str], year: int) -> Day | DayProblem:
    """The row's day, or what is wrong with it."""
    if len(cells) < 2:
        return DayProblem(line, "two_columns")
    day = _date(cells[0])
    if day is None:
        return DayProblem(line, "no_date", cells[0][:50])
    if day.year != year:
        return DayProblem(line, "other_year", f"{day:%d.%m.%Y}")
    kind = KINDS.get(_plain(cells[1]))
    if kind is None:
        return DayProblem(line, "no_kind", cells[1][:50])
    title = cells[2] if len(cells) > 2 else ""
    if len(title) > LONGEST_TITLE:
        return DayProblem(line, "long_title")
    return Day(day, kind, title)


def _date(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


# --- The open data ------------------------------------------------------------------------------


def _of_months(rows: Sequence[tuple[int, list[str]]], head: list[str], year: int) -> Table:
    """The days of the year's row that differ from the plain week."""
    table = Table(is_whole_year=True)
    own = [(line, cells) for line, cells in rows[1:] if cells and cells[0] == str(year)]
    if len(own) != 1:
        table.problems.append(DayProblem(rows[0][0], "no_such_year" if not own else "year_twice"))
        return table
    line, cells = own[0]
    for month, name in enumerate(MONTHS, start=1):
        place = head.index(name)
        cell = cells[place] if place < len(cells) else ""
        found = _month(line, year, month, cell)
        if isinstance(found, DayProblem):
            table.problems.append(found)
        else:
            table.days += found
    return table


def _month(line: int, year: int, month: int, cell: str) -> list[Day] | DayProblem:
    """The month's days that differ from the plain week."""
    off: dict[date, str] = {}
    for item in filter(None, (item.strip() for item in cell.split(","))):
        number, sign = item.rstrip("*+"), item.lstrip("0123456789")
        try:
            day = date(year, month, int(number))
        except ValueError:
            return DayProblem(line, "no_date", f"{item} ({MONTHS[month - 1]})"[:50])
        if sign not in {"", "*", "+"} or day in off:
            return DayProblem(line, "no_date", f"{item} ({MONTHS[month - 1]})"[:50])
        off[day] = SHORT if sign == "*" else NON_WORKING
    if not off:
        return DayProblem(line, "empty_month", MONTHS[month - 1])
    kinds = {day: off.get(day, WORKING) for day in each_day(Period.of_months(year, month))}
    return [Day(day, kind) for day, kind in kinds.items() if kind != plain_kind(day)]
