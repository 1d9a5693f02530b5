"""One person: roles from day to day, address, invitation, access."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compliance.domain.refusals import Forbidden, Refusal
from compliance.forms.people import AddressForm, GrantForm, LastDayForm
from compliance.models import User
from compliance.services.acts import Act
from compliance.services.audit.search import may_search
from compliance.services.audit.timelines import history_of_person
from compliance.services.people import accounts as services
from compliance.services.people.invitations import can_be_invited, invite
from compliance.services.people.lists import entry_words, invitation_words, visible_roles
from compliance.services.people.rights import (
    may_grant,
    may_grant_somewhere,
    may_manage,
    standing_memberships,
)
from compliance.views.people.lists import keeper, ring
from compliance.views.requests import form_on
from compliance.wording.refusals import sentence


@require_safe
def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known about a person, and what may be changed."""
    return _page(request, _person(request, pk))


@form_on("person", "pk")
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the person a role."""
    found = _person(request, pk)
    if not may_grant_somewhere(keeper(request)):
        raise Forbidden("not_your_people")
    form = GrantForm(request.POST, user=keeper(request))
    if form.is_valid():
        try:
            row = services.grant_role(found.pk, form.grant(), act=Act.of(request))
        except Refusal as refusal:
            form.add_error(None, sentence(refusal))
            return _page(request, found, grant=form, status=refusal.status)
        messages.success(
            request,
            _("%(name)s has the role: %(role)s.") % {"name": found, "role": row.get_role_display()},
        )
        return redirect("person", pk=found.pk)
    return _page(request, found, grant=form, status=422)


def _page_of_role(request: HttpRequest, pk: int) -> str:
    """The page of the person who has the role; the list for a role that the user may not see."""
    row = visible_roles(keeper(request)).filter(pk=pk).first()
    return reverse("person", args=[row.user_id]) if row else reverse("people")


@form_on(_page_of_role)
def end_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the last day of a role."""
    rows = visible_roles(keeper(request)).select_related("organisation__parent")
    row = get_object_or_404(rows, pk=pk)
    found = _person(request, row.user_id)
    if not keeper(request).may(may_grant, row.role, row.organisation):
        raise Forbidden("not_your_people")
    form = LastDayForm(request.POST, prefix=f"role{row.pk}")
    if form.is_valid():
        try:
            services.end_role(row.pk, form.cleaned_data["last_day"], act=Act.of(request))
        except Refusal as refusal:
            form.add_error(None, sentence(refusal))
            return _page(request, found, end=form, status=refusal.status)
        messages.success(
            request,
            _("The role ends with %(date)s.")
            % {"date": f"{form.cleaned_data['last_day']:%d.%m.%Y}"},
        )
        return redirect("person", pk=found.pk)
    return _page(request, found, end=form, status=422)


@form_on("person", "pk")
def change_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the person another e-mail address."""
    found = _person(request, pk)
    if not _manages(request, found):
        raise Forbidden("not_your_people")
    form = AddressForm(request.POST)
    if form.is_valid():
        try:
            services.change_address(found.pk, form.cleaned_data["email"], act=Act.of(request))
        except Refusal as refusal:
            form.add_error(None, sentence(refusal))
            return _page(request, found, address=form, status=refusal.status)
        messages.success(request, _("The address has been changed. Earlier links are dead."))
        return redirect("person", pk=found.pk)
    return _page(request, found, address=form, status=422)


@form_on("person", "pk")
def invite_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the person a new invitation; the one before it ends."""
    found = _person(request, pk)
    invite(found.pk, act=Act.of(request))
    ring()
    words = _("The invitation is on its way to %(address)s.")
    messages.success(request, words % {"address": found.email})
    return redirect("person", pk=found.pk)


@form_on("person", "pk")
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the person in again."""
    found = _person(request, pk)
    services.reactivate_person(found.pk, act=Act.of(request))
    messages.success(request, _("%(name)s can sign in again.") % {"name": found})
    return redirect("person", pk=found.pk)


def _person(request: HttpRequest, pk: int) -> User:
    """The person, if the user looks after them; else 404."""
    return get_object_or_404(User.objects.visible_to(keeper(request)), pk=pk)


def _manages(request: HttpRequest, found: User) -> bool:
    standing = standing_memberships([found], Act.of(request).local_day())[found.pk]
    return keeper(request).may(may_manage, found, standing)


def _page(
    request: HttpRequest,
    found: User,
    *,
    grant: GrantForm | None = None,
    end: LastDayForm | None = None,
    address: AddressForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user, act = keeper(request), Act.of(request)
    today = act.local_day()
    roles = visible_roles(user).filter(user=found).select_related("organisation__parent")
    invitations = list(found.invitations.select_related("made_by").order_by("-pk")[:5])
    found.invited = [row for row in invitations if not (row.used_at or row.revoked_at)]  # type: ignore[attr-defined]
    manages = _manages(request, found)
    context: dict[str, Any] = {
        "found": found,
        "entry": entry_words(found),
        "roles": [_role(user, found, row, end, today) for row in roles.order_by("-ends_on", "-pk")],
        "invitations": [(row, invitation_words(row)) for row in invitations],
        "manages": manages,
        "invites": manages and can_be_invited(found),
        "grant_form": None,
        "address_form": address or AddressForm(initial={"email": found.email}),
    }
    if may_search(user) or user.is_superuser:
        context["history"] = history_of_person(user, found, logins=False)
        context["logins"] = history_of_person(user, found, logins=True)
    if may_grant_somewhere(user) and found.is_active:
        context["grant_form"] = grant or GrantForm(user=user)
    return render(request, "people/person.html", context, status=status)


def _role(user: User, found: User, row: Any, end: LastDayForm | None, today: Any) -> dict[str, Any]:
    """A role as the page shows it, with the form that ends it if the user may."""
    is_over = row.ends_on is not None and row.ends_on < today
    form = None
    if not is_over and user.pk != found.pk and user.may(may_grant, row.role, row.organisation):
        prefix = f"role{row.pk}"
        form = end if end and end.prefix == prefix else LastDayForm(prefix=prefix)
    return {"row": row, "is_over": is_over, "form": form, "is_open": form is end}
