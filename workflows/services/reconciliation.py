"""Every invariant that links tables and that no single constraint can hold: what differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from viewflow.workflow.status import PROCESS, STATUS

from compliance.models import ExecutionReport, Inspection, Occurrence, Petition, Plan, Revision
from compliance.services.occurrences import missing_occurrences
from compliance.services.plans import content_hash
from workflows.flows import (
    ApprovalFlow,
    InspectionFlow,
    PetitionFlow,
    PlannedInspectionFlow,
    ReportFlow,
)
from workflows.models import Process, Task
from workflows.services.stranded import stranded_tasks

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
    (PetitionFlow, "endorse"): ("executing", "reported"),
    (PetitionFlow, "decide"): ("executing", "reported"),
    (PlannedInspectionFlow, "inspect"): ("executing", "reported"),
}


# A change of a plan that binds goes the way of a first text, and the plan goes on meanwhile.
AMENDED = ("published", "executing")


def states_at(task: Task) -> tuple[str, ...]:
    """The states in which the plan may be while the task is open."""
    step = task.flow_task
    if task.process.is_amendment:
        return AMENDED
    return STATES[step.flow_class, step.name]


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
    yield from _tasks_and_queues()
    yield from _tasks_and_memberships()
    yield from _processes_without_task()
    yield from _plans_without_approval()
    yield from _reports_and_inspections()
    yield from _petitions_and_processes()
    yield from _occurrences_and_petitions()
    yield from _inspections_and_processes()
    yield from _inspections_and_reports()
    yield from _revisions_and_states()
    yield from _frozen_texts()
    yield from _occurrences_and_revisions()
    yield from _occurrences_and_reports()
    yield from _occurrences_and_schedule()
    yield from _occurrences_and_dates()
    yield from _occurrences_and_assignments()


def _tasks_and_states() -> Iterator[Difference]:
    """Each open task's plan is in a state that fits the step; its process is running."""
    tasks = Task.objects.open().select_related(
        "process__plan", "process__revision", "process__report__occurrence"
    )
    for task in tasks.order_by("id").iterator():
        step, states = task.flow_task, states_at(task)
        if task.process.plan.state not in states:
            subject = f"plan {task.process.plan_id}"
            found = f"{task.process.plan.state}, with the open task “{step.name}”"
            yield Difference("state_and_task", subject, " or ".join(states), found)
        if task.process.status != PROCESS.NEW:
            subject = f"process {task.process_id}"
            yield Difference("process_and_task", subject, "running", task.process.status)


def _tasks_and_queues() -> Iterator[Difference]:
    """Each open task waits in the queue that its step asks for, or is somebody's: never both."""
    tasks = Task.objects.open().select_related(
        "process__plan__type",
        "process__plan__organisation",
        "process__revision",
        "process__report__occurrence__organisation",
        "process__petition__occurrence__organisation",
    )
    for task in tasks.order_by("id").iterator():
        process, subject = task.process, f"task {task.pk}"
        expected = f"{task.flow_task.role_of(process)} of {process.organisation.pk}"
        if (found := f"{task.role} of {task.organisation_id}") != expected:
            yield Difference("task_and_queue", subject, expected, found)
        if (task.status == STATUS.NEW) != (task.owner_id is None):
            expected = "nobody's" if task.status == STATUS.NEW else "somebody's"
            yield Difference("task_and_owner", subject, expected, f"owner {task.owner_id}")


def _tasks_and_memberships() -> Iterator[Difference]:
    """Whoever has an open task can complete it today: they are active and hold its role."""
    rows = stranded_tasks(timezone.localdate()).order_by("id")
    for pk, role, owner in rows.values_list("pk", "role", "owner__username"):
        yield Difference("task_and_membership", f"task {pk}", f"an active {role}", owner)


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


def _petitions_and_processes() -> Iterator[Difference]:
    """Each open petition, and no other, is on its way, at the step of whose turn it is."""
    tasks = Task.objects.open().filter(process__petition__isnull=False)
    steps = {
        task.process.petition_id: task.flow_task.name for task in tasks.select_related("process")
    }
    processes = Process.objects.filter(status=PROCESS.NEW, petition__isnull=False)
    running = set(processes.order_by().values_list("petition_id", flat=True))
    rows = Petition.objects.filter(Q(pk__in=running) | Q(status=Petition.Status.OPEN))
    for petition in rows.select_related("occurrence__organisation").order_by("pk"):
        subject, found = f"petition {petition.pk}", steps.get(petition.pk, "none")
        expected = "endorse" if petition.needs_endorsement else "decide"
        if not petition.is_open:
            yield Difference("petition_and_task", subject, "no process", f"one at “{found}”")
        elif petition.pk not in running or found != expected:
            yield Difference("petition_and_task", subject, f"a task “{expected}”", found)


def _occurrences_and_petitions() -> Iterator[Difference]:
    """What is asked is still to be decided; what was granted has happened, and nothing else."""
    status, kind = Occurrence.Status, Petition.Kind
    pending = Petition.objects.open().select_related("occurrence")
    late = Q(kind=kind.EXTENSION, occurrence__status=status.SUBMITTED)
    for row in pending.exclude(Q(occurrence__status=status.OPEN) | late).order_by("pk"):
        subject = f"petition {row.pk}"
        yield Difference("occurrence_and_petition", subject, "open", row.occurrence.status)
    done = Petition.objects.filter(status=Petition.Status.GRANTED)
    kept = done.filter(kind=kind.WAIVER).exclude(occurrence__status=status.WAIVED)
    for row in kept.select_related("occurrence").order_by("pk"):
        subject = f"petition {row.pk}"
        yield Difference("occurrence_and_petition", subject, "waived", row.occurrence.status)
    granted = done.filter(occurrence=OuterRef("pk"))
    counted = granted.filter(kind=kind.EXTENSION).order_by().values("occurrence")
    rows = Occurrence.objects.annotate(
        granted=Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0)
    )
    moved = rows.filter(Q(extension_count__gt=0) | Exists(granted)).exclude(
        extension_count=F("granted")
    )
    for pk, expected, found in moved.order_by("pk").values_list("pk", "granted", "extension_count"):
        subject = f"occurrence {pk}"
        yield Difference("occurrence_and_petition", subject, f"{expected} extensions", str(found))


def _inspections_and_processes() -> Iterator[Difference]:
    """Each inspection to be held, and no other, has exactly one running process."""
    planned = Process.objects.filter(flow_class=PlannedInspectionFlow, status=PROCESS.NEW)
    running = Counter(planned.order_by().values_list("inspection_id", flat=True))
    waiting = set(Inspection.objects.open().order_by().values_list("pk", flat=True))
    for pk in sorted(waiting | set(running), key=lambda one: one or 0):
        expected = int(pk in waiting)
        if running[pk] != expected:
            subject, found = f"inspection {pk}", f"{running[pk]} running processes"
            yield Difference("inspection_and_process", subject, f"{expected} of them", found)


def _inspections_and_reports() -> Iterator[Difference]:
    """What is to be inspected is accepted; what was not confirmed is revoked, and no other."""
    status, report = Inspection.Status, ExecutionReport.Status
    fits = {
        status.OPEN: (report.ACCEPTED,),
        status.NOT_CONFIRMED: (report.REVOKED,),
    }
    for one, expected in fits.items():
        rows = Inspection.objects.filter(status=one).exclude(report__status__in=expected)
        for pk, found in rows.order_by("pk").values_list("pk", "report__status"):
            subject = f"inspection {pk}, {one}"
            yield Difference("inspection_and_report", subject, " or ".join(expected), found)
    refuted = Inspection.objects.filter(status=status.NOT_CONFIRMED).values("report")
    revoked = ExecutionReport.objects.filter(status=report.REVOKED).exclude(pk__in=refuted)
    for pk in revoked.order_by("pk").values_list("pk", flat=True):
        yield Difference(
            "inspection_and_report", f"report {pk}", "an inspection that refuted it", "none"
        )


def _revisions_and_states() -> Iterator[Difference]:
    """A plan that binds has one text in force; one that does not has only an open one."""
    status = Revision.Status
    kept: dict[int, dict[str, list[int]]] = {}
    for plan, found, number in Revision.objects.order_by("number").values_list(
        "plan_id", "status", "number"
    ):
        kept.setdefault(plan, {}).setdefault(found, []).append(number)
    for plan, state in Plan.objects.order_by("id").values_list("pk", "state"):
        rows = kept.get(plan, {})
        subject = f"plan {plan}, {state}"
        in_force = rows.get(status.IN_FORCE, [])
        being_made = rows.get(status.DRAFTING, []) + rows.get(status.WITH_PARTIES, [])
        if len(in_force) != int(state in BINDING):
            expected = f"{int(state in BINDING)} revisions in force"
            yield Difference("revision_and_state", subject, expected, f"{len(in_force)}")
        wanted = {"reported": (0,), "published": (0, 1), "executing": (0, 1)}.get(state, (1,))
        if len(being_made) not in wanted:
            expected = f"{' or '.join(map(str, wanted))} drafts"
            yield Difference("revision_and_state", subject, expected, f"{len(being_made)}")
        yield from _order_of_revisions(subject, rows, in_force, being_made)


def _order_of_revisions(
    subject: str, rows: dict[str, list[int]], in_force: list[int], being_made: list[int]
) -> Iterator[Difference]:
    """The text in force is later than all that bound before, and earlier than one on its way."""
    before = rows.get(Revision.Status.SUPERSEDED, [])
    if in_force and before and max(before) > max(in_force):
        found = f"{max(in_force)} in force, {max(before)} superseded"
        yield Difference("revision_and_state", subject, "the latest in force", found)
    if in_force and being_made and min(being_made) < max(in_force):
        found = f"{max(in_force)} in force, {min(being_made)} being made"
        yield Difference("revision_and_state", subject, "a draft after what binds", found)


def _frozen_texts() -> Iterator[Difference]:
    """Each text that binds, or once did, is the one that was frozen."""
    for revision in Revision.objects.frozen().select_related("plan").order_by("id").iterator():
        if revision.content_hash != (found := content_hash(revision)):
            subject = f"plan {revision.plan_id}, revision {revision.number}"
            yield Difference("frozen_text", subject, revision.content_hash, found)


def _occurrences_and_revisions() -> Iterator[Difference]:
    """What is on control is owed under the text in force, unless that text dropped the measure."""
    rows = (
        Occurrence.objects.on_control()
        .filter(assignment__measure__removed_by__isnull=True)
        .exclude(version__revision__status=Revision.Status.IN_FORCE)
    )
    for pk, number in rows.order_by("id").values_list("pk", "version__revision__number"):
        subject = f"occurrence {pk}"
        yield Difference("occurrence_and_revision", subject, "the text in force", f"{number}")


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


def _occurrences_and_dates() -> Iterator[Difference]:
    """What nobody extended is due when it first was; what was extended, on the day last granted."""
    granted = Petition.objects.filter(
        occurrence=OuterRef("pk"), kind=Petition.Kind.EXTENSION, status=Petition.Status.GRANTED
    ).order_by("-decided_at", "-pk")
    rows = Occurrence.objects.annotate(
        lawful=Case(
            When(extension_count=0, then=F("original_due_on")),
            default=Subquery(granted.values("granted_due_on")[:1]),
        )
    )
    moved = rows.filter(lawful__isnull=False).exclude(due_on=F("lawful")).order_by("pk")
    for pk, expected, found in moved.values_list("pk", "lawful", "due_on"):
        yield Difference("occurrence_and_date", f"occurrence {pk}", f"{expected}", f"{found}")


def _occurrences_and_assignments() -> Iterator[Difference]:
    """A due date belongs to the plan, the measure and the organisation of its assignment."""
    rows = Occurrence.objects.exclude(
        organisation=F("assignment__organisation"),
        plan=F("assignment__measure__plan"),
        version__measure=F("assignment__measure"),
    )
    for pk, assignment in rows.order_by("pk").values_list("pk", "assignment_id"):
        expected = f"what assignment {assignment} says"
        yield Difference(
            "occurrence_and_assignment", f"occurrence {pk}", expected, "something else"
        )


__all__ = ["Difference", "differences"]
