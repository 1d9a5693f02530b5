"""Long work: taken once, shown while it goes on, done once however often its workers die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.urls import reverse
from django.utils import timezone

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import AuditEvent, Evidence, Job, PlanUpload
from compliance.services.documents.uploads import keep_document
from compliance.services.evidence.files import attach_evidence
from compliance.services.evidence.reports import Account, save_report
from compliance.services.jobs import asking, running
from compliance.services.jobs.asking import Asker, Order, ask_for
from compliance.services.jobs.running import Run, claim, run_jobs
from tests.building import factories as make
from tests.building.children import ended, fork
from tests.building.scenes import executing
from workflows.services.plans.sending import submit_execution

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=timezone.get_default_timezone())
PLAN = "План на 2026 год\n\n№\tМероприятие\tСрок\tОтветственный\n1\tСтенд\tмай\tДиректор"


@pytest.fixture
def region(db):
    return make.region()


@pytest.fixture
def kinds(monkeypatch):
    """Kinds of work that only this test knows."""
    known = dict(running._registered)
    monkeypatch.setattr(running, "_registered", known)
    return known


def asked(region, kind="test", **more) -> Job:
    order = Order(kind, "работа.txt", region.own, page="/plans/", **more)
    return ask_for(order, Asker(region.executor, NOW))


def later(seconds: float):
    return lambda: NOW + timedelta(seconds=seconds)


def test_a_job_is_done_and_its_result_and_times_are_kept(region, kinds):
    def work(run: Run) -> None:
        run.progress(1, 2)
        with run.finishing() as job:
            job.result = {"made": 7}

    kinds["test"] = work
    job = asked(region, content=b"input")
    name = Job.objects.get().input.name
    assert default_storage.exists(name)
    assert run_jobs(later(5)) == {"done": 1, "failed": 0, "cancelled": 0}
    job.refresh_from_db()
    assert (job.state, job.result, job.done_count, job.total_count) == ("done", {"made": 7}, 1, 2)
    assert (job.started_at, job.finished_at) == (later(5)(), later(5)())
    assert (job.tries, job.token, job.lease_until, job.input.name) == (1, None, None, "")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_input_goes_when_the_job_has_ended(kinds):
    region = make.region()
    kinds["test"] = lambda run: None
    asked(region, content=b"input")
    name = Job.objects.get().input.name
    run_jobs(later(1))
    assert not default_storage.exists(name)


def test_a_refusal_is_the_failure_in_words(region, kinds, client):
    def work(run: Run) -> None:
        raise Refusal("too_large", limit=20)

    kinds["test"] = work
    job = asked(region)
    assert run_jobs(later(1))["failed"] == 1
    job.refresh_from_db()
    assert (job.state, job.failure_code, job.failure_values) == (
        "failed",
        "too_large",
        {"limit": 20},
    )
    client.force_login(region.executor)
    page = client.get(job.get_absolute_url()).content.decode()
    assert "20" in page and "hx-get" not in page, "an ended job is not asked for again"


def test_what_nobody_foresaw_is_tried_three_times_and_then_has_failed(region, kinds):
    tries = []

    def work(run: Run) -> None:
        tries.append(run.job.tries)
        raise ZeroDivisionError

    kinds["test"] = work
    job = asked(region)
    for minute in range(5):
        run_jobs(later(60 * minute))
    job.refresh_from_db()
    assert tries == [1, 2, 3] and (job.state, job.failure_code) == ("failed", "job_fell")


def test_an_effect_of_a_worker_whose_lease_ended_is_undone(region, kinds):
    """The first worker sleeps through its lease; the second does the job; the first wakes up."""
    job = asked(region)
    slow = Run(claim(NOW), later(0))
    kinds["test"] = lambda run: None
    assert run_jobs(later(301)) == {"done": 1, "failed": 0, "cancelled": 0}
    with pytest.raises(running.Lost), slow.finishing():
        pytest.fail("the effect must not begin")
    with pytest.raises(running.Lost):
        slow.progress(1, 1)
    job.refresh_from_db()
    assert (job.state, job.tries) == ("done", 2)


def test_progress_holds_the_job_on(region):
    asked(region)
    run = Run(claim(NOW), later(290))
    run.progress(1, 10)
    assert claim(NOW + timedelta(seconds=310)) is None, "the lease began anew"
    assert claim(NOW + timedelta(seconds=591)).tries == 2


def test_a_waiting_job_is_called_off_at_once_a_running_one_when_it_looks_up(region, kinds):
    waiting = asked(region)
    asking.cancel(waiting.pk, person=region.executor, at=NOW)
    waiting.refresh_from_db()
    assert waiting.state == "cancelled" and claim(NOW) is None

    def work(run: Run) -> None:
        asking.cancel(run.job.pk, person=region.executor, at=NOW)
        run.progress(1, 2)
        pytest.fail("the work must not go on")

    kinds["test"] = work
    running_one = asked(region)
    assert run_jobs(later(1)) == {"done": 0, "failed": 0, "cancelled": 1}
    with pytest.raises(Conflict):
        asking.cancel(running_one.pk, person=region.executor, at=NOW)


def test_a_job_called_off_while_its_worker_is_dead_ends_with_the_lease(region):
    job = asked(region)
    claim(NOW)
    asking.cancel(job.pk, person=region.executor, at=NOW)
    assert claim(NOW + timedelta(seconds=301)).state == "cancelled"


def test_only_its_owner_calls_a_job_off(region):
    job = asked(region)
    with pytest.raises(Forbidden):
        asking.cancel(job.pk, person=region.administrator, at=NOW)


def test_jobs_are_seen_by_their_owner_and_the_branchs_administrator_alone(region):
    job = asked(region)
    seen = {
        part
        for part in ("executor", "administrator", "director", "coordinator", "foreign_director",
                     "stranger", "inspector")
        if Job.objects.visible_to(getattr(region, part)).filter(pk=job.pk).exists()
    }  # fmt: skip
    assert seen == {"executor", "administrator"}


def test_ended_jobs_are_forgotten_after_a_week(region, kinds):
    kinds["test"] = lambda run: None
    asked(region)
    run_jobs(later(0))
    assert asking.forget_jobs(NOW + timedelta(days=6, hours=23)) == 0
    asked(region)
    assert asking.forget_jobs(NOW + timedelta(days=7)) == 1
    assert Job.objects.get().state == "waiting"


def test_one_person_has_at_most_thirty_open_jobs(region):
    for _number in range(30):
        asked(region)
    with pytest.raises(Refusal) as caught:
        asked(region)
    assert caught.value.code == "jobs_too_many"


def test_the_menu_leads_to_ones_long_work(region, client):
    client.force_login(region.executor)
    job = asked(region)
    assert reverse("jobs") in client.get(reverse("home")).content.decode()
    assert job.get_absolute_url() in client.get(reverse("jobs")).content.decode()


def test_an_open_jobs_page_asks_again_and_can_be_called_off_there(region, client):
    job = asked(region)
    client.force_login(region.executor)
    page = client.get(job.get_absolute_url()).content.decode()
    assert "every 3s" in page and reverse("job-cancel", args=[job.pk]) in page
    part = client.get(job.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert part.startswith("\n<div id") or part.lstrip().startswith('<div id="job"')
    assert client.post(reverse("job-cancel", args=[job.pk])).status_code == 302
    job.refresh_from_db()
    assert job.state == "cancelled"


# --- Large uploads --------------------------------------------------------------------------------


@pytest.fixture
def no_patience(settings):
    """Nothing is fast enough for a request."""
    settings.INTAKE_SECONDS = 0.01


def test_a_photo_that_takes_too_long_is_attached_by_a_job(no_patience, db):
    scene = executing()
    act = make.act(scene.region.executor)
    report = save_report(scene.occurrence.pk, Account(text="Готово"), act=act)
    job = attach_evidence(report, make.photo(), act=act, phase="after")
    assert isinstance(job, Job) and not Evidence.objects.exists()
    with pytest.raises(Refusal) as caught:
        submit_execution(scene.occurrence.pk, act=act)
    assert caught.value.code == "files_in_work"
    assert run_jobs()["done"] == 1
    evidence = Evidence.objects.get()
    assert (evidence.phase, evidence.received_at, evidence.received_from) == (
        "after", job.created_at, scene.region.executor,
    )  # fmt: skip
    assert AuditEvent.objects.filter(action="evidence.attach").count() == 1
    assert submit_execution(scene.occurrence.pk, act=act).status == "submitted"


def test_the_report_page_shows_what_is_being_worked_on_and_what_failed(no_patience, db, client):
    scene = executing()
    client.force_login(scene.region.executor)
    bad = b"\xff\xd8\xff" + bytes(50)
    url = reverse("evidence-part", args=[scene.occurrence.pk, uuid4()])
    told = {"name": "плохое.jpg", "size": len(bad), "offset": 0, "phase": "after"}
    sent = client.post(url, {**told, "part": SimpleUploadedFile("part", bad)})
    said = {"vekha": "file", "received": 53, "is_attached": False, "is_working": True}
    assert (sent.status_code, sent.json()) == (200, said)
    assert client.get(url).json() == said
    page = client.get(scene.occurrence.get_absolute_url()).content.decode()
    assert "плохое.jpg" in page and Job.objects.get().get_absolute_url() in page
    assert run_jobs()["failed"] == 1
    assert Job.objects.get().failure_code == "photo_unreadable"
    assert "плохое.jpg" in client.get(scene.occurrence.get_absolute_url()).content.decode()


def test_a_document_that_takes_too_long_is_read_by_a_job_and_then_previewed(
    no_patience, region, client
):
    client.force_login(region.director)
    file = SimpleUploadedFile("план.txt", PLAN.encode())
    answer = client.post(reverse("plan-upload"), {"file": file})
    job = Job.objects.get()
    assert answer.status_code == 302 and answer["Location"] == job.get_absolute_url()
    upload = PlanUpload.objects.get()
    preview = reverse("plan-upload-preview", args=[upload.pk])
    assert job.page == preview
    assert client.get(preview)["Location"] == job.get_absolute_url()
    assert run_jobs()["done"] == 1
    assert "Стенд" in client.get(preview).content.decode()


def test_a_preview_does_not_read_the_file_again(region, client):
    upload = keep_document(PLAN.encode(), "план.txt", act=make.act(region.director))
    PlanUpload.objects.filter(pk=upload.pk).update(content=b"no longer a plan")
    client.force_login(region.director)
    page = client.get(reverse("plan-upload-preview", args=[upload.pk]))
    assert page.status_code == 200 and "Стенд" in page.content.decode()


# --- Several workers, and dead ones ---------------------------------------------------------------


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_workers_at_once_do_each_job_once(kinds):
    region = make.region()
    done: list[int] = []

    def work(run: Run) -> None:
        with run.finishing():
            done.append(run.job.pk)

    kinds["test"] = work
    jobs = [asked(region).pk for _number in range(12)]

    def worker() -> None:
        run_jobs(later(1))
        connections.close_all()

    threads = [threading.Thread(target=worker) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == jobs


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize(
    "moment", ["while it works", "right before its commit", "between its effect and its end"]
)
def test_the_job_of_a_killed_worker_is_done_once_when_its_lease_ends(kinds, settings, moment):
    """A worker in a process of its own dies with -9; the next one takes over, once."""
    settings.JOB_LEASE = timedelta(seconds=1)
    scene = executing()
    act = make.act(scene.region.executor)
    report = save_report(scene.occurrence.pk, Account(text="Готово"), act=act)
    settings.INTAKE_SECONDS = 0.01
    attach_evidence(report, make.photo(), act=act, phase="after")
    attach = kinds["evidence.photo"]

    def dies(run: Run) -> None:
        if moment == "while it works":
            os.kill(os.getpid(), signal.SIGKILL)
        if moment == "between its effect and its end":  # of this child alone
            running._end = lambda *given: os.kill(os.getpid(), signal.SIGKILL)
            attach(run)
        with transaction.atomic():
            attach(run)
            assert Evidence.objects.exists()
            os.kill(os.getpid(), signal.SIGKILL)

    kinds["evidence.photo"] = dies
    assert ended(fork(run_jobs)) == -signal.SIGKILL
    kinds["evidence.photo"] = attach
    assert Job.objects.get().state == "running" and not Evidence.objects.exists()
    time.sleep(1.1)
    assert run_jobs()["done"] == 1 and run_jobs()["done"] == 0
    assert Evidence.objects.count() == 1 and Job.objects.get().tries == 2
    assert AuditEvent.objects.filter(action="evidence.attach").count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_sweep_of_another_process_is_killed_and_the_next_one_does_the_job(settings):
    """As an operator has it: `manage.py sweep run-jobs`, its lease short by the environment."""
    scene = executing()
    act = make.act(scene.region.executor)
    report = save_report(scene.occurrence.pk, Account(text="Готово"), act=act)
    settings.INTAKE_SECONDS = 0.01
    attach_evidence(report, make.photo(size=(5000, 4000)), act=act, phase="after")
    connection.close()
    environment = os.environ | {
        "JOB_LEASE": "2",
        "SECRET_KEY": "tests",
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "DATABASE_URL": database_url(),
    }
    command = [sys.executable, "manage.py", "sweep", "run-jobs"]
    root = Path(__file__).resolve().parents[3]
    first = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while Job.objects.get().state == "waiting" and time.monotonic() < until:
        time.sleep(0.02)
    first.kill()
    first.wait()
    assert Job.objects.get().state == "running" and not Evidence.objects.exists()
    time.sleep(2.1)
    subprocess.run(command, cwd=root, env=environment, check=True, stdout=subprocess.DEVNULL)
    assert (Job.objects.get().state, Job.objects.get().tries) == ("done", 2)
    assert Evidence.objects.count() == 1


def database_url() -> str:
    """The address of the test's own database."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    user = known["USER"] + (f":{known['PASSWORD']}" if known["PASSWORD"] else "")
    return f"postgres://{user}@{known['HOST']}:{known['PORT']}/{known['NAME']}"


def test_the_sweep_without_a_broker_does_the_jobs(region, kinds, capsys):
    kinds["test"] = lambda run: None
    asked(region)
    call_command("sweep", "run-jobs")
    assert "done 1" in capsys.readouterr().out
