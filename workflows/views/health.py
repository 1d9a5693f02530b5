"""Whether the process lives and can reach its database: for load balancers, no login."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

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
    """200 when every sweep of the background ended well in time, else 503 with those that did not.

    A sweep that has never run is late: somebody has to start the worker and the scheduler.
    """
    try:
        late = [
            {
                "sweep": one.name,
                "ended_well_at": one.ended_at,
                "late_after_minutes": round(one.late_after.total_seconds() / 60),
            }
            for one in standings(timezone.now())
            if one.is_late
        ]
    except DatabaseError:
        return JsonResponse({"ok": False, "database": False}, status=503)
    return JsonResponse({"ok": not late, "late": late}, status=503 if late else 200)
