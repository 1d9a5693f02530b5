"""The matrix of a plan: institutions in rows, measures in columns."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from compliance.models import Plan
from compliance.models.local_dates import LocalDates
from compliance.services.boards import matrices
from compliance.views.requests import person
from notifications.views.paging import page_of

INSTITUTIONS = 100  # rows a page


@require_safe
def matrix(request: HttpRequest, pk: int) -> HttpResponse:
    """How each measure of the plan goes in each institution whose figures the person may see."""
    user, dates = person(request), LocalDates.at(timezone.now())
    plans = Plan.objects.visible_to(user).select_related("organisation", "type")
    plan = get_object_or_404(plans, pk=pk)
    rows = matrices.counted_rows(plan, user)
    is_overdue_only = request.GET.get("show") == "overdue"
    asked = rows.overdue_at(dates) if is_overdue_only else rows
    page = page_of(matrices.organisations_of(asked), request, INSTITUTIONS)
    measures = matrices.measures_of(plan)
    context = {
        "plan": plan,
        "page": page,
        "measures": measures,
        "rows": matrices.matrix_rows(measures, list(page.object_list), rows, dates, user),
        "states": matrices.CellState,
        "is_overdue_only": is_overdue_only,
    }
    return render(request, "boards/matrix.html", context)
