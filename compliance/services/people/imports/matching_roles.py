"""The sheet of people matched with known ones: who is new, what changes, what cannot be."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models.functions import Lower

from compliance.domain.folding import name_key
from compliance.domain.people import vocabulary as words
from compliance.domain.people.tables import PeopleTable, PersonRow, RowProblem, grouped
from compliance.domain.people.vocabulary import PEOPLE
from compliance.models import Membership, Organisation, User
from compliance.models.roles import Role
from compliance.services.people.accounts import RoleGrant, overlaps
from compliance.services.people.imports.matching import (
    Matched,
    Places,
    RowChange,
    match_organisations,
)
from compliance.services.people.rights import (
    ROLES_BY_KIND,
    administered,
    may_grant,
    may_manage,
    standing_among,
)

SHEET = "Люди"
USERNAME = re.compile(r"[\w.@+-]{1,150}")


def match_table(table: PeopleTable, user: User, today: date) -> Matched:
    """What storing the table as this person would do today."""
    found = Matched(problems=list(table.problems), examples=table.examples)
    places = Places(administered(user), user)
    match_organisations(table, places, found)
    _People(user, today, places, found).match(table.people)
    found.problems.sort(key=lambda one: (one.sheet != "Организации", one.line))
    return found


@dataclass
class _Held:
    """Known people by address and login, and their roles."""

    by_email: dict[str, User]
    by_login: dict[str, User]
    roles: dict[int, list[Membership]]


class _People:
    def __init__(self, user: User, today: date, places: Places, found: Matched) -> None:
        self.user, self.today, self.places, self.found = user, today, places, found
        self.names = (
            user.names_to_act_in()
        )  # each with their own duties: two rights do not add up to a third
        self.used: set[int] = set()  # roles that a row has been matched with
        self.given: dict[tuple[int, int, str], list[tuple[PersonRow, Membership]]] = {}

    def match(self, rows: list[PersonRow]) -> None:
        """Append the changes of people and roles."""
        held = self._held(rows)
        for mine, problem in grouped(rows):
            if problem is not None:
                self.found.problems.append(problem)
                continue
            try:
                change = self._person(mine, held)
            except _Unclear as unclear:
                self.found.problems.append(unclear.problem)
                continue
            self.found.people.append(change)
            self._roles(mine, change.thing, held.roles.get(change.thing.pk or 0, []))
        self._check_leaders()

    def _held(self, rows: list[PersonRow]) -> _Held:
        emails = {row.email for row in rows if row.email}
        logins = {row.login.lower() for row in rows if row.login} | emails
        known = {
            person.pk: person
            for field, values in (("email", emails), ("username", logins))
            for person in User.objects.alias(key=Lower(field)).filter(key__in=values)
        }
        roles: dict[int, list[Membership]] = defaultdict(list)
        memberships = Membership.objects.filter(user__in=list(known))
        for row in memberships.select_related("organisation__parent").order_by("pk"):
            roles[row.user_id].append(row)
        return _Held(
            {person.email.lower(): person for person in known.values() if person.email},
            {person.username.lower(): person for person in known.values()},
            roles,
        )

    def _person(self, rows: list[PersonRow], held: _Held) -> RowChange[User]:
        first = rows[0]
        email = next((row.email for row in rows if row.email), "")
        login = next((row.login for row in rows if row.login), "")
        by_email = held.by_email.get(email) if email else None
        by_login = held.by_login.get(login.lower()) if login else None
        if by_email and by_login and by_email.pk != by_login.pk:
            raise _Unclear(first, "login", "login_taken", login)
        person = by_email or by_login
        if person is None:
            return self._new(first, email, login, held)
        if not person.is_active:
            raise _Unclear(first, "full_name", "person_inactive", first.full_name)
        change = RowChange(person, first.line)
        if name_key(person.full_name) != name_key(first.full_name):
            change.want("full_name", first.full_name)
        if email and person.email.lower() != email:
            change.want("email", email)
        if by_email is None and {"full_name", "email"} <= change.after.keys():
            raise _Unclear(first, "login", "login_taken", login)  # hardly the same person
        if change.after and not self._may_manage(person, held):
            raise _Unclear(first, "email", "known_otherwise", email or login)
        return change

    def _may_manage(self, person: User, held: _Held) -> bool:
        standing = standing_among(held.roles.get(person.pk, []), self.today)
        return any(may_manage(name, person, standing) for name in self.names)

    def _new(self, row: PersonRow, email: str, login: str, held: _Held) -> RowChange[User]:
        username = login or email
        if username.lower() in held.by_login:
            raise _Unclear(row, "login", "login_taken", username)
        if not USERNAME.fullmatch(username):
            raise _Unclear(row, "login", "login_needed", username)
        return RowChange(User(username=username, full_name=row.full_name, email=email), row.line)

    # --- Roles -------------------------------------------------------------------------------

    def _roles(self, rows: list[PersonRow], person: User, known: list[Membership]) -> None:
        for row in rows:
            try:
                self._role(row, person, known)
            except _Unclear as unclear:
                self.found.problems.append(unclear.problem)

    def _role(self, row: PersonRow, person: User, known: list[Membership]) -> None:
        place = self._place(row)
        if not self._may_grant(row.role, place, person):
            raise _Unclear(row, "organisation", "outside_branch", row.organisation)
        earlier = self.given.setdefault((id(person), id(place), row.role), [])
        for other, membership in earlier:
            if overlaps(membership, _grant(row)):
                raise _Unclear(row, "role", "repeated", row.full_name, other=other.line)
        same = [one for one in known if one.role == row.role and one.organisation_id == place.pk]
        held = self._held_role(row, [one for one in same if one.pk not in self.used])
        if held is None and not row.starts_on and same:
            raise _Unclear(row, "starts_on", "role_over", _day(same[-1].ends_on))
        change = self._wanted(row, person, place, held)
        if _is_reversed(change.thing):
            raise _Unclear(row, "ends_on", "ends_before_start", _day(change.thing.ends_on))
        earlier.append((row, change.thing))
        self.found.roles.append(change)

    def _place(self, row: PersonRow) -> Organisation:
        places = self.places.named(row.organisation)
        if len(places) != 1:
            code = "ambiguous_organisation" if places else "unknown_organisation"
            guess = "" if places else self.places.guess(row.organisation)
            raise _Unclear(row, "organisation", code, row.organisation, guess)
        place = places[0]
        if not place.is_active:
            raise _Unclear(row, "organisation", "organisation_closed", row.organisation)
        if row.role not in ROLES_BY_KIND[place.kind]:
            raise _Unclear(row, "role", "role_does_not_fit", words.ROLES[row.role][0])
        return place

    def _may_grant(self, role: str, place: Organisation, person: User) -> bool:
        """As on the person's page: a substitute grants themselves nothing in another's name."""
        while not place.pk and place.parent:
            place = place.parent  # what the table adds is in the branch of its parent
        names = self.names[:1] if person.pk == self.user.pk else self.names
        return any(may_grant(name, role, place) for name in names)

    def _held_role(self, row: PersonRow, same: list[Membership]) -> Membership | None:
        """The person's existing role that the row means; one long ended is not meant."""
        lasting = [one for one in same if not self._is_over(one.ends_on)]
        for one in same:
            if row.starts_on and one.starts_on == row.starts_on:
                return one
        for one in lasting:
            if row.starts_on is None or overlaps(one, _grant(row)):
                return one
        past = [one for one in same if one not in lasting and row.ends_on is not None]
        return next((one for one in past if one.ends_on == row.ends_on), None)

    def _wanted(
        self, row: PersonRow, person: User, place: Organisation, held: Membership | None
    ) -> RowChange[Membership]:
        if held is None:
            return RowChange(
                Membership(
                    user=person,
                    organisation=place,
                    role=row.role,
                    post=row.post,
                    starts_on=row.starts_on,
                    ends_on=row.ends_on,
                ),
                row.line,
            )
        self.used.add(held.pk)
        held.user = person
        change = RowChange(held, row.line)
        for name in ("post", "starts_on", "ends_on"):
            change.want(name, getattr(row, name))
        return change

    def _is_over(self, ends_on: date | None) -> bool:
        return ends_on is not None and ends_on < self.today

    # --- One director at a time --------------------------------------------------------------

    def _check_leaders(self) -> None:
        """A problem for each director of an institution that already has another."""
        wanted = [
            change
            for change in self.found.roles
            if change.thing.role == Role.DIRECTOR and not self._is_over(change.thing.ends_on)
        ]
        known = Membership.objects.lasting(self.today).filter(
            role=Role.DIRECTOR,
            organisation__in={one.thing.organisation_id for one in wanted} - {None},
            user__is_active=True,
        )
        present: dict[int, list[Membership]] = defaultdict(list)
        for role in known.select_related("user"):
            if role.pk not in self.used:
                present[role.organisation_id].append(role)
        seen: dict[str, list[Membership]] = defaultdict(list)
        for change in wanted:
            role, place = change.thing, change.thing.organisation
            earlier = seen[name_key(place.name) + place.path]
            for other in [*present.get(place.pk or 0, []), *earlier]:
                if other.user != role.user and overlaps(other, role):
                    title = words.HEADINGS[PEOPLE]["role"][0]
                    said = {"text": str(place), "guess": str(other.user)}
                    problem = RowProblem(SHEET, change.line, title, "two_leaders", said)
                    self.found.problems.append(problem)
                    break
            earlier.append(role)


class _Unclear(Exception):
    """A row that cannot be accepted, and the cell to blame."""

    def __init__(
        self, row: PersonRow, name: str, code: str, text: str, guess: str = "", **values: object
    ) -> None:
        super().__init__(code)
        title = words.HEADINGS[PEOPLE][name][0]
        said = {"text": text, "guess": guess, **values}
        self.problem = RowProblem(SHEET, row.line, title, code, said)


def _grant(row: PersonRow) -> RoleGrant:
    return RoleGrant(0, row.role, "", row.starts_on, row.ends_on)


def _is_reversed(role: Membership) -> bool:
    return bool(role.starts_on and role.ends_on and role.ends_on < role.starts_on)


def _day(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else ""
