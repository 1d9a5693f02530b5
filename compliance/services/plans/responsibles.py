"""Who can be responsible for a measure of a plan: the choices, and whom a code or a name means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property

from compliance.domain.folding import name_key
from compliance.domain.refusals import Refusal
from compliance.models import MeasureVersion, Membership, Organisation, Plan, Responsible, User
from compliance.models.organisations import names_apart
from compliance.services.plans.drafts import ResponsibleDraft

PERSON = "person-"  # begins the code of a person; other codes are ids of organisations and kinds
MOST_PEOPLE = 1000  # whom a list of a page offers
NAMED = 5  # names in a refusal


def code_of(party: Responsible | None) -> str:
    """The code of a party that a plan names; empty while it is not known who that is."""
    if party is None or party.kind == Responsible.Kind.UNKNOWN:
        return ""
    if party.person_id:
        return f"{PERSON}{party.person_id}"
    return str(party.organisation_id or party.kind)


def lead_of(version: MeasureVersion) -> Responsible | None:
    """The first responsible party of a measure, which leads."""
    return next(iter(version.responsibles.all()), None)


class Parties:
    """Everybody who can be responsible in one plan: `names` has the name of each by its code.

    Codes in `also` are offered, too, although the person has left: a text names them already.
    """

    def __init__(self, plan: Plan, also: Iterable[str] = ()) -> None:
        self.plan = plan
        known = set(also)
        people = self._people([code.removeprefix(PERSON) for code in known if PERSON in code])
        kind = Responsible.Kind.INSTITUTIONS
        self.names = {
            str(plan.organisation_id): str(plan.organisation),
            **_told_apart(people),
            **({str(kind): str(kind.label)} if plan.is_regional else {}),
            **self._places(code for code in known if code.isdigit()),
            str(Responsible.Kind.EXTERNAL): str(Responsible.Kind.EXTERNAL.label),
        }

    @classmethod
    def of(cls, plan: Plan, versions: Iterable[MeasureVersion]) -> Parties:
        """The parties of a plan, with all who lead these measures."""
        return cls(plan, {code_of(lead_of(one)) for one in versions})

    def _people(self, named: Collection[str]) -> list[User]:
        here = Membership.objects.lasting(timezone.localdate()).filter(
            organisation__path__startswith=self.plan.organisation.path
        )
        offered = User.objects.filter(is_active=True, pk__in=here.values("user"))
        kept = User.objects.filter(pk__in=named)
        found = {one.pk: one for one in [*offered.order_by("full_name", "pk")[:MOST_PEOPLE], *kept]}
        return sorted(found.values(), key=lambda one: (one.full_name, one.pk))

    def _places(self, named: Iterable[str]) -> dict[str, str]:
        """The names of the organisations by code: one that was closed is still named."""
        known = Q(pk__in=[*named, self.plan.organisation_id])
        if self.plan.is_regional:
            known |= Q(path__startswith=self.plan.organisation.path, is_active=True)
        rows = names_apart(Organisation.objects.filter(known))
        return {str(pk): name for pk, name in rows.items()}

    def code(self, words: str) -> str:
        """The code of the one party that the words name, in any order of words, also by initials.

        Each word must be a word of the name or an initial: a name half written names nobody.
        Raises Refusal when it is nobody's name or several have it.
        """
        asked = sorted(name_key(words).split(), key=len, reverse=True)
        in_order = sorted(asked)
        known = self._words
        whole = [code for code, name in known.items() if sorted(name) == in_order]
        found = whole or [code for code, name in known.items() if asked and _fits(asked, name)]
        if not found:
            raise Refusal("party_unknown", name=words)
        if len(found) > 1:
            names = "; ".join(self.names[code] for code in found[:NAMED])
            raise Refusal("party_unclear", name=words, names=names)
        return found[0]

    @cached_property
    def _words(self) -> dict[str, list[str]]:
        return {code: name_key(name).split() for code, name in self.names.items()}

    def party(self, code: str, words: str) -> ResponsibleDraft:
        """The responsible party with this code, written so in the plan."""
        if code not in self.names:
            raise Refusal("party_unknown", name=words)
        if code.startswith(PERSON):
            person = User.objects.get(pk=code.removeprefix(PERSON))
            return ResponsibleDraft(words, Responsible.Kind.PERSON, self._place_of(person), person)
        if code.isdigit():
            organisation = Organisation.objects.get(pk=code)
            return ResponsibleDraft(words, Responsible.Kind.ORGANISATION, organisation)
        return ResponsibleDraft(words, code)

    def _place_of(self, person: User) -> Organisation:
        place = (
            person.memberships.standing(timezone.localdate())
            .filter(organisation__path__startswith=self.plan.organisation.path)
            .first()
        )
        return place.organisation if place else self.plan.organisation


def _fits(asked: list[str], name: list[str]) -> bool:
    """Whether each word asked for is another word of the name, or an initial of one."""
    left = list(name)
    for word in asked:  # the longest first: what is left are initials
        fitting = (one for one in left if one == word or (len(word) == 1 and one[0] == word))
        if (taken := next(fitting, None)) is None:
            return False
        left.remove(taken)
    return True


def _told_apart(people: list[User]) -> dict[str, str]:
    """The names by code; people of one name are told apart by their logins."""
    often = Counter(name_key(str(one)) for one in people)
    return {
        f"{PERSON}{one.pk}": str(one)
        if often[name_key(str(one))] == 1
        else f"{one} ({one.username})"
        for one in people
    }
