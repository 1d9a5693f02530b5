"""Sending letters again: the one thing about letters that is recorded."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from compliance.domain.refusals import Conflict, Forbidden
from compliance.services.acts import Act
from compliance.services.people.letter_jobs import ask_to_resend
from compliance.services.people.letters import (
    MayArrive,
    administered,
    resend_letter,
    resend_letters,
    sent_again_by,
)
from compliance.views.jobs import back_to
from compliance.views.requests import form_on, id_of, person
from compliance.wording.refusals import sentence
from notifications.models import Message
from notifications.models.letters import administers_anybody
from notifications.views.filters import LettersForm
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


@require_http_methods(["GET", "HEAD", "POST"])
def letters_resend(request: HttpRequest) -> HttpResponse:
    """All letters that the address asks for, sent again, after their number has been shown."""
    user, form = person(request), LettersForm(request.GET)
    if not administers_anybody(user):
        raise Forbidden("not_your_page")
    letters, status = form.chosen(administered(user)), 200
    back = back_to(reverse("mail"), request.GET)
    if request.method == "POST":
        count, unsure = [*map(id_of, request.POST.getlist("shown")), 0, 0][:2]
        try:
            shown, act = MayArrive(count, unsure), Act.of(request)
            if job := ask_to_resend(letters, shown, back, act=act):
                return redirect(job)
            count = resend_letters(letters, shown, act=act)
        except Conflict as refusal:
            messages.error(request, sentence(refusal))
            status = refusal.status
        else:
            words = ngettext(
                "%(count)s letter will be sent again within minutes.",
                "%(count)s letters will be sent again within minutes.",
                count,
            )
            messages.success(request, words % {"count": count})
            return redirect("mail")
    context = {
        "form": form,
        "found": sent_again_by(letters),
        "back": back,
    }
    return render(request, "notices/resend.html", context, status=status)
