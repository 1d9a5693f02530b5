"""Scenes that tests begin in: plans brought into their states by the services themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from compliance.domain.calendar.periods import Period
from compliance.domain.plans.grounds import Grounds
from compliance.models import Occurrence, Plan
from compliance.services.execution.in_force import start_execution
from compliance.services.plans.drafts import MeasureDraft
from tests.building import factories as make
from tests.building.remembered import remembered
from workflows.models import Task
from workflows.services.plans import sending
from workflows.services.tasks import engine

PARTIES = {
    "institution": ("director", "coordinator", "director", "director"),
    "regional": ("coordinator", "head", "councillor", "coordinator"),
}


@dataclass
class Scene:
    """A region with one plan of its own institution."""

    region: make.Region
    plan: Plan

    @property
    def occurrence(self) -> Occurrence:
        """The plan's first due date."""
        return Occurrence.objects.filter(plan=self.plan).order_by("due_on", "id")[0]

    @property
    def task(self) -> Task:
        """The open task of the plan itself."""
        return Task.objects.open().of_plan_itself(self.plan).get()


def around_today() -> Period:
    """A period with half a year on both sides of today."""
    today = timezone.localdate()
    return Period(today - timedelta(days=180), today + timedelta(days=180))


def due_in(days: int) -> str:
    """The words of a deadline so many days from today."""
    return f"до {timezone.localdate() + timedelta(days=days):%d.%m.%Y}"


@remembered
def sent(region: make.Region | None = None, *measures: MeasureDraft, **given) -> Scene:
    """A plan that waits for its agreeing party."""
    region = region or make.region()
    given.setdefault("period", around_today())
    rows = measures or (make.measure(deadline_text=due_in(5)),)
    plan = make.plan(region, *rows, **given)
    drafter = PARTIES[plan.type.code][0]
    if plan.organisation == region.other:
        drafter = "foreign_director"
    sending.send_for_agreement(plan.pk, act=make.act(region.people[drafter]), knows_passed=True)
    return Scene(region, plan)


@remembered
def published(region: make.Region | None = None, *measures: MeasureDraft, **given) -> Scene:
    """A plan that has been agreed, approved and published."""
    scene = sent(region, *measures, **given)
    today = timezone.localdate()
    director = "foreign_director" if scene.plan.organisation == scene.region.other else "director"
    parties = [director if part == "director" else part for part in PARTIES[scene.plan.type.code]]
    steps = (
        ("agree", parties[1], Grounds()),
        (
            "approve",
            parties[2],
            Grounds(basis="order", basis_number="7-П", basis_date=today, party="Директор"),
        ),
        (
            "publish",
            parties[3],
            Grounds(published_on=today, published_url="https://example.org/plan"),
        ),
    )
    for outcome, part, grounds in steps:
        act = make.act(scene.region.people[part])
        engine.complete(scene.task.pk, outcome, act=act, grounds=grounds)
    return scene


@remembered
def executing(region: make.Region | None = None, *measures: MeasureDraft, **given) -> Scene:
    """A plan that is being executed; by default one measure due in five days."""
    scene = published(region, *measures, **given)
    start_execution(scene.plan.pk, act=make.act(scene.region.coordinator))
    return scene
