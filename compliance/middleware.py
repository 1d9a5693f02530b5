"""The one place where a refusal becomes a page: right status, one sentence, the way back."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from compliance.domain.refusals import Refusal
from compliance.models import User
from compliance.wording.refusals import sentence


class RefusalMiddleware:
    """Turns a Refusal raised by a view into a page (or, for htmx, a line) with its status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer to a refusal; None leaves other errors to Django."""
        if not isinstance(error, Refusal):
            return None
        return refusal_page(request, sentence(error), error.status)


class LocalTimeMiddleware:
    """Shows times and dates in the time zone of the person's organisation (Russia has eleven)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        duties = request.user.jurisdiction().duties if isinstance(request.user, User) else ()
        zone = duties[0].time_zone if duties else settings.TIME_ZONE
        with timezone.override(ZoneInfo(zone)):
            response = self.get_response(request)
        if isinstance(request.user, User) and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"  # shared computers are usual here
        return response


def refusal_page(request: HttpRequest, words: str, status: int) -> HttpResponse:
    """A page that says in one sentence why not, with the way back."""
    return render(request, "refusal.html", {"sentence": words, "status": status}, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a person whose form outlived its session."""
    if request.accepts("application/json") and not request.accepts("text/html"):
        return JsonResponse({"vekha": "stale"}, status=403)
    words = gettext("The page was open for too long. Go back, reload it and press again.")
    return refusal_page(request, words, 403)
