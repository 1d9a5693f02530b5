"""The audit trail for administrators: search, files, and whether a chain is intact."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from compliance.domain.refusals import Forbidden
from compliance.forms.audit import AuditForm
from compliance.models import AuditEvent, User
from compliance.models.audit import AuditEventQuerySet
from compliance.services.acts import Act
from compliance.services.audit import search
from compliance.services.audit.exports import events_as_json, events_as_text
from compliance.services.jobs.exporting import Table, as_text
from compliance.views.jobs import export
from compliance.views.requests import form_on, person
from notifications.views.paging import FEW_ROWS, page_of

# The pages of objects that have one, by kind.
PAGES = {
    "plan": "plan",
    "occurrence": "occurrence",
    "incentivesheet": "incentive-sheet",
    "user": "person",
}


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """The events that the address asks for, so many at a time, latest first."""
    form, rows = _asked(person(request), request.GET)
    page = page_of(rows.with_names(), request, FEW_ROWS, is_counted=False)
    names = search.names_of_subjects(page)
    organisations = _organisations(request, form)
    chosen = organisations[0] if len(organisations) == 1 else None
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "rows": [_row(event, names) for event in page],
        "chosen": chosen,
        "last_check": search.last_check(chosen) if chosen else None,
        "many": organisations if len(organisations) > 1 else [],
    }
    return render(request, "audit/audit.html", context)


def _asked(user: User, query: QueryDict) -> tuple[AuditForm, AuditEventQuerySet]:
    """The form as the address fills it, and its events; none while a value is wrong."""
    if not search.may_search(user):
        raise Forbidden("not_your_page")
    form = AuditForm(query)
    if not form.is_valid():
        return form, AuditEvent.objects.none()
    return form, search.found(user, form.search)


def _organisations(request: HttpRequest, form: AuditForm) -> list[Any]:
    words = form.search.organisation if form.is_valid() else ""
    return search.organisations_named(person(request), words) if words else []


def _row(event: AuditEvent, names: dict[tuple[str, int], str]) -> dict[str, Any]:
    """An event with what it is about, and a link to that."""
    page = PAGES.get(event.subject_kind)
    name = names.get((event.subject_kind, event.subject_id), "")
    url = reverse(page, args=[event.subject_id]) if page and name else ""
    return {"event": event, "name": name, "url": url}


@require_http_methods(["GET", "HEAD", "POST"])
def audit_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Exactly the events that the address asks for, all pages, as CSV or lines of JSON."""
    if form not in WRITERS:
        raise Http404
    return export(request, f"audit.{form}", reverse("audit"))


WRITERS: dict[str, Callable[[Iterable[AuditEvent]], Iterable[str]]] = {
    "csv": lambda events: events_as_text(events, timezone.get_current_timezone()),
    "jsonl": events_as_json,
}


def audit_table(form: str, user: User, query: QueryDict, at: datetime) -> Table[AuditEvent]:
    """The events that the address asks for; Forbidden for who administers nothing."""
    _form, rows = _asked(user, query)
    events = rows.with_names().iterator(chunk_size=2000)
    return as_text(gettext("Audit trail"), form, rows.count(), events, WRITERS[form])


@form_on("audit")
def audit_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Check the chain of one organisation now; the answer is shown on the page and recorded."""
    user = person(request)
    if not search.may_search(user):
        raise Forbidden("not_your_page")
    organisation = get_object_or_404(search.branches(user), pk=pk)
    found = search.verify_chain(organisation, act=Act.of(request))
    if found:
        words = ngettext(
            "The chain is broken in %(count)s place.",
            "The chain is broken in %(count)s places.",
            len(found),
        )
        messages.error(request, words % {"count": len(found)})
    else:
        messages.success(request, gettext("The chain is whole."))
    return redirect(f"{reverse('audit')}?organisation={organisation.pk}")
