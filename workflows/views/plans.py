"""Plans: the list, the page, and the steps that begin a matter."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from compliance.domain.refusals import Refusal
from compliance.forms.parties import BallotForm
from compliance.models import (
    AuditEvent,
    MeasureVersion,
    Occurrence,
    Plan,
    Revision,
    RevisionParty,
)
from compliance.models.plans import State
from compliance.services import deadlines
from compliance.services.acts import Act
from compliance.services.execution import start_execution
from compliance.services.transitions import Grounds, change_state
from compliance.services.votes import cast_vote
from compliance.views.requests import page_of, person
from compliance.wording import sentence
from workflows.forms import GroundsForm, ReasonForm
from workflows.models import Process, Task
from workflows.services import engine, matters
from workflows.services.sides import may_decide, plan_rights, sees_inside
from workflows.views.parties import way_of


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """The plans the person may open, by state and words."""
    rows = Plan.objects.visible_to(person(request)).select_related("organisation", "type")
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()
    organisation = request.GET.get("organisation", "")
    if organisation.isdecimal():
        rows = rows.filter(organisation=int(organisation[:9]))
    counts = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    if state in State.values:
        rows = rows.filter(state=state)
    rows = rows.naming(words)
    states = [(value, label, counts.get(value, 0)) for value, label in State.choices]
    context = {
        "page": page_of(rows, request),
        "states": states,
        "state": state,
        "words": words,
        "total": sum(counts.values()),
        "organisation": organisation if organisation.isdecimal() else "",
    }
    return render(request, "workflows/plans.html", context)


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: where it is in its life, whose turn it is, its measures, parties and history."""
    return _page(request, _visible(request, pk))


def _visible(request: HttpRequest, pk: int) -> Plan:
    rows = Plan.objects.visible_to(person(request)).select_related("organisation", "type")
    return get_object_or_404(rows, pk=pk)


def plan_page(
    request: HttpRequest, process: Process, *, answer: GroundsForm, code: str, status: int
) -> HttpResponse:
    """The plan's page with a refused answer still filled in."""
    return _page(request, process.plan, answer=answer, code=code, status=status)


def _page(
    request: HttpRequest,
    plan: Plan,
    *,
    answer: GroundsForm | None = None,
    code: str = "",
    problem: str = "",
    ballot: BallotForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = person(request)
    revision = plan.revisions.exclude(status=Revision.Status.WITHDRAWN).last()
    tasks = Task.objects.open().of_plan_itself(plan)
    task = tasks.select_related("owner", "organisation", "process").first()
    sections = sections_of(user, plan, revision)
    inside = sees_inside(user, plan)
    context: dict[str, Any] = {
        "plan": plan,
        "revision": revision,
        "sections": sections,
        "task": task,
        "answers": answers_of(user, task, answer, code),
        "is_barred": task is not None
        and user.may(engine.may_answer, task)
        and not may_decide(user, task),
        "rights": plan_rights(user, plan, revision, is_waiting=task is not None),
        "remarks": revision.remarks.select_related("author") if revision and inside else [],
        "decisions": revision.decisions.all() if revision else [],
        "unsettled": revision.versions.unsettled().count() if revision else 0,
        "inside": inside,
        **way_of(user, revision, inside, ballot),
        "events": AuditEvent.objects.about(plan)
        .select_related("actor", "on_behalf_of")
        .order_by("-id")[:15],
        "problem": problem,
        "has_open_deadlines": any(
            deadlines.leaves_dates_open(one) for part in sections for one in part["versions"]
        ),
        "today": plan.organisation.today(timezone.now()),
    }
    return render(request, "workflows/plan.html", context, status=status)


def sections_of(user: Any, plan: Plan, revision: Revision | None) -> list[dict[str, Any]]:
    """Sections with their measures, each with what the person may see of its execution."""
    if revision is None:
        return []
    today = plan.organisation.today(timezone.now())
    counts = {
        row["assignment__measure"]: row
        for row in Occurrence.objects.visible_to(user)
        .filter(plan=plan)
        .exclude(status=Occurrence.Status.CANCELLED)
        .order_by()
        .values("assignment__measure")
        .annotate(
            total=Count("pk"),
            done=Count("pk", filter=Q(status="accepted")),
            waiting=Count("pk", filter=Q(status="submitted")),
            overdue=Count("pk", filter=Q(status="open", due_on__lt=today)),
        )
    }
    rows: dict[int, list[MeasureVersion]] = {}
    versions = revision.versions.select_related("deadline_confirmed_by")
    for version in versions.prefetch_related("responsibles__organisation"):
        version.counts = counts.get(version.measure_id)  # type: ignore[attr-defined]
        rows.setdefault(version.section_id, []).append(version)
    return [
        {"section": section, "versions": rows.get(section.pk, [])}
        for section in revision.sections.all()
    ]


def answers_of(
    user: Any, task: Task | None, refused: GroundsForm | None, code: str
) -> list[dict[str, Any]]:
    """The answers that the person may give to the open task, each with its form."""
    if task is None or not user.may(engine.may_answer, task):
        return []
    bases = task.bases
    return [
        {
            "outcome": outcome,
            "form": refused
            if refused and outcome.code == code
            else GroundsForm(outcome, bases=bases),
            "is_refused": refused is not None and outcome.code == code,
        }
        for outcome in task.step.outcomes.values()
        if may_decide(user, task) or not outcome.is_main
    ]


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a draft for agreement."""
    return _attempt(
        request,
        pk,
        lambda plan: matters.send_for_agreement(plan.pk, act=Act.of(request)),
        _("The plan has been sent for agreement."),
    )


@require_POST
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Vote as a member of the party that decides together."""
    plan = _visible(request, pk)
    form = BallotForm(request.POST)
    if not form.is_valid():
        return _page(request, plan, ballot=form, status=422)
    data = form.cleaned_data
    party = get_object_or_404(RevisionParty, pk=data["party"], revision__plan=plan)
    try:
        cast_vote(party.pk, data["choice"], comment=data["comment"], act=Act.of(request))
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        form.add_error("comment", sentence(refusal))
        return _page(request, plan, ballot=form, status=422)
    messages.success(request, _("Your vote has been counted."))
    return redirect(f"{plan.get_absolute_url()}#vote")


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin execution by hand, before the nightly sweep does."""
    return _attempt(
        request,
        pk,
        lambda plan: start_execution(plan.pk, act=Act.of(request)),
        _("Execution has begun: due dates and executors are set."),
    )


@require_POST
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the plan's report to the ministry."""
    return _attempt(
        request,
        pk,
        lambda plan: matters.send_plan_report(plan.pk, act=Act.of(request)),
        _("The report has been sent to the ministry."),
    )


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a reported plan back into execution, with a reason."""
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _attempt(
        request,
        pk,
        lambda plan: change_state(
            plan.pk, "reopen", act=Act.of(request), grounds=Grounds(comment=reason)
        ),
        _("The plan is being executed again."),
    )


def _attempt(request: HttpRequest, pk: int, act: Any, success: str) -> HttpResponse:
    """Do it and go back to the plan; what can be mended there is said there."""
    plan = _visible(request, pk)
    try:
        act(plan)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return _page(request, plan, problem=sentence(refusal), status=422)
    messages.success(request, success)
    return redirect(plan)
