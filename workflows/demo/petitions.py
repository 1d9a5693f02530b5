"""Petitions of the demonstration: one with the director, two with the ministry, one granted."""

from __future__ import annotations

from datetime import date, timedelta

from compliance.models import Occurrence, Petition, User
from compliance.models.occurrences import OccurrenceQuerySet
from compliance.services.acts import Act
from compliance.services.petitions.steps import Wish, can_extend
from workflows.demo.days import Days
from workflows.demo.people import Cast, Staff
from workflows.models import Task
from workflows.services import petitions
from workflows.services.tasks import engine

MARGIN = timedelta(days=14)  # longer than any row of days off: a shift stays later
REASON = "Поставщик перенёс поставку материалов, работы начаты, готовность около половины."
CLOSED = "Отделение, которого касается мероприятие, закрыто приказом учреждения."


class Petitions:
    """Lets people ask about open due dates; late in a plan there is no later day to move to."""

    def __init__(self, days: Days, cast: Cast) -> None:
        self.days = days
        self.cast = cast

    def make(self) -> None:
        """Make the petitions of the main institution, and three that are still under way."""
        own, (first, second, third) = self.cast.own, self.cast.others[:3]
        ahead = self._open(own).filter(due_on__gt=self.days.today)
        coming = ahead.order_by("due_on", "pk").first()
        if coming:
            asker = coming.assignment.executor or own.director
            self._extension(coming, asker, coming.due_on + timedelta(days=20))
        for staff, is_granted in ((first, False), (second, True)):
            late = self._open(staff).order_by("due_on", "pk").first()
            if late:
                moved = self._extension(late, staff.director, self.days.working(15))
                if moved and is_granted:
                    self._grant(moved)
        last = self._open(third).order_by("due_on", "pk").last()
        if last:
            petitions.ask(last.pk, Wish("waiver", CLOSED), act=self._act(third.director, 3))

    def _open(self, staff: Staff) -> OccurrenceQuerySet:
        rows = Occurrence.objects.open().filter(organisation=staff.organisation)
        return rows.filter(plan__organisation=staff.organisation).with_texts()

    def _extension(self, occurrence: Occurrence, asker: User, day: date) -> Petition | None:
        """The petition made two days ago; None when the plan has no day left to move to."""
        act = self._act(asker, 2)
        day = min(day, occurrence.plan.period_end)
        if not can_extend(occurrence, act.at) or day <= occurrence.late_after + MARGIN:
            return None
        return petitions.ask(occurrence.pk, Wish("extension", REASON, day), act=act)

    def _grant(self, petition: Petition) -> None:
        task = Task.objects.open().get(process__petition=petition)
        act = self._act(self.cast.officials["coordinator"], 1)
        engine.complete(task.pk, "grant", act=act)

    def _act(self, person: User, days_ago: int) -> Act:
        return Act(person, self.days.at(self.days.back(days_ago)))
