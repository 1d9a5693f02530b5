"""Addresses that letters do not reach: the list, and "letters arrive again"."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compliance.domain.refusals import Forbidden
from compliance.models import User
from compliance.services.acts import Act
from compliance.services.people.rights import may_import
from compliance.services.people.suspensions import lift_suspension, suspended_under
from compliance.views.people.lists import keeper
from compliance.views.requests import form_on
from notifications.views.paging import page_of


def _administrator(request: HttpRequest) -> User:
    if not may_import(keeper(request)):
        raise Forbidden("not_your_page")
    return keeper(request)


@require_safe
def suspended(request: HttpRequest) -> HttpResponse:
    """The suspended addresses of the administrator's people, latest first."""
    rows = suspended_under(_administrator(request), Act.of(request).local_day())
    page = page_of(rows.select_related("letter"), request)
    people = User.objects.in_bulk({row.holder for row in page.object_list})
    listed = [(row, people[row.holder]) for row in page.object_list]
    return render(request, "people/addresses.html", {"page": page, "listed": listed})


@form_on("addresses")
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Let letters be sent to the address again."""
    user, act = _administrator(request), Act.of(request)
    row = get_object_or_404(suspended_under(user, act.local_day()), pk=pk)
    person = lift_suspension(row, act=act)
    words = _("Letters to %(name)s are sent again, from the next one on.")
    messages.success(request, words % {"name": person})
    return redirect("addresses")
