"""Help: words and states explained, and the user guide, for anyone."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from compliance.models.roles import Role
from compliance.views.help.guide import guide_page


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How to use these pages, and the guide by role; one's own roles first."""
    own = request.user.jurisdiction().roles if request.user.is_authenticated else frozenset()
    roles = sorted(Role, key=lambda role: role not in own)
    context = {"roles": [role for role in roles if guide_page(role)], "own": own}
    return render(request, "public/help.html", context)


@login_not_required
@require_safe
def guide(request: HttpRequest, name: str) -> HttpResponse:
    """One page of the user guide."""
    page = guide_page(name)
    if page is None:
        raise Http404
    return render(request, "public/guide.html", {"page": page})
