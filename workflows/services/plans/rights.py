"""What a person may do with a plan now: the one table behind its buttons."""

from __future__ import annotations

from dataclasses import dataclass

from compliance.models import Occurrence, Plan, Revision, User
from compliance.models.jurisdictions import OVERSEEING
from compliance.models.parties import PartyKind
from compliance.models.roles import Role
from compliance.services.approval.drafters import is_barred
from compliance.services.execution.deadlines import may_settle_deadlines
from compliance.services.inspections.planning import may_plan
from compliance.services.plans.drafts import may_draft
from compliance.services.plans.routes import roles_of
from compliance.services.plans.transitions import open_to
from workflows.models import Task
from workflows.services.approval.amendments import may_revise, may_withdraw_revision
from workflows.services.plans.sending import may_send_report
from workflows.services.tasks.engine import may_answer


@dataclass(frozen=True)
class PlanRights:
    """The acts on a plan that its page offers; the services check the same predicates again."""

    edit: bool
    send: bool
    settle_deadlines: bool
    start: bool
    report: bool
    unsettled: int  # due dates that keep the person from sending a report
    reopen: bool
    revise: bool
    withdraw: bool
    inspect: bool


def plan_rights(
    user: User, plan: Plan, revision: Revision | None, *, is_waiting: bool
) -> PlanRights:
    """The person's rights on the plan as it stands; `is_waiting`: there is an open task for it."""
    names = {row.name for row in open_to(user, plan)}
    drafting = revision is not None and revision.is_editable and may_draft(user, plan)
    reports = plan.state == "executing" and not is_waiting and may_send_report(user, plan)
    unsettled = Occurrence.objects.filter(plan=plan).unsettled().count() if reports else 0
    binds = revision is not None and revision.status in {
        Revision.Status.DRAFTING,
        Revision.Status.IN_FORCE,
    }
    return PlanRights(
        edit=drafting,
        send=drafting and not is_waiting,
        settle_deadlines=binds and may_settle_deadlines(user, plan),
        start="start" in names,
        report=reports and not unsettled,
        unsettled=unsettled,
        reopen="reopen" in names,
        revise=revision is not None and not revision.is_open and may_revise(user, plan),
        withdraw=revision is not None and may_withdraw_revision(user, revision),
        inspect=user.may(may_plan, plan.organisation.path),
    )


def sees_inside(user: User, plan: Plan) -> bool:
    """Whether the person sees remarks and history: overseers, the institution, the parties.

    A member of the council may read an institution's published plan, but not how it came about.
    """
    parties = [roles_of(plan, party) for party in ("drafts", *PartyKind.values)]
    roles = OVERSEEING.union({Role.DIRECTOR, Role.EXECUTOR, Role.HR}, *parties)
    duties = user.jurisdiction()
    return any(duties.looks_after(role, plan.organisation.path) for role in roles)


def may_give_main_answer(user: User, task: Task) -> bool:
    """Whether the person may give the main answer, which is not open to drafters of the text."""
    party = task.step.called(task.process)
    if party is None or party.kind == PartyKind.PUBLISHES:
        return user.may(may_answer, task)
    return user.may(_decides, task, user)


def _decides(name: User, task: Task, user: User) -> bool:
    """Whether the task is theirs to answer, and neither they nor the person acting drafted it."""
    return may_answer(name, task) and not is_barred([name.pk, user.pk], task.process.revision)
