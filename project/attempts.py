"""How many wrong passwords are allowed: per address, per login from one address, and per login.

Somebody who guesses is locked out at their own address only. The limit of one login from all
addresses together is far higher and soon over: it slows down many who guess at once. A browser
that knows the person has a count of its own.

Besides, tries are counted whether the password was right or wrong: nobody floods the site with
logins. That, too, is counted apart for browsers that know the person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from allauth.core.internal import ratelimit
from django.http import HttpRequest

OF_ADDRESS = "10/m/ip"
OF_LOGIN_FROM_ADDRESS = "5/5m/key"
OF_LOGIN = "50/10m/key"
OF_DEVICE = "5/5m/key"
TRIES_OF_ADDRESS = "30/m/ip"
TRIES_OF_KNOWN = "30/m/key"
APP, ACTION, TRIES = "vekha", "wrong_password", "login"


@dataclass(frozen=True)
class Limit:
    """So many tries in so much time, counted by `key`, or by the request's address without one."""

    rate: str
    key: str = ""
    app: str = APP
    action: str = ACTION

    @property
    def is_of_login(self) -> bool:
        """Whether it locks one login, and not a whole address."""
        return bool(self.key)


def limits_of(request: HttpRequest, login: str) -> tuple[Limit, ...]:
    """The limits for wrong passwords of this login in a browser that does not know the person.

    The last one counts all addresses together: tries that the other two refuse do not reach it.
    """
    here = ratelimit.get_ip(request)
    return (
        Limit(OF_LOGIN_FROM_ADDRESS, f"{login} from {here}"),
        Limit(OF_ADDRESS),
        Limit(OF_LOGIN, f"{login} from anywhere"),
    )


def limits_of_device(device: str) -> tuple[Limit, ...]:
    """The limit for wrong passwords in a browser that knows the person."""
    return (Limit(OF_DEVICE, f"device {device}"),)


def limit_of_tries(login: str, *, is_known: bool) -> Limit:
    """The limit for all tries, right or wrong: of the address, or of browsers that know the person.

    The latter is one for them all: each new login gives its browser another number.
    """
    if is_known:
        return Limit(TRIES_OF_KNOWN, f"{login} where known", action=TRIES)
    return Limit(TRIES_OF_ADDRESS, action=TRIES)


def consume(request: HttpRequest, limits: Iterable[Limit]) -> ratelimit.RateLimitUsage | None:
    """One try taken from each of the limits, which can be given back; None if one has none left."""
    taken = ratelimit.RateLimitUsage(usage=[])
    for limit in limits:
        usage = _ask(request, limit)
        if usage is None:
            return None
        taken.usage += usage.usage
    return taken


def is_open(request: HttpRequest, limits: Iterable[Limit]) -> bool:
    """Whether each of the limits has a try left; none is taken."""
    return all(_ask(request, limit, dry_run=True) is not None for limit in limits)


def forget(request: HttpRequest, limits: Iterable[Limit]) -> None:
    """Let the wrong tries for the login count no more."""
    for limit in limits:
        if limit.is_of_login:
            config = {limit.action: limit.rate}
            ratelimit.clear(
                request, app=limit.app, action=limit.action, config=config, key=limit.key
            )


def _ask(
    request: HttpRequest, limit: Limit, *, dry_run: bool = False
) -> ratelimit.RateLimitUsage | None:
    return ratelimit.consume(
        request,
        app=limit.app,
        action=limit.action,
        config={limit.action: limit.rate},
        key=limit.key or None,
        dry_run=dry_run,
    )
