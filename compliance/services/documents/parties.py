"""Which of our organisations and people a document means: its own, and each responsible party."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from django.utils import timezone

from compliance.domain.documents.reading import Document, Kind
from compliance.domain.documents.reading import Responsible as ReadParty
from compliance.domain.folding import name_key
from compliance.domain.people.names import has_surname, is_named
from compliance.domain.refusals import Refusal
from compliance.models import Membership, Organisation, Responsible, User
from compliance.models.roles import Role
from compliance.services.plans.drafts import ResponsibleDraft

OUTSIDE = re.compile(r"\bиные\b|\bнекоммерческ|\bнко\b|\bволонт[её]р|\bблаготворительн")
COUNCIL = re.compile(r"\bобщественн\w+ совет")
MANY_INSTITUTIONS = re.compile(
    r"^(?:все |подведомственные |областные |государственные )*(?:организации|учреждения)\b"
)
AUTHORITY = re.compile(r"^(?:департамент|министерство|управление|комитет)$")
UNIT_OF_AUTHORITY = re.compile(
    r"^(?:отдел|сектор|управлени)\w*\b.*\b(?:департамента|министерства|управления|комитета)\b"
)
POST = re.compile(
    r"\b(?:директор|руководител|заведующ|начальник|заместител|зам\b|специалист|инженер|юрис|"
    r"бухгалтер|врач|медсестр|сестр|психолог|воспитател|педагог|методист|программист|комендант|"
    r"культорганизатор|администраци|учреждени|отделени|сотрудник|работник)"
)


def find_organisation(document: Document, name: str | None = None) -> Organisation:
    """Whose plan or rating it is: by the given name, the document's own, or the only ministry.

    Raises Refusal: unknown_organisation, ambiguous_organisation or organisation_needed.
    """
    if name:
        return organisation_named(name, is_partial=True)
    if document.organization:
        try:
            return organisation_named(document.organization)
        except Refusal as refusal:
            if refusal.code != "unknown_organisation" or document.kind is Kind.INSTITUTION_PLAN:
                raise
    return _only_ministry(document)


def organisation_named(name: str, *, is_partial: bool = False) -> Organisation:
    """The one organisation of this name or short name, or the one whose name contains it."""
    sought = name_key(name)
    rows = [
        (pk, {name_key(full), name_key(short)} - {""})
        for pk, full, short in Organisation.objects.active().values_list("pk", "name", "short_name")
    ]
    found = [pk for pk, keys in rows if sought in keys]
    if not found and is_partial and sought:
        found = [pk for pk, keys in rows if any(sought in one for one in keys)]
    if len(found) > 1:
        raise Refusal("ambiguous_organisation", name=name)
    if not found:
        raise Refusal("unknown_organisation", name=name)
    return Organisation.objects.get(pk=found[0])


def _only_ministry(document: Document) -> Organisation:
    if document.kind is Kind.INSTITUTION_PLAN:
        raise Refusal("organisation_needed")
    ministries = list(Organisation.objects.active().filter(kind=Organisation.Kind.MINISTRY)[:2])
    if len(ministries) != 1:
        raise Refusal("organisation_needed")
    return ministries[0]


def _keys(organisation: Organisation) -> set[str]:
    """What the organisation is called: name and short name, as names are matched."""
    return {name_key(organisation.name), name_key(organisation.short_name)} - {""}


class Parties:
    """The organisations and people that a plan's responsible parties can mean."""

    def __init__(self, organisation: Organisation, document: Document) -> None:
        self.own = organisation
        self.is_regional = organisation.kind == Organisation.Kind.MINISTRY
        region = Organisation.objects.active().filter(path__startswith=organisation.root_path)
        # None where several have the name: a person says which one is meant.
        self.by_key: dict[str, Organisation | None] = {}
        for row in region:
            for one in _keys(row):
                self.by_key[one] = None if one in self.by_key else row
        self.ministry = next(
            (row for row in region if row.path == organisation.root_path), organisation
        )
        self.councils = [row for row in region if row.kind == Organisation.Kind.COUNCIL]
        own_names = _keys(organisation) | {name_key(document.organization or "")}
        self.by_key.update(dict.fromkeys(own_names - {""}, organisation))
        self.people = list(
            Membership.objects.lasting(timezone.localdate())
            .filter(organisation=organisation, user__is_active=True)
            .exclude(user__full_name="")
            .select_related("user")
        )

    def drafts(self, parties: Iterable[ReadParty]) -> tuple[ResponsibleDraft, ...]:
        """Each party of a measure as written, with what it means in the system, if known."""
        return tuple(self._draft(party) for party in parties)

    def _draft(self, party: ReadParty) -> ResponsibleDraft:
        words = name_key(party.name)
        kinds = Responsible.Kind
        if party.by_agreement or OUTSIDE.search(words):
            return ResponsibleDraft(party.text, kinds.EXTERNAL)
        if meant := self._people(party.text):
            if len(meant) > 1:
                return ResponsibleDraft(party.text, kinds.UNKNOWN, candidates=meant)
            return ResponsibleDraft(party.text, kinds.PERSON, self.own, meant[0])
        if self.is_regional and words not in self.by_key and MANY_INSTITUTIONS.match(words):
            return ResponsibleDraft(party.text, kinds.INSTITUTIONS)
        organisation = self._organisation(words)
        kind = kinds.ORGANISATION if organisation else kinds.UNKNOWN
        return ResponsibleDraft(party.text, kind, organisation)

    def _people(self, words: str) -> tuple[User, ...]:
        """The members whom the words can mean: by name and initials, else by surname beside a post,
        else by the post alone. Who directs is meant by the organisation, so that a new director
        takes the work over.
        """
        key = name_key(words)
        has_post = bool(POST.search(key))
        tests: tuple[Callable[[Membership], bool], ...] = (
            lambda row: is_named(row.user.full_name, words),
            lambda row: has_post and has_surname(row.user.full_name, words),
            lambda row: row.role != Role.DIRECTOR and bool(key) and name_key(row.post) == key,
        )
        for test in tests:
            if found := {row.user_id: row.user for row in self.people if test(row)}:
                return tuple(found.values())
        return ()

    def _organisation(self, words: str) -> Organisation | None:
        if words in self.by_key:
            return self.by_key[words]
        if AUTHORITY.match(words) or UNIT_OF_AUTHORITY.match(words):
            return self.ministry
        if COUNCIL.search(words):
            return self.councils[0] if len(self.councils) == 1 else None
        if not self.is_regional and POST.search(words):
            return self.own
        return None
