"""The ministry's own plans: the Smolensk plan half-way through, and two not yet approved."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from compliance.models import (
    MeasureVersion,
    Occurrence,
    Plan,
    PlanType,
    Proposal,
    Responsible,
)
from compliance.models.roles import Role
from compliance.services.acts import Act
from compliance.services.documents.imports import Request, import_document
from compliance.services.execution.deadlines import confirm_deadline
from compliance.services.plans.drafts import (
    MeasureDraft,
    PlanDraft,
    ResponsibleDraft,
    SectionDraft,
    change_measure,
    draft_plan,
)
from compliance.services.reference.plan_types import draft_of, seen
from workflows.demo.course import Course
from workflows.demo.days import Days
from workflows.demo.people import Cast
from workflows.demo.plans import Road, Way, years
from workflows.services.reference.plan_types import change_type

# The proofs of the Smolensk plan's measures.
PROOFS = {
    "1.1": "photo",
    "1.2": "photo",
    "1.3": "photo",
    "1.4": "number",
    "1.5": "link",
    "1.6": "photo",
    "1.7": "photo",
    "2.1": "link",
    "2.2": "link",
    "2.3": "number",
    "2.4": "number",
    "2.5": "number",
    "3.1": "number",
    "3.2": "number",
}
# Where the words fix no date, the coordinator sets one so many working days back or ahead.
SET_DATES = {"1.5": -7, "1.6": 18}
# One party in so many did not report in time; of one in so many the report waits for the inspector.
UNDONE_EVERY, WAITING_EVERY = 9, 11
# Of these measures' next checkpoints, one in so many has been reported on already.
EARLY, EARLY_EVERY = ("2.1", "2.2", "2.3", "2.4"), 9


class RegionalPlans:
    """Makes the three regional plans and fills the matrix of the one that is executed."""

    def __init__(self, days: Days, cast: Cast) -> None:
        self.days = days
        self.cast = cast
        self.road = Road(days, cast.officials)
        self.coordinator = cast.officials["coordinator"]

    def make(self, text: str) -> None:
        """Make the executed plan from the document's text, and the two that wait for a party."""
        self._let_the_council_vote()
        self._execute(self._imported(text))
        waiting = self._on_the_way("agree", "доступности и комфортности", first=0)
        self.road.vote(waiting, self.days.back(2), only=1)
        self._on_the_way("send", "открытости и доступности информации", first=4)

    def _let_the_council_vote(self) -> None:
        """The council decides on regional plans by vote of at least half of its members."""
        kind = PlanType.objects.get(code="regional")
        draft = draft_of(kind)
        steps = [replace(step, is_vote=step.role == Role.COUNCIL) for step in draft.steps]
        administrator = Act(self.cast.officials["admin"], self.days.at(self.days.back(200)))
        change_type(kind.pk, replace(draft, steps=steps), seen_before=seen(kind), act=administrator)

    def _imported(self, text: str) -> Plan:
        """The draft from the document, its proofs chosen and its open dates set."""
        act = self._act(190)
        request = Request(kind="plan")
        stored = import_document(text.encode(), "regional-plan.txt", request, act=act)
        plan = Plan.objects.get(pk=stored["plan"])
        for version in MeasureVersion.objects.filter(revision__plan=plan):
            change_measure(version, _with_proof(version, PROOFS[version.number]), act=act)
            if version.number in SET_DATES:
                date = self.days.working(SET_DATES[version.number])
                confirm_deadline(version, act=act, dates=[date])
        return plan

    def _execute(self, plan: Plan) -> None:
        """Take the plan into execution on the first day of this quarter and fill its matrix."""
        started = self.days.last_quarter_end + timedelta(days=1)
        steps = [started - timedelta(days=back) for back in (20, 14, 7, 2, 0)]
        self.road.take(plan, Way(steps[0], steps))
        reporters = {staff.organisation.pk: staff.director for staff in self.cast.others}
        reporters[self.cast.own.organisation.pk] = self.cast.own.director
        reporters[self.cast.ministry.pk] = self.coordinator
        reporters[self.cast.council.pk] = self.cast.officials["council"]
        course = Course(self.days, self.cast.officials["inspector"], reporters)
        rows = Occurrence.objects.filter(plan=plan).with_texts().order_by("due_on", "id")
        for number, occurrence in enumerate(rows.filter(late_after__lt=self.days.today), start=1):
            course.happen(occurrence, _fate(number))
        ahead = rows.filter(due_on__gte=self.days.today, version__number__in=EARLY)
        for occurrence in ahead.filter(due_on=ahead.values("due_on")[:1])[::EARLY_EVERY]:
            course.happen(occurrence, "in_time")

    def _on_the_way(self, last_step: str, subject: str, *, first: int) -> Plan:
        """A plan for the next year that waits for its head or for the council."""
        frequent = Counter(Proposal.objects.values_list("text", flat=True)).most_common(first + 4)
        period = self.days.next_period
        parties = (
            ResponsibleDraft("Организации социального обслуживания", "institutions"),
            ResponsibleDraft("Департамент", Responsible.Kind.ORGANISATION, self.cast.ministry),
        )
        measures = [
            MeasureDraft(
                text=text[0].upper() + text[1:],
                deadline_text="Ежеквартально"
                if place % 2
                else f"до 1 октября {period.end.year} г.",
                number=f"1.{place}",
                proof=MeasureVersion.Proof.NUMBER,
                responsibles=parties,
            )
            for place, (text, _count) in enumerate(frequent[first:], start=1)
        ]
        title = f"План мероприятий по повышению {subject} на {years(period)}"
        way = Way.up_to(last_step, self.days, began=12)
        draft = PlanDraft(
            organisation=self.cast.ministry,
            type=PlanType.objects.get(code="regional"),
            title=title,
            period=period,
            sections=[SectionDraft(f"Мероприятия по повышению {subject}", "1", measures)],
        )
        plan = draft_plan(draft, act=Act(self.coordinator, self.days.at(way.drafted)))
        self.road.take(plan, way)
        return plan

    def _act(self, days_ago: int) -> Act:
        return Act(self.coordinator, self.days.at(self.days.back(days_ago)))


def _fate(number: int) -> str:
    if number % UNDONE_EVERY == 0:
        return "undone"
    return "waiting" if number % WAITING_EVERY == 0 else "in_time"


def _with_proof(version: MeasureVersion, proof: str) -> MeasureDraft:
    """The measure as it is, with another proof."""
    draft = MeasureDraft(
        text=version.text,
        deadline_text=version.deadline_text,
        number=version.number,
        indicator=version.indicator,
        finding=version.finding,
        form=version.form,
        responsibles=[
            ResponsibleDraft(row.text, row.kind, row.organisation, row.person)
            for row in version.responsibles.all()
        ],
    )
    return replace(draft, proof=proof)
