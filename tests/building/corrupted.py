"""A world with one of everything on its way, and links between its tables cut by raw SQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from compliance.models import Occurrence, Petition
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import Account, save_report
from compliance.services.petitions.steps import Wish, waive_occurrence
from tests.building import factories as make
from tests.building.inspected import accept, planned
from tests.building.petitioned import answer, worked
from tests.building.scenes import executing, sent
from workflows.models import Task
from workflows.services import petitions
from workflows.services.plans.sending import submit_execution
from workflows.services.tasks import engine, reassigning


@dataclass
class World:
    """One of everything that is on its way, by the id of its row."""

    region: make.Region
    ids: dict[str, int]


def make_world() -> World:
    """One plan with a due date in each state, none of them moved from a day off, a draft with a
    party, a task lent to somebody.
    """
    days = (worked(5 + n) for n in range(7))
    rows = [
        make.measure(f"Дело {n}", number=str(n), deadline_text=f"до {day:%d.%m.%Y}")
        for n, day in enumerate(days)
    ]
    scene = executing(None, *rows)
    region = scene.region
    found = list(Occurrence.objects.filter(plan=scene.plan).order_by("due_on"))
    free, reported, done, off, moved, asking, inspected = found
    draft = sent(region, title="Второй план")
    _reported(region, reported)
    for row in (done, inspected):
        accept(region, row)
    waive_occurrence(off.pk, reason="Снесено", act=make.act(region.coordinator))
    answer(_asked(region, moved), region, "coordinator", "grant")
    petition = _asked(region, asking)
    inspection = planned(scene, occurrence=inspected)
    waiting = Task.objects.open().get(process__report__occurrence=reported)
    second = make.member(region.ministry, "coordinator", "second")
    lent = draft.task
    engine.take(lent.pk, act=make.act(region.coordinator))
    reassigning.delegate(
        lent.pk, to=second, seen=region.coordinator.pk, asked="Сверить",
        act=make.act(region.coordinator),
    )  # fmt: skip
    ids = {
        "plan": scene.plan.pk, "draft": draft.plan.pk, "lent": lent.pk, "waiting": waiting.pk,
        "free": free.pk, "reported": reported.pk, "done": done.pk, "off": off.pk,
        "moved": moved.pk, "asking": asking.pk, "inspected": inspected.pk,
        "petition": petition.pk, "granted": Petition.objects.get(occurrence=moved).pk,
        "asked": Task.objects.open().get(process__petition=petition).pk,
        "inspection": inspection.process.inspection_id, "inspect": inspection.pk,
        "other": region.other.pk, "own": region.own.pk, "ministry": region.ministry.pk,
        "coordinator": region.coordinator.pk, "second": second.pk, "director": region.director.pk,
        "inspector": region.inspector.pk, "accepted": found[2].reports.get().pk,
        "measure": free.assignment.measure_id, "assignment": free.assignment_id,
        "version": free.version_id, "dvers": draft.plan.revisions.get().versions.get().pk,
        "text": scene.plan.revisions.get().pk, "dtext": draft.plan.revisions.get().pk,
    }  # fmt: skip
    for task in ("lent", "waiting", "asked", "inspect"):
        ids[f"{task}_process"] = Task.objects.get(pk=ids[task]).process_id
    return World(region, ids)


def _reported(region: make.Region, occurrence: Occurrence) -> None:
    act = make.act(region.executor)
    draft = save_report(occurrence.pk, Account("Готово"), act=act)
    attach_photo(draft, make.photo(), act=act)
    submit_execution(occurrence.pk, act=act)


def _asked(region: make.Region, occurrence: Occurrence) -> Petition:
    wish = Wish("extension", "Ждём поставку", worked(40))
    return petitions.ask(occurrence.pk, wish, act=make.act(region.director))


@contextmanager
def cut(sql: str, world: World) -> Iterator[None]:
    """The table as the statement leaves it, until the block ends."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql.format(**world.ids, **DAYS))
            assert cursor.rowcount == 1, "the cut hits one row"
        yield
        transaction.set_rollback(True)


DAYS = {
    "earlier": (timezone.localdate() - timedelta(days=40)).isoformat(),
    "later": (timezone.localdate() + timedelta(days=77)).isoformat(),
    "now": f"{timezone.now():%Y-%m-%d %H:%M:%S}",
}


def facts_of(world: World) -> dict[str, object]:
    """What the statements and the lines name."""
    ids = world.ids
    rows = Occurrence.objects.in_bulk([ids[name] for name in ("free", "asking", "reported", "off")])
    free_month, off_month = (f"{rows[ids[name]].due_on:%Y-%m}" for name in ("free", "off"))
    return {
        **ids, **DAYS,
        "free_due": rows[ids["free"]].due_on, "asking_due": rows[ids["asking"]].due_on,
        "asking_assignment": rows[ids["asking"]].assignment_id,
        "reportid": rows[ids["reported"]].reports.get(status="submitted").pk,
        "granted_on": Petition.objects.get(pk=ids["granted"]).granted_due_on,
        "free_month": free_month, "off_month": off_month,
        # Waived in the month of the free date, as counted: one more where both are in one month.
        "waived": 1 if free_month == off_month else 0,
        "waived_and_one": 2 if free_month == off_month else 1,
        "waiver": Petition.objects.get(occurrence=ids["off"]).pk,
    }  # fmt: skip
