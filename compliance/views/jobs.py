"""Jobs: what one has asked for, how far it is, what came of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compliance.models import Job
from compliance.services.jobs import asking
from compliance.views.requests import form_on, page_of, person
from compliance.wording.jobs import failure_words, kind_words


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """One's own jobs, latest first; administrators also see those of their branch."""
    rows = Job.objects.visible_to(person(request)).select_related(
        "owner", "on_behalf_of", "organisation"
    )
    page = page_of(rows, request)
    context = {"page": page, "rows": [(row, kind_words(row.kind)) for row in page]}
    return render(request, "jobs/jobs.html", context)


@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One job's state; the page of an open one reloads by itself."""
    user = person(request)
    shown = get_object_or_404(
        Job.objects.visible_to(user).select_related("owner", "on_behalf_of"), pk=pk
    )
    context = {
        "job": shown,
        "kind": kind_words(shown.kind),
        "failure": failure_words(shown),
        "is_own": shown.owner_id == user.pk,
    }
    name = "jobs/_state.html" if request.headers.get("HX-Request") else "jobs/job.html"
    return render(request, name, context)


@form_on("job", "pk")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel one's own job."""
    user = person(request)
    shown = get_object_or_404(Job.objects.visible_to(user), pk=pk)
    asking.cancel(shown.pk, person=user, at=timezone.now())
    messages.success(request, _("The job has been cancelled."))
    return redirect(shown)
