"""The search in the header: everything that the person may open, by words."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from compliance.domain.folding import SHORTEST_PIECE
from compliance.models.jurisdictions import OVERSEEING
from compliance.services.acts import Act
from compliance.services.boards.search import Kind, Sought, found
from compliance.views.requests import person
from notifications.views.paging import KeysetPage, Listing, page_of

SHOWN = 10  # of each kind on the first page
ALL_WORDS = {
    Kind.PLANS: _("All these plans"),
    Kind.MEASURES: _("All these measures"),
    Kind.ORGANISATIONS: _("All these organisations"),
    Kind.PEOPLE: _("All these people"),
    Kind.PETITIONS: _("All these petitions"),
}


@dataclass(frozen=True)
class Found:
    """What is found of one kind: its first rows, or a page of all of them."""

    kind: Kind
    page: KeysetPage
    all_words: str
    all_url: str


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The first of each kind with how many there are, or all of the kind in the address."""
    user, typed = person(request), request.GET.get("q", "").strip()
    sought, only = Sought.of(typed), request.GET.get("kind", "")
    is_whole = only in Kind.values
    results = []
    if sought.words:
        today = Act.of(request).local_day()
        for kind in [Kind(only)] if is_whole else Kind:
            rows = found(user, kind, sought.words, today)
            page = page_of(rows, request) if is_whole else Listing(rows).page("", SHOWN)
            if page.object_list:
                results.append(Found(kind, page, str(ALL_WORDS[kind]), _list(kind, sought.words)))
    context = {
        "searched": typed,
        "sought": sought,
        "results": results,
        "is_whole": is_whole,
        "shortest": SHORTEST_PIECE,
        "opens_board": bool(user.jurisdiction().roles & OVERSEEING),
    }
    return render(request, "boards/search.html", context)


def _list(kind: Kind, words: str) -> str:
    """The address of all that is found of a kind: its own list, where that finds by words too."""
    if kind == Kind.PLANS:
        return f"{reverse('plans')}?{urlencode({'q': words})}"
    if kind == Kind.PEOPLE:
        return f"{reverse('people')}?{urlencode({'q': words, 'show': 'all'})}"
    return f"{reverse('search')}?{urlencode({'q': words, 'kind': kind})}"
