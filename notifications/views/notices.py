"""A person's own notices: what they are told, at once; read and unread."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from notifications.models import Reminder
from notifications.services import notices as service
from notifications.views.paging import FEW_ROWS, page_of

NOTICES_A_PAGE = FEW_ROWS


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The person's unread notices, latest first, or those they have read."""
    is_read = request.GET.get("show") == "read"
    page = page_of(
        Reminder.objects.newest_of_each(_person_id(request), is_read=is_read),
        request,
        NOTICES_A_PAGE,
    )
    now = timezone.now()
    worded = service.worded(page.object_list, now)
    service.settle(worded, now)
    context = {
        "page": page,
        "standing": [one for one in worded if one.item],
        "settled": [one for one in worded if one.reason],
        "is_read": is_read,
    }
    return render(request, "notices/notices.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """The person has read a notice."""
    if request.method == "POST":
        own = Reminder.objects.filter(addressee=_person_id(request))
        service.mark_read(get_object_or_404(own, pk=pk), timezone.now())
    return redirect("messages")


@require_http_methods(["GET", "HEAD", "POST"])
def read_shown(request: HttpRequest) -> HttpResponse:
    """The person has read all the notices that the page showed."""
    shown = [int(pk) for pk in request.POST.getlist("shown") if pk.isdecimal() and len(pk) < 19]
    if request.method == "POST":
        service.mark_those_read(_person_id(request), shown[:NOTICES_A_PAGE], timezone.now())
    return redirect("messages")


def _person_id(request: HttpRequest) -> int:
    assert request.user.pk is not None, "the login middleware lets nobody else through"
    return request.user.pk
