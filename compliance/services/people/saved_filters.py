"""Filters that a person keeps: saved under a name, replaced under the same, deleted."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.http import QueryDict

from compliance.domain.refusals import Refusal
from compliance.models import SavedFilter, User

MOST: Final = 20  # of one person for one list: more of them no longer help anybody to find one

LONGEST: Final = 2000  # characters of an address that are kept; a Russian letter takes six


@transaction.atomic
def save_filter(person: User, page: str, name: str, query: str) -> SavedFilter:
    """The filter saved; one of the same name is replaced.

    Raises Refusal when nothing is asked for, the address is too long, or there are too many.
    """
    asked = QueryDict(query, mutable=True)
    asked.pop("page", None)  # the place in the list is no part of what is asked for
    words = asked.urlencode()
    if not any(value for values in asked.lists() for value in values[1]):
        raise Refusal("filter_empty")
    if len(words) > LONGEST:
        raise Refusal("filter_too_long")
    mine = SavedFilter.objects.filter(person=person, page=page)
    if mine.exclude(name=name).count() >= MOST:
        raise Refusal("filters_too_many", limit=MOST)
    found, _is_new = SavedFilter.objects.update_or_create(
        person=person, page=page, name=name, defaults={"query": words}
    )
    return found
