"""A person says in which of their places they mainly work."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from compliance.domain.refusals import Refusal
from compliance.forms.people import MainPlaceForm
from compliance.services.acts import Act
from compliance.services.people.main_place import choose_main_place, own_places
from compliance.views.requests import person
from compliance.wording.refusals import sentence


@require_http_methods(["GET", "HEAD", "POST"])
def main_place(request: HttpRequest) -> HttpResponse:
    """The places where the person works, and which of them is the main one."""
    user = person(request)
    places, home = own_places(user), user.home()
    data = request.POST if request.method == "POST" else None
    form = MainPlaceForm(data, places=places, chosen=home.organisation_id if home else None)
    status = 200
    if form.is_valid():
        try:
            choose_main_place(form.cleaned_data["place"], act=Act.of(request))
        except Refusal as refusal:
            form.add_error(None, sentence(refusal))
            status = refusal.status
        else:
            messages.success(
                request,
                _("Your main place of work: %(place)s.") % {"place": form.cleaned_data["place"]},
            )
            return redirect("main-place")
    elif form.is_bound:
        status = 422
    return render(
        request, "people/main_place.html", {"form": form, "places": places}, status=status
    )
