"""Where the provider reports on letters: one address, behind the secret."""

from __future__ import annotations

import logging
from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.utils import get_request_basic_auth
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications.services.reports import as_report, take_report

LARGEST_BODY = 2**20
MOST_EVENTS = 1000  # of one call: no provider sends so many

logger = logging.getLogger("vekha.notifications")


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def mail_reports(request: HttpRequest) -> HttpResponse:
    """200 when the call was accepted, whatever it said; 403 without the secret, 400 for rubbish.

    Providers check once with GET or HEAD that somebody is there. Where no secret is set there is
    no such address.
    """
    if not settings.MAIL_REPORTS:
        raise Http404
    if not _knows_the_secret(request):
        return HttpResponse(status=403)
    if request.method != "POST":
        return HttpResponse()
    size = request.headers.get("Content-Length", "")
    if not size.isdecimal() or len(size) > 12 or int(size) > LARGEST_BODY:
        return HttpResponse(status=413 if size.isdecimal() else 400)
    try:
        events = _events(request)
        reports = [as_report(event) for event in events[:MOST_EVENTS]]
    except AnymailWebhookValidationFailure as error:
        logger.warning("A report about letters was refused: %s", error)
        return HttpResponse(status=403)
    except Exception as error:  # what comes from outside may be anything
        logger.warning("A report about letters cannot be read: %s", type(error).__name__)
        return HttpResponse(status=400)
    now = timezone.now()
    for report in reports:
        if report is not None:
            take_report(report, now)
    return HttpResponse()


def _knows_the_secret(request: HttpRequest) -> bool:
    given: str = get_request_basic_auth(request) or ""
    return constant_time_compare(given, settings.ANYMAIL["WEBHOOK_SECRET"])


def _events(request: HttpRequest) -> list[Any]:
    """anymail's events in the call; anymail's own checks (signatures) have passed."""
    handler = resolve(f"/{settings.MAIL_PROVIDER}/tracking/", urlconf="anymail.urls").func
    view: Any = handler.view_class()  # type: ignore[attr-defined]
    view.setup(request)
    view.run_validators(request)
    found: list[Any] = view.parse_events(request)
    return found
