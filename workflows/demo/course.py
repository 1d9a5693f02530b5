"""What people have done so far: reports with proof, verdicts, and what was left undone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from compliance.domain.plans.grounds import Grounds
from compliance.models import Evidence, MeasureVersion, Occurrence, User
from compliance.services.acts import Act
from compliance.services.evidence.files import attach_document, attach_photo
from compliance.services.evidence.reports import (
    Account,
    draft_report,
    explain_not_done,
    save_report,
)
from workflows.demo.days import Days
from workflows.demo.photos import act_of_acceptance, photo
from workflows.models import Process
from workflows.services.plans.sending import submit_execution
from workflows.services.tasks import engine

Proof = MeasureVersion.Proof
Phase = Evidence.Phase
# What became of one due date after another; neighbouring institutions start at different places.
FATES = ("in_time", "late", "undone", "in_time", "waiting", "undone", "returned")
TEXTS = {
    Proof.LINK: "Информация размещена и проверена на официальном сайте учреждения.",
    Proof.NUMBER: "Проведён опрос получателей услуг, результаты разобраны на совещании.",
    Proof.PHOTO: "Стенд обновлён: размещены порядок подачи жалобы и телефоны горячей линии.",
    Proof.BEFORE_AFTER: "Работы выполнены, помещением пользуются получатели услуг.",
    Proof.DOCUMENT: "Работники прошли обучение, удостоверения получены.",
}
PHOTOS = {
    Proof.PHOTO: (("стенд.jpg", "stand", Phase.AFTER),),
    Proof.DOCUMENT: (("удостоверение.jpg", "paper", Phase.DOCUMENT),),
    Proof.BEFORE_AFTER: (
        ("вход-до.jpg", "before", Phase.BEFORE),
        ("вход-после.jpg", "after", Phase.AFTER),
    ),
}


class Course:
    """Reports and verdicts, each by the person whose turn it is, on a day in the past."""

    def __init__(self, days: Days, inspector: User, reporters: dict[int, User]) -> None:
        self.days = days
        self.inspector = inspector
        self.reporters = reporters  # by organisation
        self.photos = 0

    def follow(self, occurrences: Iterable[Occurrence], turn: int = 0) -> None:
        """Give each due date the next fate of the table."""
        for place, occurrence in enumerate(occurrences):
            self.happen(occurrence, FATES[(place + turn) % len(FATES)])

    def happen(self, occurrence: Occurrence, fate: str) -> None:
        """Give the due date its fate; a report due to come after today is submitted today."""
        due = occurrence.due_on
        if fate == "in_time":
            self.accept(self.report(occurrence, self._ahead(occurrence)), due)
        elif fate == "late":
            day = min(occurrence.late_after + timedelta(days=5), self.days.today)
            self.accept(self.report(occurrence, day), day)
        elif fate == "returned":
            self.send_back(self.report(occurrence, self._ahead(occurrence)), due)
            again = min(due + timedelta(days=2), self.days.today)
            self.accept(self.report(occurrence, again), again)
        elif fate == "waiting":
            self.report(occurrence, min(due, self.days.working(-2)))

    def _ahead(self, occurrence: Occurrence) -> date:
        """Two days before the due date, but not before execution began or after today."""
        begun = occurrence.plan.executes_from or occurrence.due_on
        return min(max(occurrence.due_on - timedelta(days=2), begun), self.days.today)

    def report(self, occurrence: Occurrence, day: date) -> Process:
        """The execution report of the day, with what proves it, in the inspectors' queue."""
        act = Act(self._reporter(occurrence), self.days.at(day, 11))
        proof = Proof(occurrence.version.proof)
        account = Account(
            text=TEXTS[proof],
            number=Decimal(40 + occurrence.pk % 60) if proof == Proof.NUMBER else None,
            link=f"https://example.org/news/{occurrence.pk}" if proof == Proof.LINK else "",
        )
        draft = draft_report(occurrence.pk, act=act)
        save_report(occurrence.pk, account, act=act)
        if not draft.evidence.exists():
            for name, subject, phase in PHOTOS.get(proof, ()):
                self.photos += 1
                attach_photo(draft, photo(name, subject, self.photos, act.at), act=act, phase=phase)
            if proof != Proof.DOCUMENT and Proof.DOCUMENT in occurrence.version.proofs:
                attach_document(draft, act_of_acceptance(), act=act)
        report = submit_execution(occurrence.pk, act=act)
        process: Process = Process.objects.get(report=report)
        return process

    def accept(self, process: Process, day: date) -> None:
        """The inspector accepts the report three days after this day."""
        self._verdict(process, "accept", day + timedelta(days=3), Grounds())

    def send_back(self, process: Process, day: date) -> None:
        """The inspector returns the report on the day."""
        comment = "На снимке не видно результата целиком. Приложите общий вид."
        self._verdict(process, "return", day, Grounds(comment=comment))

    def explain(self, occurrence: Occurrence, reason: str, day: date) -> None:
        """The director says why the due date was not kept."""
        act = Act(self._reporter(occurrence), self.days.at(day))
        explain_not_done(occurrence.pk, reason=reason, act=act)

    def _verdict(self, process: Process, outcome: str, day: date, grounds: Grounds) -> None:
        task = engine.open_task(process)
        assert task is not None, "the report waits for its inspector"
        act = Act(self.inspector, self.days.at(min(day, self.days.today), 15))
        engine.complete(task.pk, outcome, act=act, grounds=grounds)

    def _reporter(self, occurrence: Occurrence) -> User:
        named = occurrence.assignment.executor
        return named or self.reporters[occurrence.organisation_id]
