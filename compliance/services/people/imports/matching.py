"""What a table of people would change: its rows matched with known ones. Nothing is written.

The number of statements is the same for ten rows and for ten thousand.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Generic, TypeVar

from compliance.domain.folding import name_key
from compliance.domain.people import vocabulary as words
from compliance.domain.people.tables import OrganisationRow, PeopleTable, RowProblem
from compliance.domain.people.vocabulary import ORGANISATIONS, nearest
from compliance.models import Membership, Organisation, User

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
Kind = Organisation.Kind

KEPT = ("name", "short_name", "rating_group", "municipality", "website", "time_zone")
SHEET = "Организации"
MOST_GUESSES = 30


Thing = TypeVar("Thing", Organisation, User, Membership)


@dataclass(eq=False)
class RowChange(Generic[Thing]):
    """A row of the database as the table wants it; `before` has what would be overwritten."""

    thing: Thing
    line: int
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.is_new = self.thing.pk is None  # before it is stored

    @property
    def status(self) -> str:
        """new, changed or unchanged."""
        if self.is_new:
            return NEW
        return CHANGED if self.after else UNCHANGED

    def want(self, name: str, value: Any) -> None:
        """Set the field to this value, unless it is empty: an empty cell asks for nothing."""
        present = getattr(self.thing, name)
        if value in ("", None) or value == present:
            return
        self.before[name], self.after[name] = present, value
        setattr(self.thing, name, value)


@dataclass
class Matched:
    """What storing the table would do; with problems it cannot be stored."""

    organisations: list[RowChange[Organisation]] = field(default_factory=list)
    people: list[RowChange[User]] = field(default_factory=list)
    roles: list[RowChange[Membership]] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    examples: int = 0

    def counts(self) -> dict[str, Counter[str]]:
        """How many organisations, people and roles are new, changed and unchanged."""
        return {
            "organisations": Counter(change.status for change in self.organisations),
            "people": Counter(change.status for change in self.people),
            "roles": Counter(change.status for change in self.roles),
        }

    def _everything(self) -> list[RowChange[Any]]:
        return [*self.organisations, *self.people, *self.roles]

    @property
    def is_empty(self) -> bool:
        """Whether everything is already as the table has it."""
        return all(change.status == UNCHANGED for change in self._everything())

    @property
    def fingerprint(self) -> str:
        """The same for two previews if nothing that matters to the table happened between them."""
        said = [
            [
                change.line,
                change.status,
                change.thing.pk,
                change.before,
                change.after,
                _names(change),
            ]
            for change in self._everything()
        ]
        return sha256(json.dumps(said, default=str).encode()).hexdigest()


def _names(change: RowChange[Any]) -> list[str]:
    """What a new row would be called, so that previews can be told apart."""
    if not change.is_new:
        return []
    names = ("name", "username", "role", "post", "starts_on", "ends_on")
    return [str(getattr(change.thing, name, "")) for name in names]


class Places:
    """The organisations a person administers, and those the table adds, found by name."""

    def __init__(self, known: Iterable[Organisation], user: User) -> None:
        self.known = list(known)
        self.may_found = user.is_superuser
        self.by_name: dict[str, list[Organisation]] = defaultdict(list)
        self.by_short_name: dict[str, list[Organisation]] = defaultdict(list)
        for row in self.known:
            self.remember(row)
        by_id = {row.pk for row in self.known}
        tops = [row for row in self.known if row.parent_id not in by_id]
        self.top = tops[0] if len(tops) == 1 else None
        self.guesses: dict[str, str] = {}

    def remember(self, row: Organisation) -> None:
        """Let the organisation be found by its names."""
        for index, name in ((self.by_name, row.name), (self.by_short_name, row.short_name)):
            rows = index[name_key(name)]
            if name_key(name) and not any(row is other for other in rows):
                rows.append(row)

    def named(self, text: str) -> list[Organisation]:
        """Those with this name, or else with this short name."""
        key = name_key(text)
        return (self.by_name.get(key) or self.by_short_name.get(key) or []) if key else []

    def guess(self, text: str) -> str:
        """The most similar name; a file full of unknown names gets a few guesses, not thousands."""
        if text not in self.guesses and len(self.guesses) < MOST_GUESSES:
            names = {key: rows[0].name for key, rows in self.by_name.items() if rows}
            self.guesses[text] = nearest(text, names)
        return self.guesses.get(text, "")


def match_organisations(table: PeopleTable, places: Places, found: Matched) -> None:
    """Match the sheet of organisations; a row may name a parent that comes after it."""
    waiting = list(table.organisations)
    seen: dict[int, int] = {}  # id of the object → line
    while waiting:
        coming = {name_key(row.name) for row in waiting} | {
            name_key(row.short_name) for row in waiting
        }
        later = []
        for row in waiting:
            if row.parent and not places.named(row.parent) and name_key(row.parent) in coming:
                later.append(row)
            else:
                _match_organisation(row, places, found, seen)
        if len(later) == len(waiting):
            for row in later:
                _wrong(found, row.line, "parent", "parent_loop", row.parent)
            return
        waiting = later


def _match_organisation(
    row: OrganisationRow, places: Places, found: Matched, seen: dict[int, int]
) -> None:
    parent: Organisation | None = None
    if row.parent:
        parents = places.named(row.parent)
        if len(parents) != 1:
            code = "ambiguous_organisation" if parents else "unknown_organisation"
            _wrong(found, row.line, "parent", code, row.parent, places.guess(row.parent))
            return
        parent = parents[0]
    candidates = _candidates(row, parent, places)
    if len(candidates) > 1:
        _wrong(found, row.line, "name", "ambiguous_organisation", row.name)
        return
    place = candidates[0] if candidates else _founded(row, parent, places, found)
    if place is None:
        return
    if id(place) in seen:
        _wrong(found, row.line, "name", "repeated", row.name, other=seen[id(place)])
        return
    seen[id(place)] = row.line
    if not place.is_active:
        _wrong(found, row.line, "name", "organisation_closed", row.name)
        return
    if place.kind != row.kind:
        known = words.KINDS[place.kind][0]
        _wrong(found, row.line, "kind", "kind_differs", row.name, known)
        return
    change = RowChange(place, row.line)
    for name in KEPT if place.pk else ():
        value = getattr(row, name)
        if name != "name" or name_key(value) != name_key(place.name):
            change.want(name, value)
    found.organisations.append(change)
    places.remember(place)


def _candidates(
    row: OrganisationRow, parent: Organisation | None, places: Places
) -> list[Organisation]:
    """Known organisations that the row may mean: by name, else by short name, under its parent."""
    for index, name in ((places.by_name, row.name), (places.by_short_name, row.short_name)):
        rows = index.get(name_key(name), []) if name_key(name) else []
        here = [one for one in rows if parent is None or one.parent is parent or _same(one, parent)]
        if here:
            return here
    return []


def _same(one: Organisation, parent: Organisation) -> bool:
    return one.parent_id is not None and one.parent_id == parent.pk


def _founded(
    row: OrganisationRow, parent: Organisation | None, places: Places, found: Matched
) -> Organisation | None:
    """The organisation that the row adds, not stored; None, with a problem, if it cannot be."""
    is_root = row.kind == Kind.MINISTRY and parent is None
    if parent is None and not (is_root and places.may_found):
        parent = places.top
    if is_root and not places.may_found:
        _wrong(found, row.line, "parent", "outside_branch", row.name)
        return None
    if parent is None and not is_root:
        _wrong(found, row.line, "parent", "parent_needed", row.name)
        return None
    if parent is not None and (parent.kind == Kind.COUNCIL or not parent.is_active):
        _wrong(found, row.line, "parent", "parent_wrong", str(parent))
        return None
    # Through its own council, an institution's administrator could choose who votes on its plans.
    if parent is not None and parent.kind != Kind.MINISTRY and row.kind != Kind.INSTITUTION:
        _wrong(found, row.line, "parent", "not_below_institution", str(parent))
        return None
    given = {name: getattr(row, name) for name in KEPT if getattr(row, name)}
    if parent is not None and not row.time_zone:
        given["time_zone"] = parent.time_zone
    return Organisation(kind=row.kind, parent=parent, **given)


def _wrong(
    found: Matched, line: int, name: str, code: str, text: str, guess: str = "", **values: Any
) -> None:
    column = words.HEADINGS[ORGANISATIONS][name][0]
    said = {"text": text, "guess": guess, **values}
    found.problems.append(RowProblem(SHEET, line, column, code, said))
