"""Very many people are invited in the background: each once, and who was not is told why."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.models import AuditEvent, Invitation, Job, Membership, User
from compliance.services.jobs.asking import cancel
from compliance.services.jobs.running import Run, run_jobs
from compliance.services.people import invitation_jobs
from compliance.services.people.invitations import invite, invite_many
from tests.building import factories as make
from tests.building.children import Statements, die, ended, fork

ALL = reverse("people-invite") + "?show=never"


@pytest.fixture
def region(db, monkeypatch) -> make.Region:
    return small_steps(monkeypatch)


def small_steps(monkeypatch: pytest.MonkeyPatch) -> make.Region:
    """A region of eight people who have never signed in, which is many here."""
    monkeypatch.setattr(invitation_jobs, "AT_ONCE", 7)
    monkeypatch.setattr(invitation_jobs, "STEP", 3)
    return make.region()


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def asked(person: User) -> Job:
    answer = signed_in(person).post(ALL, {"all": "1"})
    job = Job.objects.filter(owner=person).latest("pk")
    assert answer["Location"] == job.get_absolute_url()
    return job


def test_many_are_invited_by_a_job_a_few_at_a_time(region):
    job = asked(region.administrator)
    assert (job.kind, job.name, len(job.arguments["people"])) == ("people.invite", "8 человек", 8)
    assert not Invitation.objects.exists()
    assert run_jobs() == {"done": 1, "failed": 0, "cancelled": 0}
    job.refresh_from_db()
    assert (job.done_count, job.total_count) == (8, 8)
    assert Invitation.objects.count() == 8
    events = AuditEvent.objects.filter(action="person.invite_many").order_by("pk")
    assert [len(one.after["people"]) for one in events] == [3, 3, 2]
    assert {one.actor for one in events} == {region.administrator}


def test_who_could_not_be_invited_is_told_with_the_reason(region):
    User.objects.filter(pk=region.head.pk).update(email="")
    job = asked(region.administrator)
    User.objects.filter(pk=region.inspector.pk).update(last_login=timezone.now())
    invite(region.executor.pk, act=make.act(region.administrator, timezone.now()))
    run_jobs()
    client = signed_in(region.administrator)
    result = reverse("people-invited", args=[job.pk])
    assert result in client.get(job.get_absolute_url()).content.decode()
    page = client.get(result).content.decode()
    assert "5 приглашений" in page and "Не приглашено 3 человека" in page
    assert str(region.head) in page and "Нет адреса почты" in page
    assert "Приглашение отправлено за последние сутки" in page
    job.refresh_from_db()
    assert sorted(job.result["left_out"]) == sorted(
        [
            [region.head.pk, "no_address"],
            [region.inspector.pk, "already_signed_in"],
            [region.executor.pk, "invited_lately"],
        ]
    )


def test_a_few_are_invited_at_once_and_the_rest_is_told_on_a_page(region):
    User.objects.filter(pk=region.head.pk).update(email="")
    chosen = {"person": [region.head.pk, region.executor.pk]}
    page = signed_in(region.administrator).post(ALL, chosen).content.decode()
    assert "1 приглашение" in page and str(region.head) in page
    assert not Job.objects.exists()
    assert Invitation.objects.get().user == region.executor


def test_pressed_twice_it_is_one_job_and_pressed_later_nobody_is_invited_again(region):
    assert asked(region.administrator) == asked(region.administrator)
    run_jobs()
    again = asked(region.administrator)
    run_jobs()
    again.refresh_from_db()
    assert {code for _pk, code in again.result["left_out"]} == {"invited_lately"}
    assert Invitation.objects.count() == 8


def test_after_a_day_or_when_it_did_not_arrive_a_list_invites_anew(region):
    act = make.act(region.administrator, timezone.now())
    everybody = User.objects.filter(pk=region.executor.pk)
    assert invite_many(everybody, act=act).count == 1
    assert invite_many(everybody, act=act).count == 0
    Invitation.objects.update(state="permanent")
    assert invite_many(everybody, act=act).count == 1
    later = make.act(region.administrator, act.at + timedelta(days=1))
    assert invite_many(everybody, act=later).count == 1


def test_called_off_between_people_the_rest_is_not_invited(region, monkeypatch):
    job = asked(region.administrator)
    step = Run.step

    def called_off(run: Run, done: int, total: int):
        if done == 6:
            cancel(job.pk, person=region.administrator, at=timezone.now())
        return step(run, done, total)

    monkeypatch.setattr(Run, "step", called_off)
    assert run_jobs()["cancelled"] == 1
    job.refresh_from_db()
    assert (job.done_count, Invitation.objects.count()) == (3, 3)
    client = signed_in(region.administrator)
    assert reverse("people-invited", args=[job.pk]) in (
        client.get(job.get_absolute_url()).content.decode()
    )


def test_who_loses_the_role_while_it_goes_on_invites_no_more(region, monkeypatch):
    job = asked(region.administrator)
    step = Run.step

    def let_go(run: Run, done: int, total: int):
        if done == 6:
            Membership.objects.filter(user=region.administrator).delete()
        return step(run, done, total)

    monkeypatch.setattr(Run, "step", let_go)
    assert run_jobs()["failed"] == 1
    job.refresh_from_db()
    assert (job.failure_code, Invitation.objects.count()) == ("not_your_people", 3)


def test_the_result_is_its_askers_alone(region):
    job = asked(region.administrator)
    run_jobs()
    result = reverse("people-invited", args=[job.pk])
    assert signed_in(region.director).get(result).status_code == 404
    Membership.objects.filter(user=region.administrator).delete()
    assert signed_in(region.administrator).get(result).status_code == 403


def test_without_a_broker_the_sweep_invites(region):
    asked(region.administrator)
    call_command("sweep", "run-jobs")
    assert Invitation.objects.count() == 8


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("statement", [20, 30, 40, 50])
def test_nobody_is_invited_twice_when_a_worker_is_killed(settings, monkeypatch, statement):
    """By -9 at some statement of the first parts; the next worker goes on where it was."""
    settings.JOB_LEASE = timedelta(seconds=1)
    region = small_steps(monkeypatch)
    asked(region.administrator)

    def dies() -> None:
        with connection.execute_wrapper(Statements(statement, die)):
            run_jobs()

    assert ended(fork(dies)) == -9
    job = Job.objects.get()
    assert job.state == "running"
    assert Invitation.objects.count() == job.done_count < 8
    time.sleep(1.1)
    assert run_jobs()["done"] == 1 and run_jobs()["done"] == 0
    assert Invitation.objects.count() == 8
    assert Invitation.objects.filter(revoked_at=None).count() == 8


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_who_press_at_once_invite_each_person_once(monkeypatch):
    """Two administrators ask for the same people; two workers take a job each."""
    region = small_steps(monkeypatch)
    other = make.member(region.ministry, "administrator", "second")
    User.objects.filter(pk=other.pk).update(last_login=timezone.now())
    asked(region.administrator)
    asked(other)

    def worker() -> None:
        run_jobs()
        connections.close_all()

    threads = [threading.Thread(target=worker) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    invited = Invitation.objects.values_list("user", flat=True)
    assert len(invited) == len(set(invited)) == 8
