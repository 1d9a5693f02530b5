"""Organisations and people from one table: template, upload, preview, storing."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from compliance.domain.refusals import Forbidden, Refusal
from compliance.forms.people import TableForm
from compliance.models import Membership, User
from compliance.services.acts import Act
from compliance.services.jobs.exporting import Table
from compliance.services.people.imports import storing
from compliance.services.people.imports.matching import CHANGED, NEW, Matched
from compliance.services.people.imports.storing_jobs import ask_to_store
from compliance.services.people.imports.template import known, known_roles, template
from compliance.services.people.rights import may_import
from compliance.views.jobs import export
from compliance.views.people.lists import keeper
from compliance.wording.events import FieldWords as FieldChange
from compliance.wording.events import label_of
from compliance.wording.people import problem_words
from compliance.wording.refusals import sentence

SHOWN = 200  # problems, or changes of one kind, that a page prints


def _administrator(request: HttpRequest) -> Act:
    if not may_import(keeper(request)):
        raise Forbidden("not_your_people")
    return Act.of(request)


@require_http_methods(["GET", "HEAD", "POST"])
def people_template(request: HttpRequest) -> HttpResponseBase:
    """The table to fill in; with `filled` it contains what is known already."""
    return export(request, "people-template", reverse("people-import"))


def template_table(user: User, query: QueryDict, at: datetime) -> Table[Membership]:
    """The table to fill in, a row each role; Forbidden for who may not import."""
    if not may_import(user):
        raise Forbidden("not_your_people")
    places = known(user) if "filled" in query else []
    roles = known_roles(places)
    count, rows = len(places) + roles.count(), roles.iterator(chunk_size=500)
    return Table(_("Organisations and people"), count, rows, partial(template, places))


@require_http_methods(["GET", "HEAD", "POST"])
def import_people(request: HttpRequest) -> HttpResponse:
    """The page on which the table is chosen."""
    act = _administrator(request)
    form = TableForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                upload = storing.keep_upload(file.read(), file.name, act=act)
            except Refusal as refusal:
                form.add_error("file", sentence(refusal))
                status = refusal.status
            else:
                return redirect("people-preview", pk=upload.pk)
    return render(request, "people/import.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the table would add and change and, when confirmed, the import itself."""
    act = _administrator(request)
    upload = storing.upload_of(pk, act)
    if upload is None:
        raise Http404
    refused: Refusal | None = None
    if request.method == "POST":
        try:
            fingerprint = request.POST.get("fingerprint", "")
            if job := ask_to_store(upload, fingerprint, act=act):
                return redirect(job)
            stored = storing.store_upload(pk, fingerprint, act=act)
        except Refusal as refusal:
            refused = refusal
        else:
            messages.success(request, _stored(stored))
            return redirect("/people/?show=never")
    matched = storing.preview(upload, act)
    context = {
        "upload": upload,
        "matched": matched,
        "counts": matched.counts(),
        "problems": [(one, problem_words(one)) for one in matched.problems[:SHOWN]],
        "more_problems": max(len(matched.problems) - SHOWN, 0),
        "groups": _groups(matched),
        "refused": sentence(refused) if refused else "",
    }
    status = refused.status if refused else 200
    return render(request, "people/import_preview.html", context, status=status)


def _groups(matched: Matched) -> list[dict[str, object]]:
    """What is new and what changes, each kind with its first rows."""
    found: list[dict[str, object]] = []
    for title, changes in (
        (_("Organisations"), matched.organisations),
        (_("People"), matched.people),
        (_("Roles"), matched.roles),
    ):
        for status, words in ((NEW, _("New")), (CHANGED, _("Changed"))):
            rows = [one for one in changes if one.status == status]
            if rows:
                shown = [(one.thing, _lines(one)) for one in rows[:SHOWN]]
                found.append({"title": title, "words": words, "rows": shown, "count": len(rows)})
    return found


def _lines(change: Any) -> list[FieldChange]:
    """What changes in a row, from what to what."""
    return [
        FieldChange(label_of(name), _said(change.before[name]), _said(value))
        for name, value in change.after.items()
    ]


def _said(value: Any) -> str:
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else str(value or "")


def _stored(matched: Matched) -> str:
    counts = matched.counts()
    return _(
        "Stored. New organisations: %(organisations)s, new people: %(people)s, new roles: "
        "%(roles)s, changed rows: %(changed)s. Now invite those who have never signed in."
    ) % {
        "organisations": counts["organisations"][NEW],
        "people": counts["people"][NEW],
        "roles": counts["roles"][NEW],
        "changed": sum(kind[CHANGED] for kind in counts.values()),
    }
