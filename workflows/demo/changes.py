"""Changes of plans that bind: one in force, one in its second round, one being drafted."""

from __future__ import annotations

from django.db.models import Q

from compliance.models import MeasureVersion, Occurrence, Plan, Responsible, Revision, User
from compliance.models.plans import State
from compliance.services.acts import Act
from compliance.services.plans.drafts import (
    MeasureDraft,
    ResponsibleDraft,
    add_measure,
    change_measure,
    remove_measure,
)
from compliance.services.plans.remarks import draft_remark, settle_remark
from workflows.demo.days import Days
from workflows.demo.measures import by
from workflows.demo.people import Cast, Staff
from workflows.demo.plans import Road
from workflows.services.approval.amendments import revise_plan
from workflows.services.plans.sending import send_for_agreement

REASON = "Изменились сроки поставки, добавлено мероприятие по обращениям получателей услуг."
ADDED = "Провести встречу с получателями услуг и их родственниками о качестве услуг"
ADDED_CLEARLY = f"{ADDED}, протокол встречи разместить на сайте"
REMARK = "Добавьте, где будут опубликованы итоги встречи."
COMMENT = "Есть замечание к новому мероприятию, в остальном возражений нет."
WORDS = ("text", "deadline_text", "number", "indicator", "finding", "form", "proof")
PACE = 4  # calendar days between two steps


class Changes:
    """Lets directors change their plans; each change has come to another step."""

    def __init__(self, days: Days, cast: Cast) -> None:
        self.days = days
        self.cast = cast
        self.road = Road(days, cast.officials)

    def make(self) -> None:
        """Make as many of the changes as there are institutions with a plan in execution."""
        self._second_round(self.cast.own)
        executing = (staff for staff in self.cast.others if self._plan(staff))
        for scene, staff in zip((self._in_force, self._being_drafted), executing, strict=False):
            scene(staff)

    def _plan(self, staff: Staff) -> Plan | None:
        """The institution's plan of these years in execution, if it was drawn up here."""
        plans = Plan.objects.filter(organisation=staff.organisation, state=State.EXECUTING)
        plans = plans.filter(period_end=self.days.period.end)  # not last year's, being reported on
        return plans.filter(revisions__sendings__isnull=False).order_by("pk").first()

    def _in_force(self, staff: Staff) -> None:
        """Agreed, approved and published: measures keep their reports, the open future follows."""
        revision = self._changed(staff, began=20)
        act = self._act(staff.director, 20 - PACE)
        process = send_for_agreement(
            revision.plan_id, act=act, revision=revision, knows_passed=True
        )
        for turn, step in enumerate(("agree", "approve", "publish"), start=2):
            self.road.step(process, step, staff.director, self.days.back(20 - PACE * turn))

    def _second_round(self, staff: Staff) -> None:
        """Returned with a remark, revised, and with the ministry again."""
        revision = self._changed(staff, began=12)
        act = self._act(staff.director, 10)
        process = send_for_agreement(
            revision.plan_id, act=act, revision=revision, knows_passed=True
        )
        added = revision.versions.get(text=ADDED)
        coordinator = self._act(self.cast.officials["coordinator"], 7)
        draft_remark(added, REMARK, act=coordinator)
        self.road.send_back(process, COMMENT, coordinator)
        act = self._act(staff.director, 3)
        change_measure(added, _says(added, text=ADDED_CLEARLY), act=act)
        for remark in revision.remarks.filter(is_draft=False):
            settle_remark(remark, act=act)
        self.road.step(process, "send", staff.director, self.days.back(3))

    def _being_drafted(self, staff: Staff) -> None:
        """With its drafters: nobody else sees it yet."""
        self._changed(staff, began=1)

    def _changed(self, staff: Staff, *, began: int) -> Revision:
        """A revision with a later date, other words, a measure taken out and one added."""
        plan = self._plan(staff)
        assert plan is not None, "only plans in execution are changed here"
        act = self._act(staff.director, began)
        revision = revise_plan(plan.pk, reason=REASON, act=act)
        reworded, *rest, later = revision.versions.order_by("position")
        words = f"{reworded.text} (с учётом замечаний получателей услуг)"
        change_measure(reworded, _says(reworded, text=words), act=act)
        last_month = self.days.calendar.next_working_day(plan.period_end.replace(day=1))
        change_measure(later, _says(later, deadline_text=by(last_month)), act=act)
        for unbegun in [row for row in rest if self._is_ahead(row)][:1]:
            remove_measure(unbegun, act=act)
        add_measure(later.section, _added(staff, later, plan.period_end.year), act=act)
        return revision

    def _is_ahead(self, version: MeasureVersion) -> bool:
        """Whether the measure has no past, reported or near due date."""
        near = Q(due_on__lte=self.days.ahead(14)) | ~Q(status=Occurrence.Status.OPEN)
        return not Occurrence.objects.filter(near, assignment__measure=version.measure_id).exists()

    def _act(self, person: User, days_ago: int) -> Act:
        return Act(person, self.days.at(self.days.back(days_ago)))


def _says(version: MeasureVersion, **changed: str) -> MeasureDraft:
    """What the measure says already, except for what is changed."""
    kept = {name: getattr(version, name) for name in WORDS}
    parties = [
        ResponsibleDraft(row.text, row.kind, row.organisation, row.person)
        for row in version.responsibles.all()
    ]
    further = tuple(version.proofs[1:])
    return MeasureDraft(**{**kept, **changed}, further_proof=further, responsibles=parties)


def _added(staff: Staff, neighbour: MeasureVersion, year: int) -> MeasureDraft:
    """A measure that the plan did not have, next to this one."""
    lead = staff.executors[0]
    return MeasureDraft(
        text=ADDED,
        deadline_text=f"I квартал {year} г.",
        number=f"{neighbour.section.position}.9",
        form="Встреча, протокол",
        proof=MeasureVersion.Proof.DOCUMENT,
        responsibles=(
            ResponsibleDraft(staff.named(lead), Responsible.Kind.PERSON, staff.organisation, lead),
        ),
    )
