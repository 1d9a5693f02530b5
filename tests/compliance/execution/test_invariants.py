"""The three invariants of closing a measure hold by constraint, whoever writes the rows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import ExecutionReport, Occurrence
from compliance.models.local_dates import LocalDates
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import (
    Account,
    accept_report,
    explain_not_done,
    save_report,
)
from compliance.services.petitions.steps import waive_occurrence
from tests.building import factories as make
from tests.building.due_dates import dated
from tests.building.executed import counts_as
from tests.building.scenes import executing
from workflows.models import Task
from workflows.services.plans.sending import submit_execution

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return executing()


def submitted(scene, **account):
    act = make.act(scene.region.executor)
    report = save_report(scene.occurrence.pk, Account(text="Готово", **account), act=act)
    attach_photo(report, make.photo(), act=act)
    return submit_execution(scene.occurrence.pk, act=act)


def breaks(rows, **values) -> bool:
    """Whether the database refuses the write."""
    try:
        with transaction.atomic():
            rows.update(**values)
    except IntegrityError:
        return True
    return False


def test_done_needs_an_accepted_report(scene):
    rows, now = Occurrence.objects.filter(pk=scene.occurrence.pk), timezone.now()
    assert breaks(rows, status="accepted")
    assert breaks(rows, status="accepted", closed_at=now, done_on=date(2026, 1, 1))
    assert breaks(rows, done_on=date(2026, 1, 1))


def test_a_report_without_proof_cannot_be_accepted(scene):
    report = submitted(scene)
    rows = ExecutionReport.objects.filter(pk=report.pk)
    assert breaks(rows, status="accepted", proof_count=0)
    assert breaks(rows, status="accepted", is_interim=True)
    assert not breaks(rows, status="accepted")


def test_a_waiver_needs_its_reason_and_is_never_done(scene):
    rows, now = Occurrence.objects.filter(pk=scene.occurrence.pk), timezone.now()
    assert breaks(rows, status="waived", closed_at=now)
    with pytest.raises(Refusal):
        waive_occurrence(scene.occurrence.pk, reason=" ", act=make.act(scene.region.coordinator))
    waived = waive_occurrence(
        scene.occurrence.pk, reason="Здание снесено", act=make.act(scene.region.coordinator)
    )
    assert counts_as(waived) == "waived"
    assert waived.done_on is None and waived.accepted_report is None


def test_what_nobody_has_closed_stays_on_control(scene):
    rows = Occurrence.objects.filter(pk=scene.occurrence.pk)
    assert breaks(rows, closed_at=timezone.now())
    explained = explain_not_done(
        scene.occurrence.pk, reason="Нет средств", act=make.act(scene.region.executor)
    )
    assert explained.status == "open" and rows.on_control().exists()


def test_what_is_due_in_a_year_is_not_explained_today(scene):
    """With a far date there is still time to do it, or to ask for another date."""
    today = scene.occurrence.organisation.today(timezone.now())
    rows = Occurrence.objects.filter(pk=scene.occurrence.pk)
    for days, far in ((14, False), (15, True)):
        dated(rows, today + timedelta(days=days))
        assert scene.occurrence.can_be_explained(today) != far
    with pytest.raises(Refusal, match="'explained_too_early'"):
        explain_not_done(
            scene.occurrence.pk, reason="Нет средств", act=make.act(scene.region.executor)
        )


def test_interim_information_closes_nothing_and_asks_no_inspector(scene):
    act = make.act(scene.region.executor)
    save_report(scene.occurrence.pk, Account(text="Начали", is_interim=True), act=act)
    report = submit_execution(scene.occurrence.pk, act=act)
    assert report.status == "noted" and scene.occurrence.status == "open"
    assert not Task.objects.open().exists()
    with pytest.raises(Conflict):
        accept_report(report.pk, act=make.act(scene.region.inspector))


@pytest.mark.parametrize(("late", "expected"), [(-1, "in_time"), (0, "in_time"), (1, "late")])
def test_in_time_counts_the_day_of_the_accepted_submission(scene, late, expected):
    report = submitted(scene)
    due_on = scene.occurrence.late_after
    ExecutionReport.objects.filter(pk=report.pk).update(submitted_on=due_on + timedelta(days=late))
    accept_report(report.pk, act=make.act(scene.region.inspector))
    assert scene.occurrence.done_on == due_on + timedelta(days=late)
    assert counts_as(scene.occurrence) == expected


def test_nobody_but_the_inspector_gives_a_verdict(scene):
    report = submitted(scene)
    for part, person in scene.region.people.items():
        if part != "inspector":
            with pytest.raises(Forbidden, match="'not_your_step'"):
                accept_report(report.pk, act=make.act(person))
    with pytest.raises(Forbidden, match="'not_your_step'"):
        accept_report(report.pk, act=make.act(None))
    assert scene.occurrence.status == "submitted"
    assert accept_report(report.pk, act=make.act(scene.region.inspector)).status == "accepted"


def test_waiting_for_the_inspector_is_not_overdue(scene):
    submitted(scene)
    late = scene.occurrence.due_on + timedelta(days=365)
    assert not scene.occurrence.is_overdue(late)
    assert not Occurrence.objects.overdue_at(LocalDates({"Europe/Moscow": late})).exists()


@pytest.mark.parametrize("part", ["foreign_director", "inspector", "stranger", "councillor"])
def test_only_its_own_people_report(scene, part):
    with pytest.raises(Forbidden):
        save_report(
            scene.occurrence.pk, Account(text="Готово"), act=make.act(scene.region.people[part])
        )


@pytest.mark.parametrize("part", ["executor", "director", "coordinator", "head", "stranger"])
def test_only_an_inspector_accepts(scene, part):
    report = submitted(scene)
    with pytest.raises(Forbidden):
        accept_report(report.pk, act=make.act(scene.region.people[part]))


def test_only_a_coordinator_waives(scene):
    with pytest.raises(Forbidden):
        waive_occurrence(
            scene.occurrence.pk, reason="Так вышло", act=make.act(scene.region.director)
        )
