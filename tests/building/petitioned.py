"""Petitions for tests: made, answered, reported past, and how they stand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import time_machine
from django.utils import timezone

from compliance.models import Petition
from compliance.services.audit.trail import broken_chains
from compliance.services.calendars import working_calendar
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import Account, save_report
from compliance.services.petitions.steps import PetitionAnswer, Wish
from tests.building import factories as make
from tests.building.scenes import Scene, executing
from workflows.models import Task
from workflows.services import petitions
from workflows.services.plans.sending import submit_execution
from workflows.services.reconciliation import differences
from workflows.services.tasks import engine


def worked(days: int) -> date:
    """A working day of the country that many calendar days ahead, or the next one."""
    return working_calendar().next_working_day(timezone.localdate() + timedelta(days=days))


def day_off() -> date:
    """A day that the country does not work, forty days ahead or later: some Saturdays it does."""
    day, calendar = timezone.localdate() + timedelta(days=40), working_calendar()
    while calendar.is_working(day):
        day += timedelta(days=1)
    return day


def later() -> Wish:
    return Wish("extension", "Подрядчик сорвал поставку", worked(40))


WAIVER = Wish("waiver", "Здание передано городу")


def asked(scene: Scene, wish: Wish | None = None, part: str = "executor") -> Petition:
    act = make.act(scene.region.people[part])
    return petitions.ask(scene.occurrence.pk, wish or later(), act=act)


def answer(
    petition: Petition, region: make.Region, part: str, code: str, comment: str = ""
) -> Petition:
    task = Task.objects.open().get(process__petition=petition)
    act = make.act(getattr(region, part))
    engine.complete(task.pk, code, act=act, grounds=PetitionAnswer(comment))
    petition.refresh_from_db()
    return petition


def report(scene: Scene, at: datetime | None = None) -> None:
    act = make.act(scene.region.executor, at)
    draft = save_report(scene.occurrence.pk, Account("Готово"), act=act)
    if not draft.evidence.exists():
        attach_photo(draft, make.photo(), act=act)
    submit_execution(scene.occurrence.pk, act=act)


def standing(petition: Petition) -> tuple[str, str, str, str]:
    """(petition, open step, occurrence, plan) as they stand now; everything agrees meanwhile."""
    assert list(differences()) == []
    assert list(broken_chains()) == []
    petition = Petition.objects.select_related("occurrence__plan").get(pk=petition.pk)
    tasks = [task.step.name for task in Task.objects.open().filter(process__petition=petition)]
    occurrence = petition.occurrence
    return petition.status, ",".join(tasks), occurrence.status, occurrence.plan.state


def passed(days: int) -> Scene:
    """A due date that passed so many days ago, or on the last working day before, of a plan begun
    well before it.
    """
    last = working_calendar().previous_working_day(timezone.localdate() - timedelta(days=days))
    with time_machine.travel(timezone.now() - timedelta(days=days + 20), tick=False):
        return executing(None, make.measure(deadline_text=f"до {last:%d.%m.%Y}"))
