"""Where a request comes from and who sends it, their second factor, and their forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django_htmx.http import HttpResponseClientRedirect

from compliance.models import User
from compliance.views import kept
from project.login import must_have_second_factor

# Pages needed on the way to a second factor; public pages are open then too.
ON_THE_WAY = {
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "mfa_activate_totp",
}


class ClientAddressMiddleware:
    """Takes the client's address from X-Forwarded-For, behind as many proxies as the setting says.

    Our own proxies write the last entries of the header, anybody may write the earlier ones: the
    client is the entry of our outermost proxy, counted from the end.
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


class LoginMiddleware(LoginRequiredMiddleware):
    """Sends whoever has no session to the login, and from there to a page, never to a POST.

    A script gets an answer in JSON: it would follow a redirect and take the login page for what
    it asked for.
    """

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseBase:
        """The way to the login; what somebody typed into a form is kept for them."""
        if request.accepts("application/json") and not request.accepts("text/html"):
            return JsonResponse({"vekha": "login"}, status=401)
        if "HX-Request" in request.headers:
            shown = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
            login = redirect_to_login(shown, self.get_login_url(view_func))
            return HttpResponseClientRedirect(login.url)
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        if kept.keep_form(request):
            words = gettext("You had been logged out. What you typed is kept: log in to go on.")
        else:
            words = gettext("You had been logged out. Log in to go on.")
        messages.warning(request, words)
        page = getattr(view_func, "page_of_form", None)
        match = request.resolver_match
        address = page(request, match.kwargs) if page and match else request.get_full_path()
        return redirect_to_login(address, self.get_login_url(view_func))


class SecondFactorMiddleware:
    """Sends people whose roles ask for a second factor to its page until they have one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """The way to the page of the second factor; None when the view may answer."""
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


class FormsMiddleware:
    """Tells the browser that a form was accepted, and keeps what was typed when a login lapses.

    It stands last: what reaches its `process_view` reaches the view.
    """

    COOKIE = "taken_drafts"  # the script that keeps drafts in the browser reads and removes it
    DRAFT = re.compile(r"[0-9a-f-]{36}")
    MOST = 20  # drafts that pile up in the cookie of a browser without the script

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        kept.remember_person(request, response)
        if response.status_code == 405 and not response.content:
            return _not_allowed(request, response)
        if getattr(request, "reached_view", False) and response.status_code in {302, 303}:
            self._tell_taken(request, response)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Note that the view was reached; a form that is sent again need not be kept any longer."""
        request.reached_view = True  # type: ignore[attr-defined]
        if request.method == "POST" and request.user.is_authenticated:
            kept.forget_form(request, request.get_full_path())

    def _tell_taken(self, request: HttpRequest, response: HttpResponse) -> None:
        draft = request.POST.get("draft_key", "")
        if self.DRAFT.fullmatch(draft):
            earlier = request.COOKIES.get(self.COOKIE, "").split(".")
            known = [one for one in earlier if self.DRAFT.fullmatch(one)]
            response.set_cookie(
                self.COOKIE,
                ".".join([*known, draft][-self.MOST :]),
                max_age=kept.KEPT_FOR,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )


def _not_allowed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The 405 page in place of a bare answer."""
    page = render(request, "405.html", status=405)
    page["Allow"] = response["Allow"]
    return page
