"""Looking rights up: who sees a plan, and why; what a person sees and does, and why."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from compliance.domain.refusals import Forbidden
from compliance.models import Plan, User
from compliance.models.searching import naming
from compliance.views.requests import id_of, person
from notifications.views.paging import page_of
from workflows.services.people import look_ups as lookup
from workflows.services.plans.stages import own_tasks


@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    """Who may see and do what: for the plan, or the person, in the address."""
    user = person(request)
    if not lookup.may_look_up(user):
        raise Forbidden("not_your_page")
    plan, someone = request.GET.get("plan", ""), request.GET.get("person", "").strip()
    if plan:
        shown = get_object_or_404(lookup.plans_to_look_up(user), pk=id_of(plan))
        return render(request, "people/rights_plan.html", _of_plan(request, shown))
    if someone.isdecimal():
        found = get_object_or_404(lookup.people_to_look_up(user), pk=id_of(someone))
        context: dict[str, Any] = {"person": found, "reaches": lookup.reach_of(found, user)}
        return render(request, "people/rights_person.html", context)
    people = _named(user, someone) if someone else []
    return render(request, "people/rights.html", {"words": someone, "people": people})


def _of_plan(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    page = page_of(lookup.memberships_about(plan), request)
    return {
        "plan": plan,
        "task": own_tasks().filter(process__plan=plan).first(),
        "page": page,
        "grants": lookup.grants(plan, page.object_list),
    }


def _named(user: User, words: str) -> list[User]:
    """The people whose name or login says each of the words."""
    found = naming(lookup.people_to_look_up(user), words, "full_name", "username")
    return list(found[: lookup.NAMED])
