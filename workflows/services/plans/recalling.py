"""A sent report taken back, until an inspector has taken its verification.

Whoever may report may recall. Recalling and taking lock the same process, so one of them comes
first, and the other is told so.
"""

from __future__ import annotations

from django.db import transaction

from compliance.domain.refusals import Conflict, Forbidden
from compliance.models import ExecutionReport, Occurrence, User
from compliance.services.acts import Act
from compliance.services.evidence import reports
from workflows.effects.withdrawal import cancel
from workflows.flows import VerificationFlow
from workflows.models import Task
from workflows.services.tasks import engine


def verification_of(occurrence: Occurrence) -> Task | None:
    """The open task of verifying the report on the due date; None while no report waits."""
    waiting = Task.objects.open().filter(flow_task=VerificationFlow.verify)
    of_it = waiting.filter(process__report__occurrence=occurrence)
    return of_it.select_related("owner", "organisation").first()


def taken_by(task: Task) -> User | None:
    """Whoever has taken the verification and may still give a verdict; None while it is free."""
    owner = task.owner
    return owner if owner is not None and engine.may_act(owner, task) else None


@transaction.atomic
def recall_execution(occurrence_id: int, *, act: Act, seen: str = "") -> ExecutionReport:
    """The report recalled: its verification ended, its text and files a draft again.

    Raises Conflict when it has been verified or recalled already, or an inspector has taken it;
    also when another has been sent since a page showed the one whose id is `seen`.
    """
    occurrence = Occurrence.objects.select_related("organisation", "assignment").get(
        pk=occurrence_id
    )
    if not act.may(reports.may_report, occurrence):
        raise Forbidden("not_your_step")
    waiting = verification_of(occurrence)
    if waiting is None:
        raise Conflict("report_not_waiting")
    with engine.locked_task(waiting.pk) as task:
        if not task.is_open or seen not in {"", str(task.process.report_id)}:
            raise Conflict("report_not_waiting")
        if inspector := taken_by(task):
            raise Conflict("verification_taken", name=str(inspector))
        report = reports.recall_report(task.process.report_id, act=act)
        cancel(task.process, act)
    return report
