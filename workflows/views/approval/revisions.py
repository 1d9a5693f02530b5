"""Revisions of a plan: the list with what each changes, opening one, withdrawing one."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from compliance.domain.refusals import Refusal
from compliance.forms.approval import BallotForm
from compliance.models import Revision
from compliance.services.acts import Act
from compliance.services.audit.timelines import history_of_revision
from compliance.services.plans.texts import changes_of, predecessor_of
from compliance.views.requests import form_on, person
from notifications.views.paging import page_of
from workflows.forms.answers import GroundsForm, ReasonForm
from workflows.models import Process, Task
from workflows.services.approval import amendments
from workflows.services.plans import sending
from workflows.services.plans.rights import plan_rights
from workflows.services.tasks import engine
from workflows.views.plans.plans import SHOWN_OF_TASK, text_context, visible_plan
from workflows.views.plans.problems import Problem
from workflows.wording import with_turn


@require_safe
def revisions(request: HttpRequest, pk: int) -> HttpResponse:
    """The revisions of a plan that the person may read, latest first."""
    plan = visible_plan(request, pk)
    rows = plan.revisions.visible_to(person(request)).order_by("-number")
    context = {
        "plan": plan,
        "page": page_of(rows.select_related("created_by", "created_for"), request),
        "tasks": list(Task.objects.open().of_plan_itself(plan).select_related("process")),
        "may_revise": amendments.may_revise(person(request), plan),
    }
    return render(request, "approval/revisions.html", context)


@require_safe
def revision(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One revision: its text, what it changes, what the parties decided, whose turn it is."""
    return show_revision(request, visible_revision(request, pk, number))


def visible_revision(request: HttpRequest, pk: int, number: int) -> Revision:
    rows = Revision.objects.visible_to(person(request)).select_related(
        "plan__organisation", "plan__type", "created_by", "created_for"
    )
    return get_object_or_404(rows.prefetch_related("plan__type__steps"), plan=pk, number=number)


def revision_page(
    request: HttpRequest, process: Process, *, answer: GroundsForm, code: str, status: int
) -> HttpResponse:
    """The revision's page with a refused answer still filled in."""
    found = process.revision
    assert found is not None, "an amendment has its revision"
    return show_revision(request, found, answer=answer, code=code, status=status)


def show_revision(
    request: HttpRequest,
    found: Revision,
    *,
    answer: GroundsForm | None = None,
    code: str = "",
    problem: Problem | None = None,
    reason: ReasonForm | None = None,
    ballot: BallotForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user, plan = person(request), found.plan
    tasks = list(Task.objects.open().of_amendment(found).select_related(*SHOWN_OF_TASK))
    task = next(iter(tasks), None) if found.is_amendment else None
    before = predecessor_of(found)
    is_waiting = task is not None or not found.is_amendment
    context = {
        **text_context(user, plan, found, task, answer, code, ballot),
        "rights": plan_rights(user, plan, found, is_waiting=is_waiting),
        "before": before,
        "differences": changes_of(before, found) if before else None,
        "reason": reason or ReasonForm(),
        "problem": problem,
        "tasks": tasks,
        "history": history_of_revision(
            user, found, Task.objects.filter(process__revision=found).values("pk")
        ),
    }
    return render(request, "approval/revision.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a change of a binding plan: why, and what will happen."""
    plan, act = visible_plan(request, pk), Act.of(request)
    amendments.check_may_revise(plan, act)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        opened = amendments.revise_plan(plan.pk, reason=form.cleaned_data["reason"], act=act)
        messages.success(request, _("A new revision is open: change the measures and send it."))
        return redirect(opened)
    status = 422 if form.errors else 200
    context = {"plan": plan, "form": form}
    return render(request, "approval/revise.html", context, status=status)


@form_on("plan-revision", "pk", "number")
def send(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Send a change of the plan to its parties."""
    found = visible_revision(request, pk, number)
    act = Act.of(request)
    return _attempt(
        request,
        found,
        lambda: sending.send_for_agreement(
            found.plan_id,
            act=act,
            revision=found,
            knows_passed="knows_passed" in request.POST,
        ),
        _("The change of the plan has been sent for agreement."),
    )


@form_on("plan-revision", "pk", "number")
def withdraw(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Withdraw a change of the plan, with a reason."""
    found = visible_revision(request, pk, number)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    act = Act.of(request)
    return _attempt(
        request,
        found,
        lambda: amendments.withdraw_revision(found, reason=reason, act=act),
        _("The change of the plan has been withdrawn; the text in force stays."),
    )


def _attempt(
    request: HttpRequest, found: Revision, act: Callable[[], object], success: str
) -> HttpResponse:
    """Do it and go back to the revision; what can be corrected there is reported there."""
    try:
        begun = act()
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        form = ReasonForm(request.POST) if "reason" in request.POST else None
        return show_revision(request, found, problem=Problem.of(refusal), reason=form, status=422)
    following = engine.open_task(begun) if isinstance(begun, Process) else None
    messages.success(request, with_turn(success, following))
    return redirect(address_of(found))


def address_of(found: Revision) -> str:
    """The page of a revision; for a plan's first one, the plan's page."""
    return reverse("plan-revision", args=[found.plan_id, found.number])
