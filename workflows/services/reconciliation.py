"""Every invariant that links tables and that no single constraint can hold: what differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from viewflow.workflow.status import PROCESS

from compliance.models import ExecutionReport, Occurrence, Plan, Revision
from compliance.services.occurrences import missing_occurrences
from compliance.services.plans import content_hash
from workflows.flows import ApprovalFlow, InspectionFlow, ReportFlow
from workflows.models import Process, Task

DRAFTED = ("draft", "agreed", "approved")
BINDING = ("published", "executing", "reported")
# Flow and open step → the states in which its plan may be meanwhile. What is still open when a
# plan's report is accepted goes on being reported and verified.
STATES: dict[tuple[Any, str], tuple[str, ...]] = {
    (ApprovalFlow, "agree"): ("draft",),
    (ApprovalFlow, "rework"): ("draft",),
    (ApprovalFlow, "approve"): ("agreed",),
    (ApprovalFlow, "publish"): ("approved",),
    (ReportFlow, "accept"): ("executing",),
    (ReportFlow, "complete"): ("executing",),
    (InspectionFlow, "verify"): ("executing", "reported"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as another table says it must be."""

    kind: str
    subject: str
    expected: str
    found: str


def differences() -> Iterator[Difference]:
    """Everything that differs, in a few statements for each invariant."""
    yield from _tasks_and_states()
    yield from _processes_without_task()
    yield from _plans_without_approval()
    yield from _reports_and_inspections()
    yield from _revisions_and_states()
    yield from _frozen_texts()
    yield from _occurrences_and_reports()
    yield from _occurrences_and_schedule()


def _tasks_and_states() -> Iterator[Difference]:
    """Each open task's plan is in a state that fits the step; its process is running."""
    tasks = Task.objects.open().select_related("process__plan", "process__report__occurrence")
    for task in tasks.order_by("id").iterator():
        step = task.flow_task
        states = STATES[step.flow_class, step.name]
        if task.process.plan.state not in states:
            subject = f"plan {task.process.plan_id}"
            found = f"{task.process.plan.state}, with the open task “{step.name}”"
            yield Difference("state_and_task", subject, " or ".join(states), found)
        if task.process.status != PROCESS.NEW:
            subject = f"process {task.process_id}"
            yield Difference("process_and_task", subject, "running", task.process.status)


def _processes_without_task() -> Iterator[Difference]:
    """Each running process waits for exactly one person."""
    open_tasks = Counter(Task.objects.open().order_by().values_list("process_id", flat=True))
    for pk in (
        Process.objects.filter(status=PROCESS.NEW).order_by("id").values_list("pk", flat=True)
    ):
        if open_tasks[pk] != 1:
            found = f"{open_tasks[pk]} open tasks"
            yield Difference("process_and_task", f"process {pk}", "1 open task", found)


def _plans_without_approval() -> Iterator[Difference]:
    """A text that is with the parties, and no other, has a running approval not in rework."""
    running = {
        task.process.plan_id: task.flow_task.name
        for task in Task.objects.open().select_related("process")
        if task.flow_task.flow_class is ApprovalFlow
    }
    rows = Revision.objects.open().order_by("id").values_list("plan_id", "status", "plan__state")
    for plan, status, state in rows:
        step = running.get(plan)
        with_parties = step not in {None, "rework"}
        if with_parties != (status == Revision.Status.WITH_PARTIES):
            expected = "with the parties" if with_parties else "being drafted"
            yield Difference("revision_and_task", f"plan {plan}", expected, f"{status}, {step}")
        if state in {"agreed", "approved"} and step is None:
            yield Difference("state_and_task", f"plan {plan}", "a running approval", "none")


def _reports_and_inspections() -> Iterator[Difference]:
    """Each submitted report, and no other, has exactly one running inspection."""
    inspections = Process.objects.filter(flow_class=InspectionFlow, status=PROCESS.NEW)
    running = Counter(inspections.order_by().values_list("report_id", flat=True))
    submitted = ExecutionReport.objects.filter(status=ExecutionReport.Status.SUBMITTED)
    waiting = set(submitted.order_by().values_list("pk", flat=True))
    for pk in sorted(waiting | set(running)):
        expected = int(pk in waiting)
        if running[pk] != expected:
            yield Difference(
                "report_and_inspection",
                f"report {pk}",
                f"{expected} running inspections",
                f"{running[pk]}",
            )


def _revisions_and_states() -> Iterator[Difference]:
    """A plan that binds has one revision in force; one that does not has only an open one."""
    status = Revision.Status
    kept: dict[int, Counter[str]] = {}
    for plan, found in Revision.objects.order_by().values_list("plan_id", "status"):
        kept.setdefault(plan, Counter())[found] += 1
    for plan, state in Plan.objects.order_by("id").values_list("pk", "state"):
        counts = kept.get(plan, Counter())
        in_force = counts[status.IN_FORCE]
        being_made = counts[status.DRAFTING] + counts[status.WITH_PARTIES]
        if in_force != int(state in BINDING):
            yield Difference(
                "revision_and_state",
                f"plan {plan}, {state}",
                f"{int(state in BINDING)} revisions in force",
                f"{in_force}",
            )
        if state in DRAFTED and being_made != 1:
            found = f"{being_made}"
            yield Difference("revision_and_state", f"plan {plan}, {state}", "1 draft", found)


def _frozen_texts() -> Iterator[Difference]:
    """The text in force is the one that was frozen."""
    for revision in Revision.objects.in_force().select_related("plan").order_by("id").iterator():
        if revision.content_hash != (found := content_hash(revision)):
            subject = f"plan {revision.plan_id}, revision {revision.number}"
            yield Difference("frozen_text", subject, revision.content_hash, found)


def _occurrences_and_reports() -> Iterator[Difference]:
    """An occurrence is accepted, or waits for its inspector, exactly when its report does."""
    occurrence, report = Occurrence.Status, ExecutionReport.Status
    wrong = Occurrence.objects.filter(status=occurrence.ACCEPTED).exclude(
        accepted_report__status=report.ACCEPTED, accepted_report__occurrence=F("pk")
    )
    for row in wrong.select_related("accepted_report").order_by("id"):
        found = row.accepted_report.status if row.accepted_report else "none"
        yield Difference(
            "occurrence_and_report", f"occurrence {row.pk}", "its own accepted report", found
        )
    pairs = (
        (report.ACCEPTED, Q(occurrence__accepted_report=F("pk"))),
        (report.SUBMITTED, Q(occurrence__status=occurrence.SUBMITTED)),
    )
    for status, agrees in pairs:
        rows = ExecutionReport.objects.filter(status=status).exclude(agrees)
        for pk, due, found in rows.order_by("id").values_list(
            "pk", "occurrence_id", "occurrence__status"
        ):
            expected = f"{status}, as report {pk}"
            yield Difference("occurrence_and_report", f"occurrence {due}", expected, found)
    unheard = Occurrence.objects.filter(status=occurrence.SUBMITTED).exclude(
        reports__status=report.SUBMITTED
    )
    for pk in unheard.order_by("id").values_list("pk", flat=True):
        yield Difference("occurrence_and_report", f"occurrence {pk}", "a submitted report", "none")


def _occurrences_and_schedule() -> Iterator[Difference]:
    """Every date that the schedule asks for has its occurrence."""
    for row in missing_occurrences():
        subject = f"plan {row.plan_id}, assignment {row.assignment_id}"
        yield Difference("occurrence_and_schedule", subject, f"due {row.due_on}", "missing")


__all__ = ["Difference", "differences"]
