"""The people of an institution or a region: the list, its workbook, a new person, invitations."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from compliance.domain.refusals import Forbidden, Refusal
from compliance.forms.people import PeopleForm, PersonForm
from compliance.models import Job, User
from compliance.services.acts import Act
from compliance.services.jobs.exporting import Table, as_workbook
from compliance.services.people import lists
from compliance.services.people.accounts import create_person
from compliance.services.people.invitation_jobs import (
    AT_ONCE,
    INVITE_JOB,
    ask_for_invitations,
    result_of,
)
from compliance.services.people.invitations import Invited, invite, invite_many
from compliance.services.people.lists import PeopleShow
from compliance.services.people.rights import may_grant_somewhere, may_import, may_see_people
from compliance.tasks import send_invitations
from compliance.views.jobs import back_to, export
from compliance.views.requests import form_on, ids_of, person
from compliance.wording.people import why_not_invited
from compliance.wording.refusals import sentence
from notifications.views.paging import page_of

INVITED_AT_ONCE = {PeopleShow.NEVER, PeopleShow.UNREACHED}  # lists that one press invites


def keeper(request: HttpRequest) -> User:
    """The person behind the request, if the pages about people are for them."""
    if not may_see_people(person(request)):
        raise Forbidden("not_your_page")
    return person(request)


def ring() -> None:
    """Have the letters sent now; if no worker takes this up, the regular sweep sends them."""
    transaction.on_commit(partial(send_invitations.apply_async, retry=False), robust=True)


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The people the filters leave, with their roles and whether they have ever signed in."""
    user, today = keeper(request), Act.of(request).local_day()
    form = PeopleForm(request.GET, user=user)
    rows = User.objects.none()
    if form.is_valid():
        rows = lists.listed(user, form.selection, today)
    page = page_of(lists.with_roles(rows, user, today), request)
    show = PeopleShow(form.selection.show) if form.is_valid() else None
    context = {
        "form": form,
        "page": page,
        "rows": [(row, lists.entry_words(row)) for row in page.object_list],
        "show": show,
        "to_invite": rows.count() if show in INVITED_AT_ONCE else 0,
        "never": PeopleShow.NEVER,
        "unreached": PeopleShow.UNREACHED,
        "may_add": may_grant_somewhere(user),
        "can_tick": any(not row.last_login and row.is_active for row in page.object_list),
        "may_import": may_import(user),
    }
    return render(request, "people/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def people_export(request: HttpRequest) -> HttpResponseBase:
    """The list that the address asks for, all its pages, as a workbook."""
    return export(request, "people", reverse("people"))


def people_table(user: User, query: QueryDict, at: datetime) -> Table[lists.Line]:
    """The list that the address asks for, as a table; Forbidden for who keeps no people."""
    if not may_see_people(user):
        raise Forbidden("not_your_page")
    today, form = timezone.localdate(at), PeopleForm(query, user=user)
    rows = User.objects.none()
    if form.is_valid():
        rows = lists.listed(user, form.selection, today)
    lines = lists.people_lines(lists.with_roles(rows, user, today).iterator(chunk_size=500))
    return as_workbook(_("People"), lists.people_columns(), rows.count(), lines)


@require_http_methods(["GET", "HEAD", "POST"])
def add_person(request: HttpRequest) -> HttpResponse:
    """A new person with a first role."""
    user, act = keeper(request), Act.of(request)
    if not may_grant_somewhere(user):
        raise Forbidden("not_your_people")
    form = PersonForm(request.POST or None, user=user, initial={"invites": True})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = create_person(given["full_name"], given["email"], form.grant(), act=act)
        except Refusal as refusal:
            form.add_error(None, sentence(refusal))
            status = refusal.status
        else:
            if given["invites"]:
                invite(made.pk, act=act)
                ring()
            messages.success(request, _("%(name)s has been added.") % {"name": made})
            return redirect("person", pk=made.pk)
    return render(request, "people/add.html", {"form": form}, status=status)


@form_on("people")
def invite_people(request: HttpRequest) -> HttpResponse:
    """Invite the ticked people of the list, or, with `all`, everybody the filters leave."""
    user, act = keeper(request), Act.of(request)
    if not may_grant_somewhere(user):
        raise Forbidden("not_your_people")
    form = PeopleForm(request.GET, user=user)
    rows = User.objects.visible_to(user)
    if "all" in request.POST and form.is_valid():
        chosen = lists.listed(user, form.selection, act.local_day())
        rows = rows.filter(pk__in=chosen.order_by().values("pk"))
    else:
        rows = rows.filter(pk__in=ids_of(request.POST.getlist("person"))[:1000])
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    back = back_to(reverse("people"), request.GET)
    if job := ask_for_invitations(ids, back, act=act):
        return redirect(job)
    invited = invite_many(rows, act=act)
    ring()
    if invited.left_out:
        return _invited_page(request, invited, back)
    messages.success(request, invited_words(invited.count))
    return redirect(back)


@require_safe
def invited_people(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of one's own job that invited many: how many were, and why the others were not."""
    rows = Job.objects.filter(owner=keeper(request), kind=INVITE_JOB)
    job = get_object_or_404(rows, pk=pk)
    return _invited_page(request, result_of(job), reverse("people"))


def _invited_page(request: HttpRequest, invited: Invited, back: str) -> HttpResponse:
    reasons = dict(invited.left_out)
    people = User.objects.visible_to(person(request)).filter(pk__in=reasons)
    known = people.count()
    # An answer to a POST has no address of its own to go on from: all that it invited fit one page.
    page = page_of(people.order_by("full_name", "pk"), request, AT_ONCE, count=known)
    context = {
        "words": invited_words(invited.count),
        "left_out": len(reasons),
        "strangers": len(reasons) - known,
        "page": page,
        "rows": [(one, why_not_invited(reasons[one.pk])) for one in page],
        "back": back,
    }
    return render(request, "people/invited.html", context)


def invited_words(count: int) -> str:
    """How many invitations will be sent, in a sentence."""
    words = ngettext(
        "%(count)s invitation is on its way.", "%(count)s invitations are on their way.", count
    )
    return words % {"count": count}
