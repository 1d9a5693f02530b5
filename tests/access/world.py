"""One of everything that a page needs, in a region with people of every part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from compliance.models import (
    Evidence,
    IncentiveSheet,
    InspectionPhoto,
    MeasureVersion,
    Occurrence,
    Petition,
    Plan,
    Remark,
    Revision,
)
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import Account, draft_report, save_report
from compliance.services.incentives.sheets import calculate_sheet, default_scheme
from compliance.services.inspections.holding import attach_photo as attach_inspection_photo
from compliance.services.petitions.steps import Wish
from notifications.models import Message, SweepRecord
from tests.building import factories as make
from tests.building.inspected import accepted, planned
from tests.building.scenes import Scene, due_in, executing, published, sent
from workflows.models import Task
from workflows.services.approval.amendments import revise_plan
from workflows.services.petitions import ask
from workflows.services.plans.sending import submit_execution


@dataclass
class World:
    """One region with a plan at each stage that a page needs, and a neighbour region's people."""

    region: make.Region
    draft: Plan
    waiting: Scene
    released: Scene
    executing: Scene
    regional: Plan
    occurrence: Occurrence
    submitted: Occurrence
    evidence: Evidence
    sheet: IncentiveSheet
    letter: Message
    remark: Remark
    amendment: Revision
    petition: Petition
    found_photo: InspectionPhoto

    @property
    def version(self) -> MeasureVersion:
        return MeasureVersion.objects.get(revision__plan=self.draft)

    @property
    def verification(self) -> Task:
        return Task.objects.open().get(process__report__occurrence=self.submitted)


def make_world() -> World:
    """One of everything that a page needs."""
    region = make.region()
    twice = (
        make.measure("Обновить стенд", number="1", deadline_text=due_in(5)),
        make.measure("Обучить работников", number="2", deadline_text=due_in(60)),
        make.measure("Установить пандус", number="3", deadline_text=due_in(90)),
    )
    at_work = executing(region, *twice, title="Исполняемый план")
    first, second, third = Occurrence.objects.filter(plan=at_work.plan).order_by("due_on")
    act = make.act(region.executor)
    attach_photo(save_report(first.pk, Account("Готово"), act=act), make.photo(), act=act)
    submit_execution(first.pk, act=act)
    kept = attach_photo(draft_report(second.pk, act=act), make.photo(colour="red"), act=act)
    asked = ask(third.pk, Wish("waiver", "Снесено"), act=make.act(region.director))
    draft = make.plan(region, title="Черновик", period=make.Period(*_this_year()))
    remark = Remark.objects.create(
        revision=draft.revisions.get(), text="Уточнить", author=region.coordinator,
        made_at=timezone.now(),
    )  # fmt: skip
    released = published(region, title="Опубликованный план")
    change = revise_plan(released.plan.pk, reason="Так", act=make.act(region.director))
    default_scheme(region.ministry, valid_from=timezone.localdate().replace(month=1, day=1))
    calculated = calculate_sheet(region.own, _quarter(), act=make.act(region.personnel))
    letter = Message.objects.create(**_letter(region))
    SweepRecord.objects.bulk_create(
        SweepRecord(name=name, ended_at=timezone.now()) for name in settings.SWEEPS_LATE_AFTER
    )
    neighbour = make.ministry(name="Министерство другой области")
    region.outlander = make.member(neighbour, "coordinator", "outlander")
    return World(
        region=region,
        draft=draft,
        waiting=sent(region, title="На согласовании"),
        released=released,
        executing=at_work,
        regional=make.plan(
            region, organisation=region.ministry, type_code="regional", title="Региональный",
            period=make.Period(*_this_year()),
        ),
        occurrence=second,
        submitted=first,
        evidence=kept,
        sheet=calculated,
        letter=letter,
        remark=remark,
        amendment=change,
        petition=asked,
        found_photo=inspected(region),
    )  # fmt: skip


def _this_year():
    today = timezone.localdate()
    return today.replace(month=1, day=1), today.replace(month=12, day=31)


def _quarter():
    from compliance.domain.calendar.quarters import quarter, quarter_code

    return quarter(quarter_code(timezone.localdate()))


def _letter(region: make.Region) -> dict[str, Any]:
    now = timezone.now()
    return {
        "addressee": region.executor,
        "day": timezone.localdate(now),
        "time_zone": "Europe/Moscow",
        "state": "permanent",
        "reason": "refused",
        "created_at": now,
        "next_try_at": now,
        "finished_at": now,
        "subject": "Сроки",
        "text": "Текст",
        "html": "<p>Текст</p>",
        "address": region.executor.email,
    }


def inspected(region: make.Region) -> InspectionPhoto:
    """A photo that the inspector took of what another plan's report says; not closed yet."""
    inspection_id = planned(accepted(region, title="Проверяемый план")).process.inspection_id
    act = make.act(region.inspector)
    return attach_inspection_photo(inspection_id, make.photo(colour="blue"), act=act)
