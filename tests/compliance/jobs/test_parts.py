"""Work of many parts: each part and the note that it is done are one; who calls it off is heard."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from compliance.domain.refusals import Conflict
from compliance.models import Job, Organisation
from compliance.services.jobs import asking
from compliance.services.jobs.asking import Asker, Order, ask_for, ask_once_for, cancel
from compliance.services.jobs.running import Cancelled, Lost, Run, claim
from tests.building import factories as make

NOW = timezone.now()


def order(region: make.Region, **about: int) -> Order:
    return Order("test", "работа", region.own, page="/plans/", arguments=about)


def running(region: make.Region) -> Run:
    ask_for(order(region), Asker(region.executor, NOW))
    return Run(claim(NOW), lambda: NOW + timedelta(seconds=1))


def renamed(region: make.Region, name: str) -> None:
    Organisation.objects.filter(pk=region.own.pk).update(name=name)


@pytest.mark.django_db
def test_a_part_and_its_note_happen_both_or_neither():
    region = make.region()
    run = running(region)
    with run.step(3, 9) as job:
        renamed(region, "первая часть")
        job.result, job.page = {"made": 3}, "/made/"
    with pytest.raises(ZeroDivisionError), run.step(6, 9) as job:
        renamed(region, "вторая часть")
        job.result = {"made": 1 / 0}
    job = Job.objects.get()
    assert (job.done_count, job.total_count, job.result, job.page) == (3, 9, {"made": 3}, "/made/")
    assert Organisation.objects.get(pk=region.own.pk).name == "первая часть"
    assert job.lease_until == NOW + timedelta(seconds=301)


@pytest.mark.django_db
def test_no_part_begins_once_the_job_is_called_off_or_with_another_worker():
    region = make.region()
    run = running(region)
    cancel(run.job.pk, person=region.executor, at=NOW)
    with pytest.raises(Cancelled), run.step(1, 9):
        pytest.fail("the part must not begin")
    other = running(region)
    Job.objects.filter(pk=other.job.pk).update(token=None)
    with pytest.raises(Lost), other.step(1, 9):
        pytest.fail("the part must not begin")


@pytest.mark.django_db
def test_the_same_is_asked_for_once_while_it_is_open():
    region = make.region()
    asker = Asker(region.executor, NOW)
    first = ask_once_for(order(region, number=1), asker)
    assert ask_once_for(order(region, number=1), asker) == first
    assert ask_once_for(order(region, number=2), asker) != first
    assert ask_once_for(order(region, number=1), Asker(region.director, NOW)) != first
    cancel(first.pk, person=region.executor, at=NOW)
    assert ask_once_for(order(region, number=1), asker) != first


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_who_calls_it_off_while_the_result_is_stored_is_not_kept_waiting(monkeypatch):
    monkeypatch.setattr(asking, "PATIENCE", 1)
    region = make.region()
    run = running(region)
    stores, may_end = threading.Event(), threading.Event()

    def store() -> None:
        with run.finishing():
            stores.set()
            may_end.wait(30)
        connections.close_all()

    worker = threading.Thread(target=store)
    worker.start()
    assert stores.wait(30)
    with pytest.raises(Conflict, match="'job_is_ending'"):
        cancel(run.job.pk, person=region.executor, at=NOW)
    may_end.set()
    worker.join()
    assert Job.objects.get().state == "done"
