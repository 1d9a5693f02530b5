"""A plan: its page, and the steps that begin a matter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compliance.domain.people.names import is_named
from compliance.domain.plans.grounds import Grounds
from compliance.domain.refusals import Refusal
from compliance.forms.approval import BallotForm
from compliance.models import (
    Assignment,
    InterimDate,
    MeasureVersion,
    Occurrence,
    Plan,
    Remark,
    Responsible,
    Revision,
    User,
)
from compliance.models.due_conditions import overdue_condition
from compliance.models.local_dates import LocalDates
from compliance.services.acts import Act
from compliance.services.audit.timelines import history
from compliance.services.boards.months import months_of_plan
from compliance.services.execution import deadlines
from compliance.services.execution.in_force import start_execution
from compliance.services.plans.texts import text_shown
from compliance.services.plans.transitions import change_state
from compliance.views.requests import form_on, person
from workflows.forms.answers import GroundsForm, ReasonForm
from workflows.models import Process, Task
from workflows.services.approval import reviews
from workflows.services.people.look_ups import may_look_up_plan
from workflows.services.plans import sending
from workflows.services.plans.rights import may_give_main_answer, plan_rights, sees_inside
from workflows.services.tasks import engine
from workflows.views.approval.parties import Ballot, way_of
from workflows.views.plans.problems import Problem
from workflows.wording import with_turn

NEAR_THE_END = timedelta(days=31)  # of the period: then what a report still lacks is shown
TOLD_SHOWN = 4  # of the accounts of the course of work, the latest first
SHOWN_OF_TASK = ("owner", "organisation", "process__revision", "process__plan")


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: how far it has come, whose turn it is, its measures, parties and history."""
    return show_plan(request, visible_plan(request, pk))


def visible_plan(request: HttpRequest, pk: int) -> Plan:
    rows = Plan.objects.visible_to(person(request)).select_related("organisation", "type")
    return get_object_or_404(rows, pk=pk)


def plan_page(
    request: HttpRequest, process: Process, *, answer: GroundsForm, code: str, status: int
) -> HttpResponse:
    """The plan's page with a refused answer still filled in."""
    return show_plan(request, process.plan, answer=answer, code=code, status=status)


def show_plan(
    request: HttpRequest,
    plan: Plan,
    *,
    answer: GroundsForm | None = None,
    code: str = "",
    problem: Problem | None = None,
    reason: ReasonForm | None = None,
    ballot: BallotForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = person(request)
    revision = text_shown(plan)
    tasks = list(Task.objects.open().of_plan_itself(plan).select_related(*SHOWN_OF_TASK))
    task = next((one for one in tasks if not one.process.is_amendment), None)
    amendment = next((one for one in tasks if one.process.is_amendment), None)
    known = list(plan.revisions.visible_to(user))
    being_made = next((one for one in known if one.is_amendment and one.is_open), None)
    context: dict[str, Any] = {
        **text_context(user, plan, revision, task, answer, code, ballot),
        "rights": plan_rights(
            user, plan, revision, is_waiting=task is not None or being_made is not None
        ),
        "revisions": known,
        "being_made": being_made,
        "amendment": amendment,
        "tasks": tasks,
        "can_look_up": may_look_up_plan(user, plan),
        "history": history(user, plan),
        "months": months_of_plan(user, plan, LocalDates.at(timezone.now())),
        "problem": problem,
        "reason": reason or ReasonForm(auto_id="id_reopen_%s"),
    }
    return render(request, "plans/plan.html", context, status=status)


def text_context(
    user: User,
    plan: Plan,
    revision: Revision | None,
    task: Task | None,
    answer: GroundsForm | None = None,
    code: str = "",
    ballot: BallotForm | None = None,
) -> dict[str, Any]:
    """What a page shows of a text of the plan, its remarks and the task it waits at."""
    inside = sees_inside(user, plan)
    can_remark = reviews.may_remark(user, task)
    remarks = reviews.remarks_of(revision, is_inside=inside, holds=can_remark)
    sections = sections_of(user, plan, revision, remarks)
    shown = {one.measure_id for part in sections for one in part["versions"]}
    way = way_of(user, revision, inside, ballot)
    answers = answers_of(user, task, answer, code, way["ballot"])
    today = plan.organisation.today(timezone.now())
    return {
        "plan": plan,
        "revision": revision,
        "sections": sections,
        "task": task,
        "answers": answers,
        "is_barred": task is not None
        and user.may(engine.may_answer, task)
        and not may_give_main_answer(user, task),
        "since_seen": reviews.since_last_seen(task)
        if task and user.may(engine.may_answer, task)
        else None,
        "can_remark": can_remark,
        "remarks": [one for one in remarks if one.measure_id not in shown],
        "decisions": revision.decisions.all() if revision else [],
        "unsettled": revision.versions.unsettled().count() if revision else 0,
        "inside": inside,
        **way,
        "has_open_deadlines": any(
            deadlines.leaves_dates_open(one) for part in sections for one in part["versions"]
        ),
        "ends_soon": plan.period_end - today <= NEAR_THE_END,
    }


def sections_of(
    user: Any, plan: Plan, revision: Revision | None, remarks: Iterable[Remark]
) -> list[dict[str, Any]]:
    """Sections with their measures, each with its remarks and what the person may see of its
    progress."""
    if revision is None:
        return []
    dates = LocalDates.at(timezone.now())
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
            overdue=Count("pk", filter=overdue_condition(dates)),
        )
    }
    told: dict[int, list[InterimDate]] = {}
    for interim in InterimDate.objects.visible_to(user).filter(plan=plan).told().with_people():
        told.setdefault(interim.assignment.measure_id, []).append(interim)
    executors = _executors(user, plan)
    rows: dict[int, list[MeasureVersion]] = {}
    versions = revision.versions.select_related(
        "measure", "deadline_confirmed_by", "deadline_confirmed_for"
    )
    for version in versions.prefetch_related("responsibles__person"):
        version.parties = parties_of(  # type: ignore[attr-defined]
            version.responsibles.all(), executors.get(version.measure_id)
        )
        version.told = told.get(version.measure_id, [])[:TOLD_SHOWN]  # type: ignore[attr-defined]
        version.counts = counts.get(version.measure_id)  # type: ignore[attr-defined]
        version.remarks_here = [  # type: ignore[attr-defined]
            one for one in remarks if one.measure_id == version.measure_id
        ]
        rows.setdefault(version.section_id, []).append(version)
    return [
        {"section": section, "versions": rows.get(section.pk, [])}
        for section in revision.sections.all()
    ]


def _executors(user: Any, plan: Plan) -> dict[int, User]:
    """Who carries each measure out now, by the measure; in a plan of several organisations nobody
    does so alone.
    """
    if plan.is_regional:
        return {}
    named = Assignment.objects.visible_to(user).current().filter(measure__plan=plan)
    rows = named.filter(executor__isnull=False).select_related("executor")
    return {row.measure_id: row.executor for row in rows if row.executor}


@dataclass(frozen=True)
class PartyLine:
    """A responsible party: its words in the document, and who it is where they do not name them."""

    words: str
    person: User | None


def parties_of(parties: Iterable[Responsible], executor: User | None) -> list[PartyLine]:
    """The parties of a measure; the first one is whoever carries it out now, if anybody does."""
    lines = []
    for place, party in enumerate(parties):
        person = (executor if place == 0 else None) or party.person
        is_told = person is not None and not is_named(str(person), party.text)
        lines.append(PartyLine(party.text, person if is_told else None))
    return lines


def answers_of(
    user: Any,
    task: Task | None,
    refused: GroundsForm | None,
    code: str,
    ballot: Ballot | None = None,
) -> list[dict[str, Any]]:
    """The answers that the person may give to the open task, each with its form; during a vote only
    the one that it allows so far, and always one that was just refused."""
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
        if (may_give_main_answer(user, task) or not outcome.is_main)
        and (ballot is None or ballot.allows(outcome.is_main) or (refused and outcome.code == code))
    ]


@form_on("plan", "pk")
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a draft for agreement."""
    return _attempt(
        request,
        pk,
        lambda plan: sending.send_for_agreement(
            plan.pk, act=Act.of(request), knows_passed="knows_passed" in request.POST
        ),
        _("The plan has been sent for agreement."),
    )


@form_on("plan", "pk")
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin execution by hand, before the nightly sweep does."""
    return _attempt(
        request,
        pk,
        lambda plan: start_execution(plan.pk, act=Act.of(request)),
        _("Execution has begun: due dates and executors are set."),
    )


@form_on("plan", "pk")
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the plan's report to the ministry."""
    return _attempt(
        request,
        pk,
        lambda plan: sending.send_plan_report(plan.pk, act=Act.of(request)),
        _("The report has been sent to the ministry."),
    )


@form_on("plan", "pk")
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a reported plan back into execution, with a reason."""
    form = ReasonForm(request.POST, auto_id="id_reopen_%s")
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _attempt(
        request,
        pk,
        lambda plan: change_state(
            plan.pk, "reopen", act=Act.of(request), grounds=Grounds(comment=reason)
        ),
        _("The plan is being executed again."),
        form,
    )


def _attempt(
    request: HttpRequest, pk: int, act: Any, success: str, reason: ReasonForm | None = None
) -> HttpResponse:
    """Do it and go back to the plan; what can be corrected there is reported there."""
    plan = visible_plan(request, pk)
    try:
        begun = act(plan)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return show_plan(request, plan, problem=Problem.of(refusal), reason=reason, status=422)
    following = engine.open_task(begun) if isinstance(begun, Process) else None
    messages.success(request, with_turn(success, following))
    return redirect(plan)
