"""How background work is going, for administrators: each sweep's last run and what it did."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from notifications.models.letters import administers_anybody
from notifications.services.clock import clock_state, confirm_clock
from notifications.services.sweeps import Standing, standings

NAMES: dict[str, str | Promise] = {
    "start-due-plans": _("Beginning of published plans"),
    "materialise-occurrences": _("Due dates of executing plans"),
    "plan-inspections": _("Planning of inspections"),
    "plan-reminders": _("Planning of reminders"),
    "send-invitations": _("Sending of invitations"),
    "record-logins": _("Entering of logins into the audit trail"),
    "tell-suspensions": _("Telling of addresses that letters do not reach"),
    "run-jobs": _("Long work that people have asked for"),
    "forget-uploads": _("Throwing away of uploads that nobody confirmed"),
    "deliver-messages": _("Sending of letters"),
}
COUNTS: dict[str, str | Promise] = {
    "planned": _("reminders planned"),
    "digests": _("letters planned"),
    "created": _("due dates added"),
    "inspections": _("inspections planned"),
    "started": _("plans begun"),
    "logins": _("logins entered"),
    "suspended": _("addresses suspended"),
    "jobs_done": _("jobs done"),
    "jobs_failed": _("jobs failed"),
    "jobs_cancelled": _("jobs cancelled"),
    "jobs_forgotten": _("old jobs deleted"),
    "forgotten": _("uploads thrown away"),
    "accepted": _("letters sent"),
    "temporary": _("letters to be tried again"),
    "permanent": _("letters not delivered"),
    "unknown": _("letters of unknown fate"),
    "skipped": _("letters not needed any more"),
}


@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """Every sweep: on time or late, when it last ended well, what it did, how it last failed."""
    if not (settings.DEMO or administers_anybody(request.user)):
        raise PermissionDenied
    found = standings(timezone.now())
    rows = [
        {"standing": one, "name": NAMES.get(one.name, one.name), "counts": _worded(one)}
        for one in found
    ]
    late = sum(one.is_late for one in found)
    clock = clock_state()
    context = {
        "rows": rows,
        "late": late or clock.doubt,
        "clock": clock,
        "may_confirm": administers_anybody(request.user),
    }
    return render(request, "notices/work.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def clock_is_right(request: HttpRequest) -> HttpResponse:
    """An administrator has checked the clock: the sweeps go on by it."""
    if request.method != "POST":
        return redirect("work")  # reached by its address, after a login: the button is on that page
    if request.user.is_anonymous or not administers_anybody(request.user):
        raise PermissionDenied
    if confirm_clock(by=request.user).doubt is None:
        messages.info(request, _("The clock is believed already."))
    else:
        messages.success(request, _("The clock is believed. The next sweep goes on by it."))
    return redirect("work")


def _worded(standing: Standing) -> list[tuple[str | Promise, int]]:
    """What the last good run did, in words; zero counts are left out."""
    counts = standing.record.counts if standing.record else {}
    return [(COUNTS[key], count) for key, count in counts.items() if key in COUNTS and count]
