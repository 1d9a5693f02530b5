"""Jobs: what one has asked for, how far it is, what came of it; and lists as files."""

from __future__ import annotations

from datetime import date
from typing import IO

from django.contrib import messages
from django.core.files import File
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compliance.models import Job
from compliance.services.acts import Act
from compliance.services.jobs import asking
from compliance.services.jobs.asking import Asker
from compliance.services.jobs.exporting import ask_for_export, opened, table_of
from compliance.views.requests import form_on, person
from compliance.wording.jobs import failure_words, kind_words
from notifications.views.paging import page_of

LARGE = ("arguments", "result")  # of a job about very many people: no page prints them


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """One's own jobs, latest first; administrators also see those of their branch."""
    rows = Job.objects.visible_to(person(request)).select_related(
        "owner", "on_behalf_of", "organisation"
    )
    rows = rows.defer(*LARGE)
    page = page_of(rows, request)
    context = {"page": page, "rows": [(row, kind_words(row.kind)) for row in page]}
    return render(request, "jobs/jobs.html", context)


@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One job's state; the page of an open one reloads by itself."""
    user = person(request)
    shown = get_object_or_404(
        Job.objects.visible_to(user).select_related("owner", "on_behalf_of").defer(*LARGE), pk=pk
    )
    context = {
        "job": shown,
        "kind": kind_words(shown.kind),
        "failure": failure_words(shown),
        "is_own": shown.owner_id == user.pk,
    }
    name = "jobs/_state.html" if request.headers.get("HX-Request") else "jobs/job.html"
    return render(request, name, context)


@require_safe
def job_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file that one's own job has written."""
    shown = get_object_or_404(Job.objects.visible_to(person(request)), pk=pk)
    content = opened(shown, person(request))
    made_on = timezone.localdate(shown.finished_at)
    return attached(content, shown.name, made_on, shown.ending)


@form_on("job", "pk")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel one's own job."""
    user = person(request)
    shown = get_object_or_404(Job.objects.visible_to(user), pk=pk)
    asking.cancel(shown.pk, person=user, at=timezone.now())
    messages.success(request, _("The job has been cancelled."))
    return redirect(shown)


# --- Lists as files ------------------------------------------------------------------------------

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "jsonl": "application/jsonl; charset=utf-8",
}
MOST_QUERY = 200  # characters of an address that a job remembers


def export(
    request: HttpRequest, name: str, page: str, query: QueryDict | None = None
) -> HttpResponseBase:
    """The list of this name that the address (or `query`) asks for, all its pages.

    A long one is announced with a button that asks for it; `page` is where the list is read.
    """
    act, asked = Act.of(request), request.GET if query is None else query
    table = table_of(name, person(request), asked, act.at)
    if not table.is_long:
        return attached(table.written(table.rows), table.title, ending=table.ending)
    back = back_to(page, asked)
    if request.method != "POST":
        context = {"title": table.title, "count": table.count, "back": back}
        return render(request, "jobs/long_list.html", context)
    asker = Asker(person(request), act.at, address=act.address)
    return redirect(ask_for_export(name, table.title, asked, back, asker, table.ending))


def back_to(page: str, query: QueryDict) -> str:
    """The page with the filters of the address, unless they are too long to be remembered."""
    words = query.urlencode()
    return f"{page}?{words}" if 0 < len(words) < MOST_QUERY else page


def attached(
    content: IO[bytes] | File[bytes], title: str, day: date | None = None, ending: str = "xlsx"
) -> FileResponse:
    """A file to keep, named by what it is and the day, by default today."""
    name = f"{title} {day or timezone.localdate():%Y-%m-%d}.{ending}"
    return FileResponse(content, as_attachment=True, filename=name, content_type=TYPES[ending])
