"""Sending a letter again: the one thing about letters that is recorded."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from compliance.domain.refusals import Conflict
from compliance.services.acts import Act
from compliance.services.people.letters import resend_letter
from compliance.views.requests import form_on, person
from compliance.wording.refusals import sentence
from notifications.models import Message
from notifications.views.letters import letter_page


@form_on("letter", "letter_id")
def letter_resend(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Send a letter again; 409 when somebody else has just done so."""
    found = get_object_or_404(Message.objects.visible_to(person(request)), pk=letter_id)
    try:
        addressee = resend_letter(found, act=Act.of(request))
    except Conflict as refusal:
        messages.error(request, sentence(refusal))
        return letter_page(request, found, status=refusal.status)
    messages.success(
        request,
        _("The letter to %(name)s will be sent again within minutes.") % {"name": addressee},
    )
    return redirect(found)
