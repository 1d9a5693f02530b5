"""The page behind a one-time link: a person sets a password and is signed in."""

from __future__ import annotations

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from compliance.domain.refusals import Conflict
from compliance.models import User
from compliance.services.acts import Act
from compliance.services.people.invitations import accept_invitation, digest_of, usable_invitation

KEY = "invitation"  # in the session: the digest of the link, never the link itself


@login_not_required
@sensitive_post_parameters()
@sensitive_variables()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """The form for a first password. Used, expired and unknown links get the same answer.

    The secret leaves the address at once, so that no later request, log or bookmark has it.
    """
    act = Act.of(request)
    if "key" in request.GET:
        found = usable_invitation(digest_of(request.GET["key"]), act)
        request.session.pop(KEY, None)
        if found is not None:
            request.session[KEY] = found.digest
        return redirect("invitation")
    digest = str(request.session.get(KEY, ""))
    found = usable_invitation(digest, act)
    if found is None:
        return render(request, "account/invitation_over.html")
    form: SetPasswordForm[User] = SetPasswordForm(found.user, request.POST or None)
    if not form.is_valid():
        context = {"form": form, "person": found.user, "organisation": found.organisation}
        status = 422 if form.is_bound else 200
        return render(request, "account/invitation.html", context, status=status)
    try:
        person = accept_invitation(digest, form.cleaned_data["new_password1"], act=act)
    except Conflict:
        return render(request, "account/invitation_over.html", status=409)
    logout(request)  # whoever used this computer before
    # Through the same gate as everybody, including a second factor.
    answer: HttpResponse = perform_login(
        request,
        person,
        email_verification="none",
        redirect_url=resolve_url(settings.LOGIN_REDIRECT_URL),
    )
    return answer
