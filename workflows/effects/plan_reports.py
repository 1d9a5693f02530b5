"""What the answers to a plan's report do."""

from __future__ import annotations

from compliance.domain.plans.grounds import Grounds
from compliance.domain.refusals import Refusal
from compliance.services.acts import Act
from compliance.services.approval.amendments import check_no_amendment
from compliance.services.plans.guards import check_guards
from compliance.services.plans.transitions import change_state, locked_plan
from workflows.effects.events import note
from workflows.models import Process


def accept(process: Process, grounds: Grounds, act: Act) -> None:
    """The ministry accepts the plan's report: executing → reported."""
    change_state(process.plan_id, "accept_report", act=act, grounds=grounds)


def question(process: Process, grounds: Grounds, act: Act) -> None:
    """The ministry wants the report completed; the plan goes on executing."""
    if not grounds.comment.strip():
        raise Refusal("comment_given")
    note(process, "report.question", grounds, act)


def send_again(process: Process, grounds: Grounds, act: Act) -> None:
    """The report has been completed: every due date must be settled once more."""
    check_no_amendment(locked_plan(process.plan_id))
    check_guards(process.plan, "accept_report")
    note(process, "report.send", grounds, act)
