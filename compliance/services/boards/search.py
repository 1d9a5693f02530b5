"""Everything that a person may open, by words: plans, measures, institutions, people, petitions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from compliance.domain.folding import search_words, tells
from compliance.models import MeasureVersion, Organisation, Petition, Plan, User
from compliance.models.searching import naming
from compliance.services.people import lists


class Kind(models.TextChoices):
    """What is searched, in the order in which it is shown."""

    PLANS = "plans", _("Plans")
    MEASURES = "measures", _("Measures")
    ORGANISATIONS = "organisations", _("Organisations")
    PEOPLE = "people", _("People")
    PETITIONS = "petitions", _("Petitions")


@dataclass(frozen=True)
class Sought:
    """The words of a search: those that are looked for, and those too short for it."""

    words: str
    too_short: str

    @classmethod
    def of(cls, text: str) -> Sought:
        """What somebody has typed, in two parts."""
        words = search_words(text)
        return cls(
            " ".join(word for word in words if tells(word)),
            " ".join(word for word in words if not tells(word)),
        )


def found(user: User, kind: str, words: str, today: date) -> QuerySet[Any]:
    """What the person may open of a kind and each of the words is in, with what a row prints.

    In the order of the list. The words are `Sought.words`: without any there is everything.
    """
    return FINDERS[Kind(kind)](user, words, today)


def _plans(user: User, words: str, _today: date) -> QuerySet[Plan]:
    return Plan.objects.visible_to(user).naming(words).select_related("organisation")


def _measures(user: User, words: str, _today: date) -> QuerySet[MeasureVersion]:
    """By the words of the measure alone: an institution's name would find all of its measures."""
    rows = naming(MeasureVersion.objects.shown_to(user), words, "text")
    return rows.select_related("revision__plan__organisation").order_by(
        "-revision__plan__period_start", "pk"
    )


def _organisations(user: User, words: str, _today: date) -> QuerySet[Organisation]:
    rows = Organisation.objects.visible_to(user)
    return naming(rows, words, "name", "short_name", "municipality")


def _people(user: User, words: str, today: date) -> QuerySet[User]:
    wanted = lists.PeopleSelection(show=lists.PeopleShow.ALL, words=words)
    return lists.with_roles(lists.listed(user, wanted, today), user, today)


def _petitions(user: User, words: str, _today: date) -> QuerySet[Petition]:
    place = "occurrence__organisation"
    fields = ("reason", "occurrence__version__text", f"{place}__name", f"{place}__short_name")
    return naming(Petition.objects.visible_to(user), words, *fields).with_texts()


FINDERS: dict[Kind, Callable[[User, str, date], QuerySet[Any]]] = {
    Kind.PLANS: _plans,
    Kind.MEASURES: _measures,
    Kind.ORGANISATIONS: _organisations,
    Kind.PEOPLE: _people,
    Kind.PETITIONS: _petitions,
}
