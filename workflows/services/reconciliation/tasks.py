"""Open tasks against plans, processes, queues, parties and people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from viewflow.workflow.status import PROCESS, STATUS

from compliance.models import RevisionParty
from compliance.models.parties import PartyKind
from compliance.services.plans.routes import parties_at_turn
from workflows.flows import (
    ApprovalFlow,
    InspectionFlow,
    PetitionFlow,
    ReportFlow,
    VerificationFlow,
)
from workflows.models import Task
from workflows.services.reconciliation.difference import Difference
from workflows.services.tasks.stranded import stranded_givers, stranded_tasks

# Flow and open step → the states that its plan may be in. What is still open when a plan's report
# is accepted goes on being reported and verified.
STATES: dict[tuple[Any, str], tuple[str, ...]] = {
    (ApprovalFlow, "agree"): ("draft",),
    (ApprovalFlow, "rework"): ("draft",),
    (ApprovalFlow, "approve"): ("agreed",),
    (ApprovalFlow, "publish"): ("approved",),
    (ReportFlow, "accept"): ("executing",),
    (ReportFlow, "complete"): ("executing",),
    (VerificationFlow, "verify"): ("executing", "reported"),
    (PetitionFlow, "endorse"): ("executing", "reported"),
    (PetitionFlow, "decide"): ("executing", "reported"),
    (InspectionFlow, "inspect"): ("executing", "reported"),
}


# A change of a binding plan takes the steps of a first text while the plan goes on.
AMENDED = ("published", "executing")


def states_at(task: Task) -> tuple[str, ...]:
    """The states that the plan may be in while the task is open."""
    step = task.flow_task
    if task.process.is_amendment:
        return AMENDED
    return STATES[step.flow_class, step.name]


def _tasks_and_plans() -> Iterator[Difference]:
    """The process of each open task is running, and its plan in a state that fits the step."""
    for task in _open_tasks():
        step, process, subject = task.flow_task, task.process, f"task {task.pk}"
        if process.status != PROCESS.NEW:
            yield Difference(
                "process_and_task", f"process {task.process_id}", "running", process.status
            )
        if process.flow_class is not step.flow_class:
            expected, found = process.flow_class.__name__, step.flow_class.__name__
            yield Difference("process_and_task", subject, f"a step of {expected}", f"of {found}")
        elif process.plan.state not in (states := states_at(task)):
            found = f"{process.plan.state}, with the open task “{step.name}”"
            yield Difference(
                "state_and_task", f"plan {process.plan_id}", " or ".join(states), found
            )


def _tasks_and_queues() -> Iterator[Difference]:
    """Each open task waits in the queue of its step, or is somebody's: never both."""
    sent = Task.objects.open().filter(process__revision__isnull=False)
    turns = parties_at_turn(sent.order_by().values("process__revision"))
    for task in _open_tasks():
        process, subject = task.process, f"task {task.pk}"
        if task.flow_task.party in PartyKind.values:
            party = turns.get(process.revision_id)
            yield from _party(task, party)
            role = party.role if party else ""
        else:
            role = task.flow_task.role_of(process)
        expected = f"{role} of {process.organisation.pk}"
        if (found := f"{task.role} of {task.organisation_id}") != expected:
            yield Difference("task_and_queue", subject, expected, found)
        if (task.status == STATUS.NEW) != (task.owner_id is None):
            expected = "nobody's" if task.status == STATUS.NEW else "somebody's"
            yield Difference("task_and_owner", subject, expected, f"owner {task.owner_id}")


def _party(task: Task, party: RevisionParty | None) -> Iterator[Difference]:
    """A step of an approval waits for the party that has to act next, and is of its kind."""
    expected, found = task.flow_task.party, party.kind if party else "none"
    if found != expected:
        yield Difference("task_and_party", f"task {task.pk}", f"a party that {expected}", found)


def _open_tasks() -> Iterator[Task]:
    tasks = Task.objects.open().select_related(
        "process__plan__type",
        "process__plan__organisation",
        "process__revision",
        "process__report__occurrence__organisation",
        "process__petition__occurrence__organisation",
    )
    yield from tasks.order_by("id").iterator()


def _tasks_and_memberships() -> Iterator[Difference]:
    """The owner of an open task can complete it today: they are active and hold its role."""
    rows = stranded_tasks(timezone.localdate()).order_by("id")
    for pk, role, owner in rows.values_list("pk", "role", "owner__username"):
        yield Difference("task_and_membership", f"task {pk}", f"an active {role}", owner)


def _tasks_and_givers() -> Iterator[Difference]:
    """A task that somebody prepares goes back to another person, who can finish it."""
    lent = Task.objects.open().filter(delegated_by__isnull=False)
    alone = lent.filter(Q(owner__isnull=True) | Q(owner=F("delegated_by"))).order_by("id")
    for pk, owner in alone.values_list("pk", "owner__username"):
        found = owner or "nobody"
        yield Difference("task_and_giver", f"task {pk}", "another who prepares it", found)
    rows = stranded_givers(timezone.localdate()).order_by("id")
    for pk, role, giver in rows.values_list("pk", "role", "delegated_by__username"):
        yield Difference("task_and_giver", f"task {pk}", f"an active {role} who asked", giver)


CHECKS = (_tasks_and_plans, _tasks_and_queues, _tasks_and_memberships, _tasks_and_givers)
