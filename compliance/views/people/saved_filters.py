"""A person's own saved filters: their lists show them; here they are saved and deleted."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.domain.refusals import Refusal
from compliance.forms.people import SavedFilterForm
from compliance.models import SavedFilter
from compliance.services.people.saved_filters import save_filter
from compliance.views.requests import form_on, person, way_back
from compliance.wording.refusals import sentence


def _page_of_list(request: HttpRequest, page: str) -> str:
    return reverse(page if page in SavedFilter.Page.values else "home")


@form_on(_page_of_list)
def save(request: HttpRequest, page: str) -> HttpResponse:
    """Keep what the list shows under a name, and open it."""
    form = SavedFilterForm(request.POST)
    back = way_back(request, _page_of_list(request, page))
    if page not in SavedFilter.Page.values or not form.is_valid():
        messages.error(request, _("Give the filter a name of at most 80 letters."))
        return redirect(back)
    given = form.cleaned_data
    try:
        saved = save_filter(person(request), page, given["name"], given["query"])
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return redirect(back)
    messages.success(request, _("The filter “%(name)s” is saved.") % {"name": saved.name})
    return redirect(saved)


@form_on("home")
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one's own saved filter."""
    saved = get_object_or_404(SavedFilter, pk=pk, person=person(request))
    saved.delete()
    messages.success(request, _("The filter “%(name)s” is deleted.") % {"name": saved.name})
    return redirect(way_back(request, reverse(saved.page)))
