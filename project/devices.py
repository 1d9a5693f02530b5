"""Browsers that know a person: once signed in on one, they are not locked out by others' guesses.

A signed cookie names the latest few people whom the browser knows. It lets nobody in: it only gives
its browser a count of wrong passwords of its own. A changed password ends every cookie about it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from compliance.models import User

COOKIE, SALT = "known_to", "vekha.known-device"
LASTS = timedelta(days=365)
PEOPLE = 5  # that one browser knows, as at a desk that a shift shares

Entry = tuple[int, str, str]
"""A person's id, the number of this browser for them, and the seal of both with the password."""


def device_of(request: HttpRequest, login: str) -> str:
    """The number of this browser if it knows the person with this name or e-mail, else "".

    It costs the same for a name that somebody has and for one that nobody has.
    """
    entries = _entries(request)
    people = User.objects.in_bulk([pk for pk, _number, _seal in entries]) if entries else {}
    wanted, found = login.lower(), ""
    for pk, number, seal in entries:
        person = people.get(pk)
        if person is None or wanted not in {person.username.lower(), person.email.lower()}:
            continue
        if any(constant_time_compare(seal, one) for one in _seals(person, number)):
            found = number
    return found


def remember(request: HttpRequest, person: User) -> None:
    """Let the answer to this request make the browser know the person."""
    request.known_person = person  # type: ignore[attr-defined]


class KnownDeviceMiddleware:
    """Gives the browser its cookie when somebody has come in, or has changed their password."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        person: User | None = getattr(request, "known_person", None)
        if person is not None:
            number = secrets.token_urlsafe(12)
            others = [one for one in _entries(request) if one[0] != person.pk]
            entries = [(person.pk, number, _seals(person, number)[0]), *others][:PEOPLE]
            response.set_cookie(
                COOKIE,
                signing.dumps(entries, salt=SALT),
                max_age=LASTS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def _entries(request: HttpRequest) -> list[Entry]:
    """The people in the cookie; none when it was not written here, or too long ago."""
    value = request.COOKIES.get(COOKIE, "")
    try:
        return [tuple(one) for one in signing.loads(value, salt=SALT, max_age=LASTS)]
    except signing.BadSignature:
        return []


def _seals(person: User, number: str) -> list[str]:
    """The seal under the site's key, then under each key that it had before."""
    words = f"{person.pk}|{number}|{person.password}"
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(SALT, words, secret=key, algorithm="sha256").hexdigest() for key in keys]
