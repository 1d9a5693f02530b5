"""A long table of people is stored in the background: once, all of it, or nothing."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from compliance.models import AuditEvent, Job, Membership, User
from compliance.services.jobs.running import run_jobs
from compliance.services.people.imports import storing_jobs
from tests.building import factories as make
from tests.building.children import Statements, die, ended, fork
from tests.building.people_workbooks import person, workbook


@pytest.fixture
def region(db, monkeypatch) -> make.Region:
    return few_rows(monkeypatch)


def few_rows(monkeypatch: pytest.MonkeyPatch) -> make.Region:
    """A region in which ten rows, headings among them, are many."""
    monkeypatch.setattr(storing_jobs, "AT_ONCE", 9)
    return make.region()


def previewed(region: make.Region) -> tuple[Client, str, str]:
    """The administrator on the page that shows eight new people; its address and fingerprint."""
    place = region.own.name
    people = [
        person(f"Учебнова Анна {n}", f"u{n}@example.org", place, "Исполнитель") for n in range(8)
    ]
    client = Client()
    client.force_login(region.administrator)
    file = SimpleUploadedFile("люди.xlsx", workbook([], people))
    page = client.post(reverse("people-import"), {"file": file}, follow=True)
    return client, page.request["PATH_INFO"], page.context["matched"].fingerprint


def asked(region: make.Region) -> tuple[Client, Job]:
    client, address, fingerprint = previewed(region)
    answer = client.post(address, {"fingerprint": fingerprint})
    again = client.post(address, {"fingerprint": fingerprint})
    job = Job.objects.get()
    assert answer["Location"] == again["Location"] == job.get_absolute_url()
    assert (job.kind, job.name, job.page) == ("people.import", "люди.xlsx", address)
    return client, job


def new_people() -> int:
    return User.objects.filter(email__startswith="u", email__endswith="@example.org").count()


def test_a_long_table_is_stored_by_a_job(region):
    client, job = asked(region)
    assert new_people() == 0
    assert run_jobs() == {"done": 1, "failed": 0, "cancelled": 0}
    job.refresh_from_db()
    assert new_people() == 8 and job.result["stored"]["people"] == {"new": 8}
    assert job.page == "/people/?show=never"
    assert "Учебнова Анна 7" in client.get(job.page).content.decode()
    assert AuditEvent.objects.get(action="people.import").actor == region.administrator


def test_a_short_table_is_stored_at_once(region, monkeypatch):
    monkeypatch.setattr(storing_jobs, "AT_ONCE", 2_000)
    client, address, fingerprint = previewed(region)
    client.post(address, {"fingerprint": fingerprint})
    assert new_people() == 8 and not Job.objects.exists()


def test_what_others_have_changed_meanwhile_is_looked_at_again(region):
    client, job = asked(region)
    make.user("u1@example.org", email="u1@example.org", full_name="Учебнова Анна 1")
    assert run_jobs()["failed"] == 1
    job.refresh_from_db()
    assert (job.failure_code, new_people()) == ("people_changed", 1)
    page = client.get(job.get_absolute_url()).content.decode()
    assert job.page in page and "Посмотрите заново, что изменит таблица" in page


def test_who_has_lost_the_role_stores_nothing(region):
    asked(region)
    Membership.objects.filter(user=region.administrator).delete()
    assert run_jobs()["failed"] == 1
    assert Job.objects.get().failure_code == "not_your_people" and new_people() == 0


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("statement", [12, 18])
def test_a_killed_worker_stores_nothing_and_the_next_one_all(settings, monkeypatch, statement):
    settings.JOB_LEASE = timedelta(seconds=1)
    region = few_rows(monkeypatch)
    asked(region)

    def dies() -> None:
        with connection.execute_wrapper(Statements(statement, die)):
            run_jobs()

    assert ended(fork(dies)) == -9
    assert (Job.objects.get().state, new_people()) == ("running", 0)
    time.sleep(1.1)
    assert run_jobs()["done"] == 1 and run_jobs()["done"] == 0
    assert new_people() == 8
    assert AuditEvent.objects.filter(action="people.import").count() == 1
