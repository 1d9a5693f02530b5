"""Plans of the institutions: one for each, in all states, made of the rating's proposals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compliance.domain.calendar.periods import Period
from compliance.models import AssessmentResult, Occurrence, Plan
from compliance.services.acts import Act
from compliance.services.execution.in_force import PaperDecision, adopt_plan
from workflows.demo.course import Course
from workflows.demo.days import Days
from workflows.demo.measures import (
    Proposal,
    coming_deadlines,
    dated_deadlines,
    own_deadlines,
    worked_deadlines,
)
from workflows.demo.people import MINISTRY, Cast, Staff
from workflows.demo.plans import Road, Way, draft_institution_plan
from workflows.services.plans.sending import send_plan_report

# How many institutions are at which scene; the others have a plan taken over from paper.
SCENES = (
    ("worked", 12),
    ("reported", 2),
    ("reporting", 1),
    ("drafting", 3),
    ("sent", 3),
    ("returned", 1),
    ("agreed", 2),
    ("approved", 2),
    ("published", 2),
    ("begun", 6),
)
BEGAN = 130  # calendar days ago
REMARK = "Укажите в мероприятии 1.1, на каком сайте и в каком разделе появится информация."


class Institutions:
    """Makes the plans of all institutions."""

    def __init__(self, days: Days, cast: Cast) -> None:
        self.days = days
        self.cast = cast
        self.road = Road(days, cast.officials)
        self.proposals = _proposals()

    def make(self) -> None:
        """Make the plans of the logins' own institution, then all others by the table of scenes."""
        self._own(self.cast.own)
        scenes = [scene for scene, count in SCENES for _turn in range(count)]
        for turn, staff in enumerate(self.cast.others):
            scene = scenes[turn] if turn < len(scenes) else "adopted"
            getattr(self, f"_{scene}")(staff, turn)

    # --- The institution of the logins `executor` and `director` ---

    def _own(self, staff: Staff) -> None:
        plan = self._drafted(staff, own_deadlines(self.days), BEGAN)
        self.road.take(plan, Way.up_to("start", self.days, began=BEGAN), staff.director)
        course = self._course(staff)
        late, waiting = self.days.working(-9), self.days.working(-12)
        for place, occurrence in enumerate(self._due(plan)):
            if occurrence.due_on == waiting and occurrence.version.proof == "before_after":
                course.happen(occurrence, "waiting")
            elif occurrence.due_on != late:
                course.happen(occurrence, ("in_time", "late", "returned")[place % 3])
        self._coming(staff, "agree", began=12)

    def _coming(self, staff: Staff, step: str, *, began: int) -> Plan:
        """A plan for the next year that has come as far as this step."""
        way = Way.up_to(step, self.days, began=began, pace=3)
        deadlines = dated_deadlines(self.days.next_period.end.year)
        plan = self._drafted(staff, deadlines, began, self.days.next_period)
        self.road.take(plan, way, staff.director)
        return plan

    # --- The scenes of the other institutions ---

    def _worked(self, staff: Staff, turn: int) -> None:
        """In execution for four months: done, late, returned, waiting and undone."""
        plan = self._drafted(staff, worked_deadlines(self.days, turn), BEGAN)
        self.road.take(plan, Way.up_to("start", self.days, began=BEGAN), staff.director)
        self._course(staff).follow(self._due(plan), turn)

    def _begun(self, staff: Staff, turn: int) -> None:
        """In execution since today."""
        plan = self._drafted(staff, coming_deadlines(self.days, turn), 20)
        self.road.take(plan, Way.up_to("start", self.days, began=20), staff.director)

    def _adopted(self, staff: Staff, turn: int) -> None:
        """Taken over from paper today, as it stood, with what its parties had decided."""
        plan = self._drafted(staff, coming_deadlines(self.days, turn), 0)
        decided = self.days.back(40 + turn % 9)
        decisions = (
            PaperDecision("agrees", MINISTRY, "letter", f"{turn}-п", decided),
            PaperDecision("approves", str(staff.director), "order", f"{turn}-о", decided),
        )
        adopt_plan(
            plan.pk,
            act=Act(self.cast.officials["coordinator"], self.days.now),
            decisions=decisions,
            published_on=decided,
            published_url=f"https://example.org/plan-{plan.pk}",
        )

    def _reporting(self, staff: Staff, turn: int, *, is_explained: bool = True) -> Plan:
        """Last year's plan, all but one thing carried out; its report waits for the coordinator."""
        year = self.days.last_period.start.year
        began = (self.days.today - self.days.last_period.start).days
        plan = self._drafted(staff, dated_deadlines(year), began, self.days.last_period)
        self.road.take(plan, Way.up_to("start", self.days, began=began), staff.director)
        course = self._course(staff)
        due = list(self._due(plan))
        for place, occurrence in enumerate(due):
            if is_explained and place == len(due) - 1:
                reason = "Поставщик сорвал срок договора, работы перенесены на следующий год."
                course.explain(occurrence, reason, self.days.last_period.end)
            else:
                course.happen(occurrence, "late" if place % 4 == 3 else "in_time")
        act = Act(staff.director, self.days.at(self.days.back(6)))
        send_plan_report(plan.pk, act=act)
        return plan

    def _reported(self, staff: Staff, turn: int) -> None:
        """Last year's plan, all of it carried out, its report accepted."""
        self.road.accept_report(self._reporting(staff, turn, is_explained=False), self.days.back(3))

    def _drafting(self, staff: Staff, turn: int) -> None:
        """A draft that nobody has seen yet."""
        self._drafted(staff, coming_deadlines(self.days, turn), 5)

    def _sent(self, staff: Staff, turn: int) -> None:
        """Waiting for the coordinator's agreement; the first one for too long."""
        self._drafted_and_taken(staff, turn, "send", began=8 if turn % 3 else 30)

    def _returned(self, staff: Staff, turn: int) -> None:
        """Returned by the coordinator with a remark."""
        plan = self._drafted(staff, coming_deadlines(self.days, turn), 10)
        process = self.road.take(plan, Way.up_to("send", self.days, began=10), staff.director)
        assert process is not None
        act = Act(self.cast.officials["coordinator"], self.days.at(self.days.back(2)))
        self.road.send_back(process, REMARK, act)

    def _agreed(self, staff: Staff, turn: int) -> None:
        """Waiting for the director's approval."""
        self._drafted_and_taken(staff, turn, "agree", began=14)

    def _approved(self, staff: Staff, turn: int) -> None:
        """Waiting to be published."""
        self._drafted_and_taken(staff, turn, "approve", began=18)

    def _published(self, staff: Staff, turn: int) -> None:
        """Public; its first day is the first of January."""
        self._coming(staff, "publish", began=20)

    # --- What the scenes are made of ---

    def _drafted_and_taken(self, staff: Staff, turn: int, step: str, *, began: int) -> None:
        plan = self._drafted(staff, coming_deadlines(self.days, turn), began)
        self.road.take(plan, Way.up_to(step, self.days, began=began), staff.director)

    def _drafted(
        self, staff: Staff, deadlines: Sequence[str], began: int, period: Period | None = None
    ) -> Plan:
        """A draft drawn up by the director so many calendar days ago."""
        proposals = self.proposals[staff.organisation.pk]
        act = Act(staff.director, self.days.at(self.days.back(began)))
        return draft_institution_plan(staff, proposals, deadlines, period or self.days.period, act)

    def _course(self, staff: Staff) -> Course:
        reporters = {staff.organisation.pk: staff.director}
        return Course(self.days, self.cast.officials["inspector"], reporters)

    def _due(self, plan: Plan) -> Iterator[Occurrence]:
        """The plan's due dates whose last day in time is before today, in order."""
        due = Occurrence.objects.filter(plan=plan, late_after__lt=self.days.today).with_texts()
        return due.order_by("due_on", "id").iterator()


def _proposals() -> dict[int, list[Proposal]]:
    """The council's proposals by organisation, each with the finding in the same place."""
    found: dict[int, list[Proposal]] = {}
    for result in AssessmentResult.objects.prefetch_related("findings", "proposals"):
        findings = [row.text for row in result.findings.all()]
        texts = [row.text for row in result.proposals.all()]
        pairs = len(findings) == len(texts)
        found[result.organisation_id] = [
            Proposal(text, findings[place] if pairs else "") for place, text in enumerate(texts)
        ]
    return found
