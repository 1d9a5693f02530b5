"""Tables of organisations and people: cells → rows, with a problem for each cell not understood.

Whether they fit what is known already is for the services to check.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from compliance.domain.folding import name_key, visible
from compliance.domain.people import vocabulary as words
from compliance.domain.people.vocabulary import ORGANISATIONS, PEOPLE

MOST_ROWS = 10_000
HEADING_WITHIN = 10  # rows from the top in which the headings must be
LENGTHS = {
    "name": 500, "short_name": 200, "parent": 500, "rating_group": 200, "municipality": 200,
    "website": 200, "time_zone": 50, "full_name": 200, "email": 254, "login": 150,
    "organisation": 500, "post": 300, "kind": 50, "role": 50,
}  # fmt: skip
DATES = ("starts_on", "ends_on")
LONGEST_SAID = 80  # characters of a cell that a problem quotes
EARLIEST, LATEST = date(1950, 1, 1), date(2100, 12, 31)

_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,254}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")
_CYRILLIC, _LATIN = re.compile("[а-яё]"), re.compile("[a-z]")
_LOGIN = re.compile(r"[\w.@+-]+")
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:\s*г\.?)?|(\d{4})-(\d{2})-(\d{2})")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why the table cannot be accepted: where, and a code that pages put into words."""

    sheet: str
    line: int
    column: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation as the table has it; an empty cell says nothing."""

    line: int
    name: str
    kind: str
    short_name: str = ""
    parent: str = ""
    rating_group: str = ""
    municipality: str = ""
    website: str = ""
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in one role; somebody with two roles has two rows."""

    line: int
    full_name: str
    email: str
    organisation: str
    role: str
    login: str = ""
    post: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(slots=True)
class PeopleTable:
    """What was read: rows that are clear in themselves, problems, and the count of example rows."""

    organisations: list[OrganisationRow] = field(default_factory=list)
    people: list[PersonRow] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    examples: int = 0


Cell = object
Sheets = Sequence[tuple[str, Sequence[Sequence[Cell]]]]


def read_people(sheets: Sheets) -> PeopleTable:
    """The organisations and people in a workbook's sheets; other sheets are ignored."""
    table = PeopleTable()
    found = False
    for name, rows in sheets:
        kind = _sheet_kind(name)
        if kind is not None:
            found = True
            _Reader(table, kind, name, rows).read()
    if not found:
        table.problems.append(RowProblem("", 0, "", "no_sheet"))
    elif not (table.organisations or table.people or table.problems):
        table.problems.append(RowProblem("", 0, "", "no_rows"))
    return table


def _sheet_kind(name: str) -> str | None:
    known = name_key(name)
    for kind, beginnings in words.SHEETS.items():
        if known.startswith(beginnings):
            return kind
    return None


class _Reader:
    """Reads one sheet into the table."""

    def __init__(
        self, table: PeopleTable, kind: str, name: str, rows: Sequence[Sequence[Cell]]
    ) -> None:
        self.table, self.kind, self.name, self.rows = table, kind, name, rows

    def read(self) -> None:
        """Append the sheet's rows and problems to the table."""
        top, columns = self._headings()
        if columns is None:
            return
        count = 0
        for line, row in enumerate(self.rows[top:], start=top + 1):
            cells = {
                name: row[place] if place < len(row) else "" for name, place in columns.items()
            }
            if not any(_clean(value) for value in cells.values()):
                continue
            if any(_clean(value).startswith(words.EXAMPLE) for value in row):
                self.table.examples += 1
                continue
            count += 1
            if count > MOST_ROWS:
                self._problem(line, "", "too_many_rows", limit=MOST_ROWS)
                return
            if self.kind == ORGANISATIONS:
                self._organisation(line, cells)
            else:
                self._person(line, cells)

    def _headings(self) -> tuple[int, dict[str, int] | None]:
        """(first row below the headings, field → column); None with a problem when unreadable."""
        known = {
            name_key(title): name
            for name, titles in words.HEADINGS[self.kind].items()
            for title in titles
        }
        best: list[str] = []
        for top, row in enumerate(self.rows[:HEADING_WITHIN], start=1):
            names = [known.get(name_key(_clean(cell)), "") for cell in row]
            given = [name for name in names if name]
            missing = [name for name in words.REQUIRED[self.kind] if name not in given]
            if len(given) > len(best):
                best = given
            if missing:
                continue
            for name in sorted(set(given)):
                if given.count(name) > 1:
                    self._problem(top, self._title(name), "column_twice")
                    return top, None
            return top, {name: names.index(name) for name in given}
        for name in words.REQUIRED[self.kind]:
            if name not in best:
                self._problem(1, self._title(name), "column_missing")
        return 0, None

    def _organisation(self, line: int, cells: Mapping[str, Cell]) -> None:
        before = len(self.table.problems)
        text = self._texts(line, cells)
        kind = self._code(line, "kind", text["kind"], words.KINDS, words.KIND_NAMES)
        self._require(line, text, "name")
        zone, site = text.get("time_zone", ""), text.get("website", "")
        if zone and not _is_time_zone(zone):
            self._wrong(line, "time_zone", "unknown_time_zone", zone)
        if site and not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", site):
            self._wrong(line, "website", "bad_website", site)
        if len(self.table.problems) == before:
            self.table.organisations.append(OrganisationRow(line, **{**text, "kind": kind}))

    def _person(self, line: int, cells: Mapping[str, Cell]) -> None:
        before = len(self.table.problems)
        text = self._texts(line, {k: v for k, v in cells.items() if k not in DATES})
        text["email"] = text["email"].lower()
        self._require(line, text, "full_name")
        if text["email"]:
            self._check_email(line, text["email"])
        elif not text.get("login"):
            self._require(line, text, "email")
        self._require(line, text, "organisation")
        role = self._code(line, "role", text["role"], words.ROLES, words.ROLE_NAMES)
        if text.get("login") and not _LOGIN.fullmatch(text["login"]):
            self._wrong(line, "login", "bad_login", text["login"])
        days = {name: self._day(line, name, cells.get(name)) for name in DATES}
        first, last = days["starts_on"], days["ends_on"]
        if first and last and last < first:
            self._wrong(line, "ends_on", "ends_before_start", f"{last:%d.%m.%Y}")
        if len(self.table.problems) == before:
            self.table.people.append(PersonRow(line, **{**text, **days, "role": role}))

    def _texts(self, line: int, cells: Mapping[str, Cell]) -> dict[str, Any]:
        """The cells as text, with a problem for each that cannot be stored."""
        found = {name: _clean(value) for name, value in cells.items()}
        for name, text in found.items():
            if len(text) > LENGTHS[name]:
                self._wrong(line, name, "too_long", str(LENGTHS[name]))
            elif text.startswith(("=", "+", "@", "-")):
                self._wrong(line, name, "formula", text[:40])
        return found

    def _require(self, line: int, text: Mapping[str, str], name: str) -> None:
        if not text[name]:
            self._wrong(line, name, "empty_cell", "")

    def _code(
        self,
        line: int,
        name: str,
        text: str,
        known: dict[str, tuple[str, ...]],
        names: dict[str, str],
    ) -> str:
        """The code that the word stands for; empty, with a problem, for anything else."""
        if not text:
            self._wrong(line, name, "empty_cell", "")
            return ""
        code = words.code_of(text, known)
        if code is None:
            guess = words.nearest(text, names)
            self._wrong(line, name, f"unknown_{name}", text[:LONGEST_SAID], guess)
        return code or ""

    def _check_email(self, line: int, email: str) -> None:
        name, _at, host = email.rpartition("@")
        mixed = any(_CYRILLIC.search(part) and _LATIN.search(part) for part in host.split("."))
        if _CYRILLIC.search(name) or mixed:
            self._wrong(line, "email", "email_cyrillic", email[:LONGEST_SAID])
        elif not _EMAIL.fullmatch(email) or ".." in email:
            self._wrong(line, "email", "bad_email", email[:LONGEST_SAID])

    def _day(self, line: int, name: str, value: Cell) -> date | None:
        """The date in a cell; None for an empty one, and, with a problem, for anything else."""
        text = _clean(value)
        if not text:
            return None
        day = _day(value, text)
        if day is None:
            self._wrong(line, name, "bad_date", text[:LONGEST_SAID])
        elif not EARLIEST <= day <= LATEST:
            self._wrong(line, name, "absurd_date", f"{day.day:02}.{day.month:02}.{day.year}")
        return day

    def _wrong(self, line: int, name: str, code: str, text: str, guess: str = "") -> None:
        self._problem(line, self._title(name), code, text=text, guess=guess)

    def _title(self, name: str) -> str:
        return words.HEADINGS[self.kind][name][0]

    def _problem(self, line: int, column: str, code: str, **values: Any) -> None:
        self.table.problems.append(RowProblem(self.name, line, column, code, values))


def _clean(value: Cell) -> str:
    """A cell as text that prints: one space between words, no other unprintable characters.

    >>> _clean(" Иванов\\u00a0 \\x00 И. "), _clean("Пет\\u00adр\\u200bов")
    ('Иванов И.', 'Петров')
    >>> _clean(12.0), _clean(None)
    ('12', '')
    """
    if value is None or value == "":
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    shown = (sign if sign.isprintable() else " " for sign in visible(str(value)))
    return " ".join("".join(shown).split())


def _day(value: Cell, text: str) -> date | None:
    """The date that a cell holds or spells; None for anything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    day, month, year, iso_year, iso_month, iso_day = match.groups()
    try:
        if year:
            return date(int(year), int(month), int(day))
        return date(int(iso_year), int(iso_month), int(iso_day))
    except ValueError:
        return None


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def grouped(rows: Sequence[PersonRow]) -> Iterator[tuple[list[PersonRow], RowProblem | None]]:
    """The rows of each person, with a problem when they contradict each other.

    A person is known by the e-mail address; rows with only a login belong to the address beside it.
    """
    addresses = {row.login.lower(): row.email for row in rows if row.login and row.email}
    people: dict[str, list[PersonRow]] = {}
    for row in rows:
        login = row.login.lower()
        people.setdefault(row.email or addresses.get(login) or f"login {login}", []).append(row)
    logins: dict[str, str] = {}
    for key, mine in people.items():
        yield mine, _contradiction(key, mine, logins)


def _contradiction(key: str, rows: list[PersonRow], logins: dict[str, str]) -> RowProblem | None:
    first, titles = rows[0], words.HEADINGS[PEOPLE]
    for row in rows:
        if name_key(row.full_name) != name_key(first.full_name):
            title, said = titles["full_name"][0], {"text": row.email or row.login}
            return RowProblem(
                "Люди", row.line, title, "names_differ", {**said, "other": first.line}
            )
        if row.login:
            owner = logins.setdefault(row.login.lower(), key)
            named = {one.login.lower() for one in rows if one.login}
            if owner != key or len(named) > 1:
                said = {"text": row.login}
                return RowProblem("Люди", row.line, titles["login"][0], "login_differs", said)
    return None
