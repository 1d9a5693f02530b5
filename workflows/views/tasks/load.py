"""The load of a region's inspectors, and the tasks behind each of its numbers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from compliance.domain.refusals import Forbidden
from compliance.views.requests import person
from notifications.views.paging import page_of
from workflows.forms.tasks import LoadForm
from workflows.services.tasks import load as service
from workflows.services.tasks import many


@require_safe
def load(request: HttpRequest) -> HttpResponse:
    """What waits for each inspector by week, and the chosen tasks; some may be given to others."""
    user, now = person(request), timezone.now()
    if not service.may_look(user):
        raise Forbidden("not_your_page")
    loads = service.loads(user, now)
    form = LoadForm(request.GET, loads=loads)
    rows = service.selected(user, form.selection, now).with_texts()
    page = page_of(rows, request)
    context = {
        "page": page,
        "form": form,
        "loads": loads,
        "many": many.offered(user, page.object_list),
    }
    return render(request, "tasks/load.html", context)
