"""The sheets of a large region, calculated in the background: all of them anew, or none."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.domain.calendar.quarters import quarter
from compliance.models import AuditEvent, IncentiveLine, IncentiveSheet, Job, Membership
from compliance.services.incentives import regional_jobs, sheets
from compliance.services.incentives.sheets import calculate_region, default_scheme
from compliance.services.jobs import running
from compliance.services.jobs.asking import cancel
from compliance.services.jobs.running import Run, claim, run_jobs
from tests.building import factories as make
from tests.building.children import Statements, die, ended, fork
from tests.notifications import factories as rows

Q1 = quarter("2026Q1")
ENDED = {"done": 1, "failed": 0, "cancelled": 0}


@pytest.fixture
def region(db, monkeypatch) -> make.Region:
    return large(monkeypatch)


def large(monkeypatch: pytest.MonkeyPatch) -> make.Region:
    """A region of seven institutions, which is many here; one of them owes three due dates."""
    monkeypatch.setattr(regional_jobs, "AT_ONCE", 6)
    monkeypatch.setattr(sheets, "STEP", 2)
    region = make.region()
    default_scheme(region.ministry, date(2026, 1, 1))
    for number in range(5):
        make.institution(region.ministry, name=f"Учреждение {number}")
    plan = rows.plan(region.own)
    days = [date(2026, 2, day) for day in (3, 10, 17)]
    rows.due(rows.assignment(plan, region.executor), *days)
    return region


def asked(person: object) -> Job:
    client = Client()
    client.force_login(person)
    answer = client.post(reverse("incentives-calculate"), {"period": "2026Q1"})
    job = Job.objects.filter(owner=person).latest("pk")
    assert answer["Location"] == job.get_absolute_url()
    return job


def test_a_large_region_is_calculated_by_a_job_as_one_act(region):
    job = asked(region.personnel)
    assert not IncentiveSheet.objects.exists()
    assert (job.kind, job.organisation) == ("incentives.calculate", region.ministry)
    assert job.page == "/incentives/?period=2026Q1"
    assert run_jobs() == ENDED
    job.refresh_from_db()
    assert (job.done_count, job.total_count, job.result) == (7, 7, {"sheets": 7})
    own = IncentiveSheet.objects.get(organisation=region.own)
    assert (own.due, own.not_done, own.lines.count()) == (3, 3, 3)
    assert own.calculated_by == region.personnel
    event = AuditEvent.objects.get(action="incentive.calculate")
    assert (event.organisation, event.actor) == (region.ministry, region.personnel)
    assert len(event.after["sheets"]) == 7


def test_a_small_region_is_calculated_at_once(region, monkeypatch):
    monkeypatch.setattr(regional_jobs, "AT_ONCE", 7)
    client = Client()
    client.force_login(region.personnel)
    client.post(reverse("incentives-calculate"), {"period": "2026Q1"})
    assert not Job.objects.exists()
    assert IncentiveSheet.objects.count() == 7


def test_pressed_twice_it_is_one_job(region):
    assert asked(region.personnel) == asked(region.personnel)
    assert Job.objects.count() == 1


def test_nobody_else_sees_the_job_or_calls_it_off(region):
    job = asked(region.personnel)
    client = Client()
    client.force_login(region.coordinator)
    assert client.get(job.get_absolute_url()).status_code == 404
    assert client.post(reverse("job-cancel", args=[job.pk])).status_code == 404


def test_who_has_lost_the_role_calculates_no_more(region):
    asked(region.personnel)
    Membership.objects.filter(user=region.personnel).delete()
    assert run_jobs()["failed"] == 1
    assert Job.objects.get().failure_code == "not_your_step"
    assert not IncentiveSheet.objects.exists()


def test_who_loses_the_role_while_it_goes_on_stores_nothing(region, monkeypatch):
    asked(region.personnel)
    progress = Run.progress

    def let_go(run: Run, done: int, total: int) -> None:
        Membership.objects.filter(user=region.personnel).delete()
        progress(run, done, total)

    monkeypatch.setattr(Run, "progress", let_go)
    assert run_jobs()["failed"] == 1
    assert not IncentiveSheet.objects.exists()


def test_called_off_in_the_middle_the_sheets_of_before_stay(region, monkeypatch):
    before = calculate_region(region.ministry, Q1, act=make.act(region.coordinator))
    job = asked(region.personnel)
    told: list[int] = []
    progress = Run.progress

    def hears(run: Run, done: int, total: int) -> None:
        told.append(done)
        if done == 4:
            cancel(job.pk, person=region.personnel, at=timezone.now())
        progress(run, done, total)

    monkeypatch.setattr(Run, "progress", hears)
    assert run_jobs()["cancelled"] == 1
    assert told == [0, 2, 4]
    assert set(IncentiveSheet.objects.values_list("calculated_at", flat=True)) == {
        before[0].calculated_at
    }


def test_a_calculation_that_another_has_overtaken_gives_way(region):
    """The slow worker has counted everything; meanwhile somebody's later calculation is stored."""
    job = asked(region.personnel)
    run = Run(claim(timezone.now()), timezone.now)
    progress = run.progress

    def is_overtaken(done: int, total: int) -> None:
        progress(done, total)
        if done == total:
            calculate_region(region.ministry, Q1, act=make.act(region.coordinator, timezone.now()))

    run.progress = is_overtaken
    running._do(run)
    job.refresh_from_db()
    assert (job.state, job.failure_code) == ("failed", "sheets_overtaken")
    assert set(IncentiveSheet.objects.values_list("calculated_by", flat=True)) == {
        region.coordinator.pk
    }
    assert AuditEvent.objects.filter(action="incentive.calculate").count() == 1


def test_a_region_without_a_scheme_says_why(region):
    asked(region.personnel)
    sheets.IncentiveScheme.objects.all().delete()
    assert run_jobs()["failed"] == 1
    assert Job.objects.get().failure_code == "no_scheme"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("statement", [25, 40])
def test_a_killed_worker_leaves_no_half_of_it(settings, monkeypatch, statement):
    """It dies by -9 while it counts, or with some of the new sheets written and not committed."""
    settings.JOB_LEASE = timedelta(seconds=1)
    region = large(monkeypatch)
    before = calculate_region(region.ministry, Q1, act=make.act(region.coordinator))
    asked(region.personnel)

    def dies() -> None:
        with connection.execute_wrapper(Statements(statement, die)):
            run_jobs()

    assert ended(fork(dies)) == -9
    assert Job.objects.get().state == "running"
    assert set(IncentiveSheet.objects.values_list("calculated_at", flat=True)) == {
        before[0].calculated_at
    }
    assert IncentiveLine.objects.count() == 3
    time.sleep(1.1)
    assert run_jobs() == ENDED and run_jobs()["done"] == 0
    assert set(IncentiveSheet.objects.values_list("calculated_by", flat=True)) == {
        region.personnel.pk
    }
    assert (IncentiveSheet.objects.count(), IncentiveLine.objects.count()) == (7, 3)
    assert AuditEvent.objects.filter(action="incentive.calculate").count() == 2
