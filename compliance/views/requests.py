"""What every view needs: the signed-in person, the way back, a form's page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from compliance.models import User


def person(request: HttpRequest) -> User:
    """The signed-in person; the login middleware lets nobody else through."""
    assert isinstance(request.user, User)
    return request.user


def id_of(text: str) -> int:
    """The id that an address or a form sends; 0, which no row has, if it is not one."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def ids_of(texts: Iterable[str]) -> list[int]:
    """The ids among what a form sends, in order."""
    return [found for text in texts if (found := id_of(text))]


def way_back(request: HttpRequest, default: str) -> str:
    """Where the address or a form says to go next, if that is on this site; else the default."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours and wanted.startswith("/") else default


View = Callable[..., HttpResponse]


def form_on(page: str | Callable[..., str], *named_by: str) -> Callable[[View], View]:
    """Mark a view that a form posts to with the page that has the form.

    The page is a URL name, with the keyword arguments of the view that it needs, or a function of
    the request and all of them. Whoever opens the view's own address, after a login, a reload or
    from a bookmark, is sent to that page: an address that only takes a POST shows nothing.
    """

    def posted_to(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, **given: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, **given)
            if request.method in {"GET", "HEAD"}:
                return redirect(address_of(request, given))
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])

        def address_of(request: HttpRequest, given: dict[str, Any]) -> str:
            if callable(page):
                return page(request, **given)
            return reverse(page, kwargs={name: given[name] for name in named_by})

        answered.page_of_form = None if callable(page) else address_of  # type: ignore[attr-defined]
        return answered

    return posted_to
