"""What every view here needs: the signed-in person, and the way back."""

from __future__ import annotations

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from compliance.models import User

ROWS = 25


def person(request: HttpRequest) -> User:
    """The signed-in person; the login middleware has let nobody else through."""
    assert isinstance(request.user, User)
    return request.user


def page_of(rows: QuerySet, request: HttpRequest, size: int = ROWS) -> Page:
    """The page of a list that the address asks for; a wrong number gives the nearest page."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def way_back(request: HttpRequest, default: str) -> str:
    """Where a form says to go next, if that is on this site; else the default."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if safe else default
