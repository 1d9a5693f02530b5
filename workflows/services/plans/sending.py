"""Beginning a matter: a plan sent for agreement, a report for verification, a year's report."""

from __future__ import annotations

import logging
from typing import Any

from django.db import IntegrityError, transaction

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import ExecutionReport, Plan, Revision, User
from compliance.services.acts import Act
from compliance.services.approval.amendments import AMENDABLE, check_no_amendment
from compliance.services.audit.trail import record_and_tell
from compliance.services.evidence import reports
from compliance.services.execution.deadlines import passed_deadlines
from compliance.services.execution.in_force import start_execution
from compliance.services.plans.drafts import may_draft
from compliance.services.plans.guards import check_guards
from compliance.services.plans.routes import call_parties
from compliance.services.plans.texts import amended_by, keep_sending
from compliance.services.plans.transitions import locked_plan
from workflows.effects import petitions
from workflows.flows import ApprovalFlow, ReportFlow, VerificationFlow
from workflows.models import Process

logger = logging.getLogger("vekha.workflows")


def begin(flow_class: Any, act: Act, **given: Any) -> Process:
    """The started process; Conflict when one for the same matter is running already."""
    try:
        with transaction.atomic():
            process: Process = flow_class.start.run(created=act.at, acted_at=act.at, **given)
    except IntegrityError as error:
        raise Conflict("open_task_exists") from error
    return process


@transaction.atomic
def send_for_agreement(
    plan_id: int, *, act: Act, revision: Revision | None = None, knows_passed: bool = False
) -> Process:
    """The approval begun; what the agreeing party would have to refuse is refused here already.

    At most one text of the plan is in drafting; where `revision` is given, it must be that one.
    Deadlines that have passed are refused unless the person `knows_passed`.
    """
    plan = locked_plan(plan_id)
    if not act.may(may_draft, plan):
        raise Forbidden("not_your_step")
    meant, revision = revision, plan.revisions.filter(status=Revision.Status.DRAFTING).first()
    if meant is not None and meant != revision:
        raise Conflict("revision_settled")
    if revision is None or not _goes_to_parties(plan, revision):
        raise Conflict("wrong_state", state=plan.get_state_display())
    check_guards(plan, "agree")
    if revision.is_amendment and not amended_by(revision):
        raise Refusal("nothing_changed")
    passed = passed_deadlines(revision, plan.organisation.today(act.at))
    if passed and not knows_passed:
        raise Refusal("deadlines_passed", passed=passed)
    revision.status = Revision.Status.WITH_PARTIES
    revision.save(update_fields=["status"])
    keep_sending(revision, act)
    call_parties(revision)
    process = begin(ApprovalFlow, act, plan=plan, revision=revision)
    record_and_tell(
        act=act,
        organisation=plan.organisation,
        action="approval.send",
        subject=plan,
        after={"revision": revision.number, **({"passed": len(passed)} if passed else {})},
    )
    return process


def _goes_to_parties(plan: Plan, revision: Revision) -> bool:
    """Whether the plan's state lets the text be sent: a draft, or a change of a binding plan."""
    return plan.state in AMENDABLE if revision.is_amendment else plan.state == "draft"


@transaction.atomic
def submit_execution(occurrence_id: int, *, act: Act) -> ExecutionReport:
    """The report submitted and, unless it is interim, waiting in the inspectors' queue.

    Petitions about the due date that need no answer any longer end with it.
    """
    held = petitions.hold(pk=occurrence_id)
    report = reports.submit_report(occurrence_id, act=act)
    if not report.is_interim:
        begin(VerificationFlow, act, plan=report.occurrence.plan, report=report)
        petitions.end_overtaken(held, act, pk=occurrence_id)
    return report


def may_send_report(user: User, plan: Plan) -> bool:
    """Whether the person belongs to the party that reports on the plan."""
    return user.jurisdiction().holds(plan.type.role_of("reports"), plan.organisation.path)


@transaction.atomic
def send_plan_report(plan_id: int, *, act: Act) -> Process:
    """The plan's year-end report in the ministry's queue."""
    plan = locked_plan(plan_id)
    if act.user is None or not act.may(may_send_report, plan):
        raise Forbidden("not_your_step")
    if plan.state != "executing":
        raise Conflict("wrong_state", state=plan.get_state_display())
    check_no_amendment(plan)
    check_guards(plan, "accept_report")
    process = begin(ReportFlow, act, plan=plan)
    record_and_tell(act=act, organisation=plan.organisation, action="report.send", subject=plan)
    return process


def start_due_plans(*, act: Act) -> int:
    """How many published plans entered execution because their first day has come.

    Each plan has its own transaction: one that cannot begin does not hold up the others.
    """
    started = 0
    for plan in Plan.objects.filter(state="published").select_related("organisation"):
        if plan.period_start > plan.organisation.today(act.at):
            continue
        try:
            start_execution(plan.pk, act=act)
            started += 1
        except Refusal as refusal:
            logger.warning("plan %s does not begin: %s", plan.pk, refusal.code)
    return started
