"""The flows at a glance: who acts next. What the plan *is* changes in compliance only."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.lock import SelectForUpdateLock

from compliance.services.petitions.steps import PetitionAnswer
from workflows.effects import (
    approval,
    inspections,
    petitions,
    plan_reports,
    verification,
)
from workflows.models import Process, Task
from workflows.steps import HumanStep, Outcome, last_outcome, turn_of


class ApprovalFlow(flow.Flow):
    """Approval of a plan"""

    process_class = Process
    task_class = Task
    process_title = _("Approval of a plan")
    lock_impl = SelectForUpdateLock(nowait=False)

    start = flow.StartHandle(this.begin).Next(this.agree)

    agree = (
        HumanStep(
            "agrees",
            outcomes=(
                Outcome("agree", _("Agree"), approval.agree, is_main=True),
                Outcome("return", _("Return for rework"), approval.send_back, ("comment",)),
            ),
        )
        .Annotation(title=_("Agree the plan"))
        .Next(this.after_agree)
    )
    after_agree = (
        flow.Switch()
        .Case(this.rework, last_outcome("return"))
        .Case(this.agree, turn_of("agrees"))
        .Default(this.approve)
    )

    rework = (
        HumanStep(
            "drafts",
            days=10,
            outcomes=(
                Outcome("send", _("Send again"), approval.send_again, is_main=True),
                Outcome("withdraw", _("Withdraw from approval"), approval.withdraw),
            ),
        )
        .Annotation(title=_("Rework the plan"))
        .Next(this.after_rework)
    )
    after_rework = flow.Switch().Case(this.agree, last_outcome("send")).Default(this.end)

    approve = (
        HumanStep(
            "approves",
            outcomes=(
                Outcome("approve", _("Approve"), approval.approve, is_main=True),
                Outcome("return", _("Return for rework"), approval.return_to_draft, ("comment",)),
            ),
        )
        .Annotation(title=_("Approve the plan"))
        .Next(this.after_approve)
    )
    after_approve = (
        flow.Switch()
        .Case(this.rework, last_outcome("return"))
        .Case(this.approve, turn_of("approves"))
        .Default(this.publish)
    )

    publish = (
        HumanStep(
            "publishes",
            outcomes=(
                Outcome(
                    "publish", _("Record publication"), approval.publish, ("publication",), True
                ),
                Outcome("return", _("Return for rework"), approval.return_to_draft, ("comment",)),
            ),
        )
        .Annotation(title=_("Publish the plan"))
        .Next(this.after_publish)
    )
    after_publish = flow.Switch().Case(this.end, last_outcome("publish")).Default(this.rework)

    end = flow.End()

    def begin(self, activation: Any, **given: Any) -> Process:
        """The process, bound to the plan and the revision that is to be approved."""
        return _bound(activation, given)


class ReportFlow(flow.Flow):
    """Acceptance of a plan's report"""

    process_class = Process
    task_class = Task
    process_title = _("Acceptance of a report")
    lock_impl = SelectForUpdateLock(nowait=False)

    start = flow.StartHandle(this.begin).Next(this.accept)

    accept = (
        HumanStep(
            "accepts",
            days=10,
            outcomes=(
                Outcome("accept", _("Accept the report"), plan_reports.accept, (), True),
                Outcome("return", _("Return for rework"), plan_reports.question, ("comment",)),
            ),
        )
        .Annotation(title=_("Accept the plan's report"))
        .Next(this.after_accept)
    )
    after_accept = flow.Switch().Case(this.end, last_outcome("accept")).Default(this.complete)

    complete = (
        HumanStep(
            "reports",
            days=10,
            outcomes=(Outcome("send", _("Send again"), plan_reports.send_again, is_main=True),),
        )
        .Annotation(title=_("Complete the plan's report"))
        .Next(this.accept)
    )

    end = flow.End()

    def begin(self, activation: Any, **given: Any) -> Process:
        """The process, bound to the plan."""
        return _bound(activation, given)


class VerificationFlow(flow.Flow):
    """Verification of an execution report"""

    process_class = Process
    task_class = Task
    process_title = _("Verification of an execution report")
    lock_impl = SelectForUpdateLock(nowait=False)

    start = flow.StartHandle(this.begin).Next(this.verify)

    verify = (
        HumanStep(
            "inspects",
            days=5,
            outcomes=(
                Outcome("accept", _("Accept as done"), verification.accept, (), True),
                Outcome(
                    "return",
                    _("Return with a remark"),
                    verification.return_with_remark,
                    ("comment",),
                ),
            ),
        )
        .Annotation(title=_("Verify execution"))
        .Next(this.end)
    )

    end = flow.End()

    def begin(self, activation: Any, **given: Any) -> Process:
        """The process, bound to the report and its plan."""
        return _bound(activation, given)


class PetitionFlow(flow.Flow):
    """Extension of a deadline, or a waiver"""

    process_class = Process
    task_class = Task
    process_title = _("Petition about a due date")
    lock_impl = SelectForUpdateLock(nowait=False)

    start = flow.StartHandle(this.begin).Next(this.after_start)
    after_start = flow.Switch().Case(this.endorse, petitions.needs_endorsement).Default(this.decide)

    endorse = (
        HumanStep(
            "endorses",
            days=2,
            outcomes=(
                Outcome(
                    "endorse", _("Endorse"), petitions.endorse, ("note",), True, PetitionAnswer
                ),
                Outcome(
                    "decline", _("Decline"), petitions.decline, ("refusal",), brings=PetitionAnswer
                ),
            ),
        )
        .Annotation(title=_("Endorse a petition"))
        .Next(this.after_endorse)
    )
    after_endorse = flow.Switch().Case(this.decide, last_outcome("endorse")).Default(this.end)

    decide = (
        HumanStep(
            "decides",
            days=3,
            outcomes=(
                Outcome(
                    "grant",
                    _("Grant"),
                    petitions.grant,
                    ("new_date", "note"),
                    True,
                    PetitionAnswer,
                ),
                Outcome(
                    "refuse", _("Refuse"), petitions.refuse, ("refusal",), brings=PetitionAnswer
                ),
            ),
        )
        .Annotation(title=_("Decide on a petition"))
        .Next(this.end)
    )

    end = flow.End()

    def begin(self, activation: Any, **given: Any) -> Process:
        """The process, bound to the petition and its plan."""
        return _bound(activation, given)


class InspectionFlow(flow.Flow):
    """Inspection of what has been accepted"""

    process_class = Process
    task_class = Task
    process_title = _("Inspection of what has been accepted")
    lock_impl = SelectForUpdateLock(nowait=False)

    start = flow.StartHandle(this.begin).Next(this.inspect)

    inspect = (
        HumanStep(
            "inspects",
            days=10,
            outcomes=(
                Outcome("confirm", _("Execution confirmed"), inspections.confirm, (), True),
                Outcome("refute", _("Execution not confirmed"), inspections.refute),
                Outcome("cancel", _("Cancel the inspection"), inspections.cancel),
            ),
        )
        .Annotation(title=_("Hold an inspection"))
        .Next(this.end)
    )

    end = flow.End()

    def begin(self, activation: Any, **given: Any) -> Process:
        """The process, bound to the inspection, the report it checks and its plan."""
        return _bound(activation, given)


def _bound(activation: Any, given: dict[str, Any]) -> Process:
    process: Process = activation.process
    for name, value in given.items():
        setattr(process, name, value)
    return process
