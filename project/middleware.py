"""Where a request comes from, and whether who sends it has the second factor they need."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from compliance.models import User
from project.login import must_have_second_factor

# What somebody needs who is on the way to a second factor; public pages are open to them too.
ON_THE_WAY = {
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "mfa_activate_totp",
}


class ClientAddressMiddleware:
    """Takes the client's address from X-Forwarded-For, behind as many proxies as the setting says.

    The header's last entries are written by our own proxies, earlier ones by anybody: counted
    from the end, the entry of the outermost own proxy is the client.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        entries = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if 0 < settings.TRUSTED_PROXIES <= len(entries):
            try:
                client = ip_address(entries[-settings.TRUSTED_PROXIES].strip())
            except ValueError:
                return self.get_response(request)
            request.META["REMOTE_ADDR"] = str(client)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Sends people whose roles ask for a second factor to its page until they have one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """The way to the page of the second factor; None lets the view answer."""
        user = request.user
        match = request.resolver_match
        if (
            not isinstance(user, User)
            or not must_have_second_factor(user)
            or not getattr(view, "login_required", True)
            or (match is not None and match.url_name in ON_THE_WAY)
            or is_mfa_enabled(user)
        ):
            return None
        page = reverse("mfa_activate_totp")
        if "HX-Request" in request.headers:
            return HttpResponseClientRedirect(page)
        return HttpResponseRedirect(page)
