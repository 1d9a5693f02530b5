"""One of everything that a page needs, in a region with people of every part."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from compliance.models import (
    Evidence,
    IncentiveScheme,
    IncentiveSheet,
    InspectionPhoto,
    InterimDate,
    MeasureVersion,
    Membership,
    Occurrence,
    Organisation,
    Petition,
    Plan,
    Remark,
    Revision,
    Substitution,
    User,
)
from compliance.services.documents.sources import keep_source
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import Account, draft_report, save_report
from compliance.services.incentives.sheets import calculate_sheet, default_scheme
from compliance.services.inspections.holding import attach_photo as attach_inspection_photo
from compliance.services.petitions.steps import Wish
from notifications.models import Message, SweepRecord
from tests.building import factories as make
from tests.building.inspected import accepted, planned
from tests.building.remembered import remembered
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
    interim: InterimDate

    @property
    def version(self) -> MeasureVersion:
        return MeasureVersion.objects.get(revision__plan=self.draft)

    @property
    def verification(self) -> Task:
        return Task.objects.open().get(process__report__occurrence=self.submitted)


@remembered
def make_world() -> World:
    """One of everything that a page needs, and the neighbour region's people, also those who work
    there and have, had or will have something to do with this one.
    """
    region = make.region()
    neighbour = make.ministry(name="Министерство другой области")
    region.outlander = make.member(neighbour, "coordinator", "outlander")
    add_passers_by(region, neighbour)
    return furnished(region)


def asked_for_the_course(occurrence: Occurrence) -> InterimDate:
    """The course of the work before this due date, asked for today."""
    today = timezone.localdate()
    return InterimDate.objects.create(
        assignment=occurrence.assignment, organisation=occurrence.organisation,
        plan=occurrence.plan, version=occurrence.version, intended_on=today, asked_on=today,
    )  # fmt: skip


def add_passers_by(region: make.Region, neighbour: Organisation) -> None:
    """People whose roles are over, have not begun, or lie in two regions at once."""
    today, day = timezone.localdate(), timedelta(days=1)
    region.former_member = make.member(neighbour, "coordinator", "former")
    region.two_regions = make.member(neighbour, "coordinator", "two-regions")
    region.starts_tomorrow = make.user("tomorrow")
    region.ended_substitute = make.member(region.ministry, "hr", "ended-substitute")
    for role in ("director", "administrator"):
        give(region.former_member, region.own, role, ends_on=today - day)
        give(region.starts_tomorrow, region.own, role, starts_on=today + day)
    give(region.former_member, region.ministry, "administrator", ends_on=today - day)
    give(region.two_regions, region.own, "director")
    for absent, first, last, is_called_off in (
        (region.coordinator, today - 9 * day, today - day, False),
        (region.administrator, today, today + day, True),
    ):
        Substitution.objects.create(
            absent=absent,
            substitute=region.ended_substitute,
            starts_on=first,
            ends_on=last,
            reason="Отпуск",
            entered_at=timezone.now(),
            ended_at=timezone.now() if is_called_off else None,
        )


def give(person: User, place: Organisation, role: str, **days: Any) -> None:
    Membership.objects.create(user=person, organisation=place, role=role, **days)


@remembered
def furnished(region: make.Region) -> World:
    """One of everything that a page needs, in the region's own institution."""
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
    if not IncentiveScheme.objects.filter(region=region.ministry).exists():
        default_scheme(region.ministry, valid_from=timezone.localdate().replace(month=1, day=1))
    calculated = calculate_sheet(region.own, _quarter(), act=make.act(region.personnel))
    letter = Message.objects.create(**_letter(region))
    SweepRecord.objects.bulk_create(
        (SweepRecord(name=name, ended_at=timezone.now()) for name in settings.SWEEPS_LATE_AFTER),
        ignore_conflicts=True,
    )
    regional = make.plan(
        region, organisation=region.ministry, type_code="regional", title="Региональный",
        period=make.Period(*_this_year()),
    )  # fmt: skip
    waiting = sent(region, title="На согласовании")
    keep_sources()
    return World(
        region=region,
        draft=draft,
        waiting=waiting,
        released=released,
        executing=at_work,
        regional=regional,
        occurrence=second,
        submitted=first,
        evidence=kept,
        sheet=calculated,
        letter=letter,
        remark=remark,
        amendment=change,
        petition=asked,
        found_photo=inspected(region),
        interim=asked_for_the_course(second),
    )  # fmt: skip


def keep_sources() -> None:
    """Every plan as if it had been made from a file."""
    content = "План".encode()
    Plan.objects.update(source_name="план.txt", source_sha256=hashlib.sha256(content).hexdigest())
    for plan in Plan.objects.filter(source__isnull=True):
        keep_source(plan, content, act=make.act(None))


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
        "branch": region.own.path,
        "text": "Текст",
        "html": "<p>Текст</p>",
        "address": region.executor.email,
    }


def inspected(region: make.Region) -> InspectionPhoto:
    """A photo that the inspector took of what another plan's report says; not closed yet."""
    inspection_id = planned(accepted(region, title="Проверяемый план")).process.inspection_id
    act = make.act(region.inspector)
    return attach_inspection_photo(inspection_id, make.photo(colour="blue"), act=act)
