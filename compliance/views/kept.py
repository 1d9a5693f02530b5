"""What a person typed into a form that was not accepted: shown again, and kept over a login.

A form that arrives after its session has lapsed is kept, without files and secrets, in the new
session in this browser, under the id of the person who sent it. Only they see it again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from compliance.views.requests import form_on, way_back

KEPT_FOR = timedelta(days=7)
MOST_FORMS = 5
MOST_CHARACTERS = 100_000  # of one form: more than any field accepts
SESSION_KEY = "kept_forms"
COOKIE = "last_person"  # who was signed in last in this browser
SECRET = re.compile(r"csrf|password|token|secret|^code$|^login$", re.IGNORECASE)
CHOSEN = re.compile(r"[A-Za-z0-9_.-]{0,60}")  # ids, dates, codes of choices, which nobody typed
NEVER = ("/accounts/", "/admin/login/", "/invitation/")


@dataclass(frozen=True)
class KeptForm:
    """One form as it arrived: where it was sent, when, and its fields in their order."""

    action: str
    at: datetime
    fields: list[list[str]]

    @property
    def typed(self) -> list[list[str]]:
        """The fields that somebody typed into."""
        return [pair for pair in self.fields if not CHOSEN.fullmatch(pair[1])]

    @property
    def chosen(self) -> list[list[str]]:
        """The fields that were in the page, or were chosen from it."""
        return [pair for pair in self.fields if CHOSEN.fullmatch(pair[1])]


def fields_of(request: HttpRequest) -> list[list[str]]:
    """Name and value of each field that was sent, except secrets and files."""
    if request.method != "POST" or request.path.startswith(NEVER):
        return []
    pairs = [[name, one] for name, values in request.POST.lists() for one in values]
    plain = [pair for pair in pairs if not SECRET.search(pair[0])]
    return plain if sum(len(value) for _name, value in plain) <= MOST_CHARACTERS else []


def remember_person(request: HttpRequest, response: HttpResponse) -> None:
    """Store in the browser who is signed in: that person sends the forms shown now.

    Each login changes the token of all forms, so a form that passes that check without a session
    belongs to the person who signed in last.
    """
    if request.user.is_authenticated and _last_person(request) != request.user.pk:
        response.set_cookie(
            COOKIE,
            signing.dumps(request.user.pk, salt=COOKIE),
            max_age=KEPT_FOR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def _last_person(request: HttpRequest) -> int | None:
    try:
        found: int = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=KEPT_FOR)
    except signing.BadSignature:
        return None
    return found


def keep_form(request: HttpRequest) -> bool:
    """Whether the form that came without a session was kept for the person who sent it."""
    person, fields = _last_person(request), fields_of(request)
    if person is None or not any(not CHOSEN.fullmatch(value) for _name, value in fields):
        return False
    kept = {
        "person": person,
        "action": request.get_full_path(),
        "at": timezone.now().isoformat(),
        "fields": fields,
    }
    others = [one for one in _all(request) if one["action"] != kept["action"]]
    request.session[SESSION_KEY] = [*others, kept][-MOST_FORMS:]
    return True


def _all(request: HttpRequest) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = request.session.get(SESSION_KEY, [])
    return found


def kept_forms(request: HttpRequest) -> list[KeptForm]:
    """The person's own forms that were kept; those of others are dropped."""
    if not request.user.is_authenticated or SESSION_KEY not in request.session:
        return []
    since = (timezone.now() - KEPT_FOR).isoformat()
    rows = _all(request)
    own = [one for one in rows if one["person"] == request.user.pk and one["at"] > since]
    if len(own) < len(rows):
        request.session[SESSION_KEY] = own
    return [
        KeptForm(one["action"], datetime.fromisoformat(one["at"]), one["fields"]) for one in own
    ]


def forget_form(request: HttpRequest, action: str) -> None:
    """Drop what was kept of a form: it has been sent again, or is not wanted."""
    if SESSION_KEY in request.session:
        rest = [one for one in _all(request) if one["action"] != action]
        request.session[SESSION_KEY] = rest


@form_on("home")
def drop(request: HttpRequest) -> HttpResponse:
    """Discard a kept form."""
    forget_form(request, request.POST.get("action", ""))
    messages.success(request, _("The draft has been thrown away."))
    return redirect(way_back(request, "/"))


def page(request: HttpRequest) -> dict[str, Any]:
    """For every page: the person's kept forms and, where a form was refused, what was typed."""
    return {
        "kept_forms": SimpleLazyObject(lambda: kept_forms(request)),
        "typed": SimpleLazyObject(
            lambda: [value for _name, value in fields_of(request) if not CHOSEN.fullmatch(value)]
        ),
    }
