"""Letters on screen: one's own, and for administrators everybody's in their branch."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from notifications.models import DeliveryState, Message
from notifications.models.letters import administers_anybody
from notifications.views.filters import LettersForm
from notifications.views.paging import page_of

LETTERS_A_PAGE = 25

Viewer = AbstractBaseUser | AnonymousUser


@require_safe
def own_letters(request: HttpRequest) -> HttpResponse:
    """What was written to the person, newest first."""
    letters = Message.objects.addressed_to(request.user)
    page = page_of(letters, request, LETTERS_A_PAGE)
    return render(request, "notices/letters.html", {"page": page})


@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """All letters that the administrator answers for, by state."""
    if not (settings.DEMO or administers_anybody(request.user)):
        raise PermissionDenied
    form = LettersForm(request.GET)
    overseen = Message.objects.sent_under(request.user)
    of_all_states = form.chosen(overseen, in_any_state=True)
    tallies = dict(of_all_states.order_by().values_list("state").annotate(Count("pk")))
    states: list[dict[str, Any]] = [
        {"value": state.value, "label": state.label, "count": tallies.get(state.value, 0)}
        for state in DeliveryState
    ]
    total, chosen = sum(tallies.values()), request.GET.get("state", "")
    letters = form.chosen(overseen).select_related("addressee")
    count = tallies.get(chosen, 0) if chosen else total
    again = form.chosen(Message.objects.administered_by(request.user)).resendable()
    context = {
        "form": form,
        "page": page_of(letters, request, LETTERS_A_PAGE, count=count),
        "states": states,
        "chosen": chosen,
        "total": total,
        "has_resendable": again.exists(),
    }
    return render(request, "notices/mail.html", context)


@require_safe
def letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    """One letter: its words, the tries to deliver it, and what can be done about it."""
    found = get_object_or_404(
        Message.objects.visible_to(request.user).select_related(
            "addressee", "resent_by", "resent_for"
        ),
        pk=letter_id,
    )
    return letter_page(request, found)


def letter_page(request: HttpRequest, found: Message, status: int = 200) -> HttpResponse:
    """The page about a letter that the person may open."""
    context = {
        "letter": found,
        "attempts": found.attempts.all(),
        "is_overseen": Message.objects.sent_under(request.user).filter(pk=found.pk).exists(),
        "may_resend": found.can_be_resent and _administers(request.user, found),
    }
    return render(request, "notices/letter.html", context, status=status)


@require_safe
def letter_html(request: HttpRequest, letter_id: int) -> HttpResponse:
    """The letter as it was sent, sandboxed: no script, no picture, nothing from elsewhere."""
    found = get_object_or_404(Message.objects.visible_to(request.user), pk=letter_id)
    if not found.html:
        raise Http404
    policy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox allow-popups"
    return HttpResponse(found.html, headers={"Content-Security-Policy": policy})


def _administers(user: Viewer, found: Message) -> bool:
    return Message.objects.administered_by(user).filter(pk=found.pk).exists()
