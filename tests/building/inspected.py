"""Scenes of inspections: accepted reports, and inspections planned of them."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from compliance.models import Inspection, InspectionPolicy, Occurrence
from compliance.services.acts import Act
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import Account, save_report
from compliance.services.inspections.holding import InspectionResult
from compliance.services.inspections.planning import InspectionOrder
from compliance.services.inspections.policies import keep_policy
from tests.building import factories as make
from tests.building.remembered import remembered
from tests.building.scenes import Scene, due_in, executing
from workflows.models import Process, Task
from workflows.services.inspections import keep_result, plan_by_hand
from workflows.services.plans.sending import submit_execution
from workflows.services.tasks import engine


@remembered
def accepted(region: make.Region | None = None, count: int = 1, **given) -> Scene:
    """A plan in execution with so many measures, each reported with a photo and accepted."""
    rows = [
        make.measure(f"Мероприятие {number}", number=str(number), deadline_text=due_in(5))
        for number in range(1, count + 1)
    ]
    scene = executing(region, *rows, **given)
    own = scene.plan.organisation == scene.region.own
    author = scene.region.executor if own else scene.region.foreign_director
    for occurrence in Occurrence.objects.filter(plan=scene.plan).order_by("pk"):
        accept(scene.region, occurrence, author)
    return scene


def accept(region: make.Region, occurrence: Occurrence, author=None) -> None:
    """The occurrence reported with a photo, and the report accepted by the inspector."""
    act = make.act(author or region.executor)
    report = save_report(occurrence.pk, Account("Готово"), act=act)
    if not report.evidence.exists():
        attach_photo(report, make.photo(), act=act)
    submit_execution(occurrence.pk, act=act)
    task = Task.objects.open().get(process__report=report)
    engine.complete(task.pk, "accept", act=make.act(region.inspector))


def tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


def planned(scene: Scene, kind: str = "visit", occurrence: Occurrence | None = None, **given):
    """The task of an inspection planned by hand of the scene's first due date."""
    order = InspectionOrder(kind, tomorrow(), **given)
    act = make.act(scene.region.coordinator)
    rows = Occurrence.objects.filter(pk=(occurrence or scene.occurrence).pk)
    (made,) = plan_by_hand(rows.select_related("organisation", "accepted_report"), order, act=act)
    return Task.objects.open().get(process__inspection=made)


def result(**given) -> InspectionResult:
    """A complete result of a visit."""
    given.setdefault("held_on", timezone.localdate())
    given.setdefault("found", "Пандуса нет")
    given.setdefault("act_number", "12-в")
    given.setdefault("remark", "Установить пандус")
    return InspectionResult(**given)


def closed(scene: Scene, task: Task, outcome: str, **given) -> Inspection:
    """The inspection closed by the inspector with a complete result."""
    keep_result(task, result(**given), act=make.act(scene.region.inspector))
    engine.complete(task.pk, outcome, act=make.act(scene.region.inspector))
    return Inspection.objects.get(pk=Process.objects.get(pk=task.process_id).inspection_id)


def policy(region: make.Region, **given) -> InspectionPolicy:
    """A policy of the region for everything accepted from yesterday on."""
    given.setdefault("kind", "visit")
    given.setdefault("share", 100)
    given.setdefault("days", 10)
    given.setdefault("starts_on", timezone.localdate() - timedelta(days=1))
    row = InspectionPolicy(region=region.ministry, **given)
    return keep_policy(row, act=make.act(region.administrator))


__all__ = ["Act", "accept", "accepted", "closed", "planned", "policy", "result"]
