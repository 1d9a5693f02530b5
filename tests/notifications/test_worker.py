"""Celery is a bell only: a real worker and a real scheduler on Redis call the same two services."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as site
from django.utils import timezone

from notifications.models import Message, Reminder, SweepRecord
from notifications.tasks import deliver_messages
from project.celery import app
from tests.building import factories as make
from tests.building.scenes import due_in, executing
from tests.notifications import factories as days
from tests.notifications.post_office import PostOffice
from tests.notifications.test_sender_dies import database_url
from workflows.services.notices import reminders
from workflows.tasks import plan_reminders

pytestmark = [
    pytest.mark.redis,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
BELLS = site.CELERY_BEAT_SCHEDULE
PATIENCE = 90  # seconds until a worker must have done its work, on a busy machine


@pytest.fixture
def run_celery(counter, tmp_path: Path) -> Iterator:
    """Starts `celery -A project …` on the test's database, mail server and a queue of its own."""
    processes: list[subprocess.Popen[bytes]] = []
    environment = {
        **os.environ,
        "DEMO": "1",  # every hour is a sending hour, and the bell rings every few seconds
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{counter.port}",
        "PYTHONWARNINGS": "ignore",
    }

    def start(*words: str) -> subprocess.Popen[bytes]:
        log = (tmp_path / f"{words[0]}-{len(processes)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "project", *words],
            cwd=site.BASE_DIR,
            env=environment,
            stdout=log,
            stderr=log,
        )
        log.close()
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()


def wait_for(found, seconds: int = PATIENCE) -> bool:
    """Whether it came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found():
            return True
        time.sleep(0.3)
    return False


def rung() -> bool:
    """Whether the worker, told to plan and to send, has done both."""
    now = timezone.now()
    plan_reminders.delay()
    deliver_messages.delay()
    ended = SweepRecord.objects.filter(name__in=("plan-reminders", "deliver-messages"))
    return wait_for(lambda: ended.filter(ended_at__gt=now).count() == 2)


def test_scheduler_and_worker_plan_and_send(post_office: PostOffice, run_celery, tmp_path):
    first, second = (make.measure(text, deadline_text=due_in(3)) for text in ("Первое", "Второе"))
    scene = executing(None, first, second)
    run_celery("worker", "--pool", "solo", "--loglevel", "WARNING")
    run_celery("beat", "--schedule", str(tmp_path / "beat"), "--loglevel", "WARNING")
    arrived = wait_for(lambda: Message.objects.filter(state="accepted").exists())
    assert arrived, "\n".join(log.read_text() for log in tmp_path.glob("*.log"))
    assert post_office.addressees() == [scene.region.executor.email]
    due = Reminder.objects.filter(subject_kind="occurrence")
    assert due.count() == 2, "two due dates, one letter; news that is overtaken says nothing"
    for _ in range(3):  # the bell rings again and again; nothing more is planned or sent
        assert rung()
    assert due.count() == 2 and len(post_office.letters) == 1


def test_slow_letters_hold_no_sweep_up(post_office: PostOffice, run_celery, tmp_path):
    """Forty letters of 1.5 s took the one queue for a minute; with two workers a sweep passes."""
    region = make.region()
    plan = days.plan(region.own)
    letters = 20
    for number in range(letters):
        worker = days.person(f"worker{number}", "executor", region.own)
        days.letter(worker, timezone.now())
        days.due(days.assignment(plan, worker), timezone.localdate())
    reminders.plan_reminders(timezone.now())
    post_office.pause = 1.5
    app.control.purge()
    for queues in ("letters", "sweeps,work"):
        run_celery("worker", "-Q", queues, "-n", f"{queues}@here", "--pool", "solo")
    app.send_task("notifications.tasks.deliver_messages")
    assert wait_for(lambda: post_office.letters), "no letter left"
    began = time.monotonic()
    app.send_task("workflows.tasks.plan_reminders")
    planned = SweepRecord.objects.filter(name="plan-reminders", ended_at__isnull=False)
    assert wait_for(planned.exists, 20), "\n".join(
        log.read_text() for log in tmp_path.glob("*.log")
    )
    assert time.monotonic() - began < 10
    assert len(post_office.letters) < letters


def test_a_bell_falls_silent_when_the_next_one_rings():
    expires = {name: bell["options"]["expires"] for name, bell in BELLS.items()}
    assert expires == {
        "start-due-plans": 3600,
        "materialise-occurrences": 3600,
        "plan-inspections": 3600,
        "plan-reminders": 600,
        "send-invitations": 60,
        "record-logins": 60,
        "tell-suspensions": 60,
        "forget-uploads": 3600,
        "deliver-messages": 60,
        "run-jobs": 10,
    }


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("notifications.tasks.deliver_messages", "letters"),
        ("compliance.tasks.send_invitations", "letters"),
        ("compliance.tasks.tell_suspensions", "sweeps"),
        ("compliance.tasks.run_jobs", "work"),
        ("workflows.tasks.plan_reminders", "sweeps"),
        ("compliance.tasks.of_later", "sweeps"),
        ("elsewhere.of_later", "work"),
    ],
)
def test_each_task_has_its_queue(task: str, queue: str):
    assert app.amqp.router.route({}, task)["queue"].name == queue


def test_a_worker_without_queues_of_its_own_serves_all():
    assert set(app.amqp.queues) == {"sweeps", "letters", "work"}
