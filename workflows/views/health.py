"""Whether the process is alive and can reach its database: for load balancers, no login."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from notifications.services.clock import clock_state
from notifications.services.sweeps import standings


@login_not_required
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200: the process answers."""
    return JsonResponse({"ok": True})


@login_not_required
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, 503 when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"ok": False, "database": False}, status=503)
    return JsonResponse({"ok": True, "database": True})


@login_not_required
@require_safe
def work(request: HttpRequest) -> JsonResponse:
    """200 when every background sweep ended well in time, else 503 with those that did not.

    A sweep that has never run counts as waiting until its first time has passed; then it is late,
    and somebody has to start the worker and the scheduler. 503 also when the clock is in doubt:
    then no sweep runs.
    """
    try:
        found = standings(timezone.now())
        clock = clock_state().sentence
    except DatabaseError:
        return JsonResponse({"ok": False, "database": False}, status=503)
    late = [
        {
            "sweep": one.name,
            "ended_well_at": one.ended_at,
            "late_after_minutes": round(one.late_after.total_seconds() / 60),
        }
        for one in found
        if one.is_late
    ]
    answer: dict[str, object] = {"ok": not (late or clock), "late": late}
    if clock:
        answer["clock"] = clock
    if waiting := [one.name for one in found if one.is_waiting]:
        answer["waiting_for_the_first_run"] = waiting
    return JsonResponse(answer, status=503 if late or clock else 200)
