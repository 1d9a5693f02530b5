"""A petition from asking to withdrawing, and what its pages offer to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from compliance.domain.refusals import Conflict, Forbidden
from compliance.models import Occurrence, Petition, User
from compliance.services.acts import Act
from compliance.services.petitions import rights, steps
from compliance.services.petitions.steps import Wish
from workflows.effects.petitions import hold
from workflows.effects.withdrawal import cancel
from workflows.flows import PetitionFlow
from workflows.models import Task
from workflows.services.plans.sending import begin
from workflows.services.tasks import engine


@transaction.atomic
def ask(occurrence_id: int, wish: Wish, *, act: Act) -> Petition:
    """The petition, in the queue of whoever has to answer it first."""
    petition = steps.file_petition(occurrence_id, wish, act=act)
    begin(PetitionFlow, act, plan=petition.occurrence.plan, petition=petition)
    return petition


@transaction.atomic
def withdraw(petition_id: int, *, act: Act) -> Petition:
    """The petition withdrawn, its task gone from the queue."""
    petition = Petition.objects.select_related("occurrence__organisation").get(pk=petition_id)
    if not act.may(rights.may_withdraw_petition, petition):
        raise Forbidden("not_your_petition")
    held = hold(petitions=petition_id)
    if not held:
        raise Conflict("petition_decided")
    petition = steps.withdraw_petition(petition_id, act=act)
    for process in held:
        cancel(process, act)
    return petition


@dataclass(frozen=True)
class Panel:
    """What an occurrence's page shows about petitions, and which acts it offers."""

    pending: Petition | None
    ended: list[Petition]
    task: Task | None  # where the pending one waits
    extend: bool
    is_period_over: bool  # an extension could be asked for if the plan had a day left
    ask_waiver: bool
    waive: bool
    withdraw: bool


def panel(user: User, occurrence: Occurrence, now: datetime) -> Panel:
    """The petitions about a due date that the person may open, and their rights."""
    found = list(Petition.objects.filter(occurrence=occurrence).with_people())
    for petition in found:
        petition.occurrence = occurrence
    pending = next((one for one in found if one.is_open), None)
    is_free = occurrence.status == Occurrence.Status.OPEN and pending is None
    asks = is_free and user.may(rights.may_ask, occurrence)
    waives = is_free and rights.may_waive_unasked(user, occurrence)
    can_extend = steps.can_extend(occurrence, now)
    return Panel(
        pending=pending,
        ended=[one for one in found if not one.is_open],
        task=task_of(pending) if pending else None,
        extend=asks and can_extend,
        is_period_over=asks and not can_extend,
        ask_waiver=asks and not waives,
        waive=waives,
        withdraw=pending is not None and user.may(rights.may_withdraw_petition, pending),
    )


def may_answer_petition(user: User, petition: Petition, task: Task) -> bool:
    """Whether the petition's page lets the person answer its open task."""
    if not (task.is_open and user.may(engine.may_answer, task)):
        return False
    if petition.needs_endorsement:
        return user.may(rights.may_endorse, petition)
    return user.pk not in petition.askers and user.may(rights.may_decide_petition, petition)


def task_of(petition: Petition) -> Task | None:
    """The last human task of the petition: the open one while it is undecided."""
    tasks = Task.objects.filter(process__petition=petition, flow_task_type="HUMAN")
    return tasks.select_related("owner", "organisation", "process__plan").order_by("pk").last()
