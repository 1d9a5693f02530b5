"""The human step: a viewflow node that knows whose turn it is, by when, and the answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from viewflow.workflow.flow import View
from viewflow.workflow.nodes.view import ViewActivation
from viewflow.workflow.status import STATUS

from compliance.domain.plans.grounds import Grounds
from compliance.models import Organisation, RevisionParty
from compliance.models.parties import PartyKind
from compliance.models.roles import Role
from compliance.services.acts import Act
from compliance.services.calendars import working_calendar
from compliance.services.petitions.rights import deciding_role
from compliance.services.petitions.steps import PetitionAnswer
from compliance.services.plans.routes import at_turn
from workflows.models import Process

Brought = Grounds | PetitionAnswer
"""What a person brings to an answer: to a decision about a plan or a report, or to a petition."""


@dataclass(frozen=True)
class Outcome:
    """One answer to a step: what it does, and what the person must bring."""

    code: str
    label: str | Promise
    # Takes what is brought; a union here would let no effect say which of the two it takes.
    effect: Callable[[Process, Any, Act], None]
    asks: tuple[str, ...] = ()  # of: comment, note, refusal, basis, publication, new_date
    is_main: bool = False
    brings: type[Brought] = Grounds


class HumanActivation(ViewActivation):
    """Creates the step's task in the queue of a role, with its due date."""

    @classmethod
    def create(
        cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None
    ) -> Any:
        """The activation of a new task: organisation, role and due date are set from the start."""
        process = prev_activation.process
        organisation: Organisation = process.organisation
        task = flow_task.flow_class.task_class(
            process=process,
            flow_task=flow_task,
            token=token,
            data=data or {},
            organisation=organisation,
            role=flow_task.role_of(process),
        )
        task.created = process.acted_at or task.created
        task.due_on = process.due_by or working_calendar(organisation).add_working_days(
            organisation.today(task.created), flow_task.days_of(process)
        )
        task.save()
        task.previous.add(prev_activation.task)
        activation = cls(task)
        if process.named:
            activation.assign(process.named)
        return activation


class HumanStep(View):
    """A step that a person of a party takes within so many working days.

    Parties that are called when a text is sent have days of their own.
    """

    activation_class = HumanActivation

    def __init__(self, party: str, *, outcomes: tuple[Outcome, ...], days: int = 0) -> None:
        super().__init__(view=None)
        self.party = party
        self.days = days
        self.outcomes = {outcome.code: outcome for outcome in outcomes}

    def role_of(self, process: Process) -> str:
        """The role in whose queue the task waits: the called party's, that of the plan type, or the
        inspector's.
        """
        if self.party == "inspects":
            return Role.INSPECTOR
        if self.party == "endorses":
            return Role.DIRECTOR
        if self.party == "decides":
            return deciding_role(process.organisation)
        if called := self.called(process):
            return called.role
        return str(process.plan.type.role_of(self.party))

    def days_of(self, process: Process) -> int:
        """The working days for the step: the called party's, or the flow's own."""
        called = self.called(process)
        return called.days if called else self.days

    def called(self, process: Process) -> RevisionParty | None:
        """The party of the text that the step waits for, if it waits for one."""
        if self.party not in PartyKind.values or process.revision is None:
            return None
        return at_turn(process.revision)


def last_outcome(*codes: str) -> Callable[[Any], bool]:
    """A condition for a switch: the last human step ended with one of these answers."""

    def condition(activation: Any) -> bool:
        return activation.process.last_outcome in codes

    return condition


def turn_of(kind: str) -> Callable[[Any], bool]:
    """A condition for a switch: another party of this kind is still to decide."""

    def condition(activation: Any) -> bool:
        party = at_turn(activation.process.revision)
        return party is not None and party.kind == kind

    return condition


__all__ = ["STATUS", "HumanStep", "Outcome", "last_outcome", "turn_of"]
