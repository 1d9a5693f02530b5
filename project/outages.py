"""What a person sees when something has failed."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from redis.exceptions import RedisError

AWAY = (OperationalError, InterfaceError, RedisError)  # a service that we depend on does not answer
RETRY_AFTER = "60"  # seconds


def broken(request: HttpRequest) -> HttpResponse:
    """503 when the database or Redis is away and will be back, else 500: the fault is ours.

    The page needs neither of them.
    """
    if isinstance(sys.exc_info()[1], AWAY):
        headers = {"Retry-After": RETRY_AFTER}
        return HttpResponse(render_to_string("503.html"), status=503, headers=headers)
    return HttpResponse(render_to_string("500.html"), status=500)
