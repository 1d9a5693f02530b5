"""Very many letters are sent again in the background, a part at a time, each once."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.db import connection

from compliance.models import AuditEvent, Job, Membership, User
from compliance.services.jobs.running import Run, run_jobs
from compliance.services.people import letter_jobs
from notifications.models import Message
from tests.building.children import Statements, die, ended, fork
from tests.notifications.conftest import House
from tests.notifications.test_resending_many import (
    OUTAGE,
    administrator,
    outage,
    signed_in,
    waiting,
)

__all__ = ["administrator", "outage"]
ADDRESS = "/mail/resend/?first=2026-03-12&last=2026-03-12"
THREE = [("denis", OUTAGE), ("karina", OUTAGE), ("olga", OUTAGE)]


@pytest.fixture(autouse=True)
def two_are_many(monkeypatch):
    monkeypatch.setattr(letter_jobs, "AT_ONCE", 2)
    monkeypatch.setattr(letter_jobs, "STEP", 2)


def asked(administrator: User) -> Job:
    answer = signed_in(administrator).post(ADDRESS, {"shown": ["3", "2"]})
    job = Job.objects.get()
    assert answer["Location"] == job.get_absolute_url()
    assert (job.kind, job.name) == ("letters.resend", "3 письма")
    assert job.page == "/mail/?first=2026-03-12&last=2026-03-12"
    return job


def test_they_are_sent_again_by_a_job(outage: House, administrator: User):
    job = asked(administrator)
    assert asked(administrator) == job
    assert waiting() == []
    assert run_jobs() == {"done": 1, "failed": 0, "cancelled": 0}
    job.refresh_from_db()
    assert waiting() == THREE and job.result == {"letters": 3}
    events = AuditEvent.objects.filter(action="letter.resend_many").order_by("pk")
    assert [one.after["letters"] for one in events] == [2, 1]


def test_other_letters_than_were_shown_are_shown_once_more(outage: House, administrator: User):
    answer = signed_in(administrator).post(ADDRESS, {"shown": ["4", "2"]})
    assert answer.status_code == 409 and not Job.objects.exists()


def test_what_has_arrived_meanwhile_is_left_alone(outage: House, administrator: User):
    job = asked(administrator)
    Message.objects.filter(addressee=outage.director.pk).update(state="accepted", reason="")
    run_jobs()
    job.refresh_from_db()
    assert waiting() == [THREE[1], THREE[2]] and job.result == {"letters": 2}


def test_who_loses_the_role_while_it_goes_on_sends_no_more(outage, administrator, monkeypatch):
    asked(administrator)
    step = Run.step

    def let_go(run: Run, done: int, total: int):
        if done == 3:
            Membership.objects.filter(user=administrator).delete()
        return step(run, done, total)

    monkeypatch.setattr(Run, "step", let_go)
    assert run_jobs()["failed"] == 1
    assert (Job.objects.get().failure_code, len(waiting())) == ("not_your_page", 2)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("statement", [15, 26])
def test_a_killed_worker_is_followed_by_one_that_goes_on(request, settings, statement):
    settings.JOB_LEASE = timedelta(seconds=1)
    request.getfixturevalue("outage")
    asked(request.getfixturevalue("administrator"))

    def dies() -> None:
        with connection.execute_wrapper(Statements(statement, die)):
            run_jobs()

    assert ended(fork(dies)) == -9
    job = Job.objects.get()
    assert job.state == "running" and len(waiting()) == job.done_count < 3
    time.sleep(1.1)
    assert run_jobs()["done"] == 1
    assert waiting() == THREE
    events = AuditEvent.objects.filter(action="letter.resend_many").order_by("pk")
    assert [one.after["letters"] for one in events] == [2, 1]
