"""Addresses of the whole site."""

from allauth.account.decorators import secure_admin_login
from allauth.mfa.base.views import authenticate
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path


@login_not_required
def into_administration(request: HttpRequest, **context: object) -> HttpResponse:
    """The administration, for people who have signed in already.

    Django's own login form here would let them try passwords without limit, and go on as another
    person without that person's second factor.
    """
    return redirect("admin:index")


# The same login with the same rate limits for everybody, administrators included.
admin.site.login = secure_admin_login(into_administration)  # type: ignore[method-assign]


@login_not_required
def closed(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """404: administrators change addresses elsewhere, where the change is recorded."""
    raise Http404


@login_not_required
def code_at_login(request: HttpRequest) -> HttpResponse:
    """The page of the second factor; a form sent without its one field counts as left empty."""
    if request.method == "POST" and "code" not in request.POST:
        given = request.POST.copy()
        given["code"] = ""
        request.POST = given  # type: ignore[assignment]
    answer: HttpResponse = authenticate(request)
    return answer


handler500 = "project.outages.broken"
urlpatterns = [
    path("accounts/code/authenticate/", code_at_login),
    path("accounts/email/", closed),
    path("accounts/confirm-email/", closed),
    path("accounts/confirm-email/<str:key>/", closed),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/code/", include("allauth.mfa.urls")),
    path("admin/r/<path:rest>", closed),  # it would tell which rows exist
    path("admin/", admin.site.urls),
    path("", include("workflows.urls")),
    path("", include("compliance.urls")),
    path("", include("notifications.urls")),
]
