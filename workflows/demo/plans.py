"""Plans of the demonstration on their way through the parties; each person takes their own step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from compliance.domain.calendar.periods import Period
from compliance.domain.plans.grounds import Grounds
from compliance.models import Organisation, Plan, PlanType, User
from compliance.services.acts import Act
from compliance.services.approval.votes import cast_vote, voters
from compliance.services.execution.in_force import start_execution
from compliance.services.plans.drafts import MeasureDraft, PlanDraft, SectionDraft, draft_plan
from compliance.services.plans.routes import at_turn
from workflows.demo.days import Days
from workflows.demo.measures import SECTIONS, Proposal, measure_of
from workflows.demo.people import Staff
from workflows.flows import ReportFlow
from workflows.models import Process
from workflows.services.plans.sending import send_for_agreement
from workflows.services.tasks import engine

STEPS = ("send", "agree", "approve", "publish", "start")


@dataclass(frozen=True)
class Way:
    """When a plan was drafted, and which steps it has taken since, on which days."""

    drafted: date
    taken: Sequence[date] = ()

    @classmethod
    def up_to(cls, step: str, days: Days, *, began: int, pace: int = 4) -> Way:
        """Drafted so many calendar days ago, and a step every `pace` days until this one."""
        count = STEPS.index(step) + 1 if step else 0
        taken = [days.back(max(began - pace * number, 0)) for number in range(1, count + 1)]
        return cls(days.back(began), taken)


def draft_institution_plan(
    staff: Staff,
    proposals: Sequence[Proposal],
    deadlines: Sequence[str],
    period: Period,
    act: Act,
) -> Plan:
    """A draft of the institution's plan: the council's proposals, with what they lack filled in."""
    sections: dict[str, list[MeasureDraft]] = {number: [] for number in SECTIONS}
    for number, proposal in enumerate(proposals):
        section, draft = measure_of(proposal, staff, number, deadlines[number % len(deadlines)])
        place = len(sections[section]) + 1
        roman = list(SECTIONS).index(section) + 1
        sections[section].append(replace(draft, number=f"{roman}.{place}"))
    return draft_plan(
        PlanDraft(
            organisation=staff.organisation,
            type=PlanType.objects.get(code="institution"),
            title=(
                "План мероприятий по улучшению качества оказания услуг по результатам "
                f"независимой оценки на {years(period)}"
            ),
            period=period,
            sections=[
                SectionDraft(title, number, sections[number]) for number, title in SECTIONS.items()
            ],
        ),
        act=act,
    )


def years(period: Period) -> str:
    """The years of a period as a title has them: 2026 год, 2026-2027 годы."""
    first, last = period.start.year, period.end.year
    return f"{first} год" if first == last else f"{first}-{last} годы"


class Road:
    """Takes plans along their way, each step by the person who plays its party."""

    def __init__(self, days: Days, officials: dict[str, User]) -> None:
        self.days = days
        self.officials = officials
        self.orders = 0

    def party(self, plan: Plan, step: str, director: User | None) -> User:
        """The person who takes this step for a plan of this type."""
        regional = {"send": "coordinator", "agree": "head", "approve": "council"}
        if plan.type.code == "regional":
            return self.officials[regional.get(step, "coordinator")]
        if step in {"agree", "start"} or director is None:
            return self.officials["coordinator"]
        return director

    def take(self, plan: Plan, way: Way, director: User | None = None) -> Process | None:
        """The plan's approval after the steps of the way; None when it was never sent."""
        process: Process | None = None
        for step, day in zip(STEPS, way.taken, strict=False):
            act = Act(self.party(plan, step, director), self.days.at(day))
            if step == "send":
                process = send_for_agreement(plan.pk, act=act, knows_passed=True)
            elif step == "start":
                start_execution(plan.pk, act=act)
            else:
                assert process is not None
                self.step(process, step, director, day)
        return process

    def step(self, process: Process, step: str, director: User | None, day: date) -> None:
        """Let the person of its party take one step of the approval."""
        plan = process.plan
        assert plan is not None, "an approval is about a plan"
        self.vote(plan, day)
        act = Act(self.party(plan, step, director), self.days.at(day))
        self._complete(process, step, act, self._grounds(plan, step, day))

    def vote(self, plan: Plan, day: date, only: int | None = None) -> None:
        """If the party whose turn it is votes: all of its members, or the first few, are for it."""
        party = at_turn(plan.revisions.latest("number"))
        if party is None or not party.is_vote:
            return
        at = self.days.at(day)
        members = voters(party.role, plan.organisation, at)
        members.sort(key=lambda member: member == self.officials["council"])
        for member in members[:only]:
            cast_vote(party.pk, "for", act=Act(member, at))

    def send_back(self, process: Process, comment: str, act: Act) -> None:
        """The waiting party returns the plan for rework."""
        self._complete(process, "return", act, Grounds(comment=comment))

    def accept_report(self, plan: Plan, day: date) -> None:
        """The ministry accepts the plan's report."""
        process = Process.objects.get(plan=plan, flow_class=ReportFlow, status="NEW")
        person = self.officials["coordinator"]
        self._complete(process, "accept", Act(person, self.days.at(day)), Grounds())

    def _complete(self, process: Process, outcome: str, act: Act, grounds: Grounds) -> None:
        task = engine.open_task(process)
        assert task is not None, "the approval waits for somebody"
        engine.complete(task.pk, outcome, act=act, grounds=grounds)

    def _grounds(self, plan: Plan, step: str, day: date) -> Grounds:
        self.orders += 1
        if step == "approve":
            is_regional = plan.organisation.kind == Organisation.Kind.MINISTRY
            return Grounds(
                basis="minutes" if is_regional else "order",
                basis_number=f"{self.orders}-ОС" if is_regional else f"{self.orders}-о",
                basis_date=day,
            )
        if step == "publish":
            return Grounds(published_on=day, published_url=f"https://example.org/plan-{plan.pk}")
        return Grounds()
