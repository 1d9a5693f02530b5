"""A real worker is killed, Redis emptied and killed, the database's sessions broken off: no letter
is lost or doubled, and the next bell finds everything at work again.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from kombu import Connection

from benchmarks.faults.servers import Redis
from benchmarks.faults.sweeps import end_sessions
from notifications.models import Message
from notifications.services.delivery import LEASE, deliver_messages
from project.celery import app
from tests.building import factories as make
from tests.notifications import factories as days
from tests.notifications.post_office import PostOffice
from tests.notifications.test_worker import run_celery as run_celery
from workflows.services.notices import reminders

LETTERS, LETTERS_A_FAULT = 140, 5
BELL = "notifications.tasks.deliver_messages"
PATIENCE = 90  # seconds until a worker must be at work again, on a busy machine
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.redis,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(
        not shutil.which("redis-server") and "redis" not in os.environ.get("VEKHA_REQUIRE", ""),
        reason="needs a Redis of its own",
    ),
]


@pytest.fixture
def queues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    """A Redis that may be emptied and killed, for the workers that are started after it."""
    made = Redis(tmp_path)
    monkeypatch.setenv("CELERY_BROKER_URL", made.url)
    yield made
    made.stop()


class Worker:
    """One for letters, started again when it has ended, as a site's supervisor does."""

    def __init__(self, start: Callable[..., subprocess.Popen[bytes]], queues: Redis) -> None:
        self._start, self.queues = start, queues
        self.run()

    def run(self) -> None:
        words = ("worker", "-Q", "letters", "--concurrency", "1", "--loglevel", "WARNING")
        self.process = self._start(*words)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def kill_child(self) -> None:
        asked = ["pgrep", "-P", str(self.process.pid)]
        child = subprocess.run(asked, capture_output=True, check=True).stdout.split()[0]
        os.kill(int(child), signal.SIGKILL)

    def kill_redis(self) -> None:
        self.queues.stop()
        self.queues.start()

    def sends(self, post_office: PostOffice, more: int) -> bool:
        """Whether so many more letters arrive while the bell rings."""
        aim, until = len(post_office.letters) + more, time.monotonic() + PATIENCE
        while len(post_office.letters) < aim and time.monotonic() < until:
            if self.process.poll() is not None:
                self.run()
            with Connection(self.queues.url) as line:
                app.send_task(BELL, connection=line, expires=1)
            time.sleep(0.3)
        return len(post_office.letters) >= aim


def test_whatever_dies_no_letter_is_lost_or_doubled(
    queues: Redis, post_office: PostOffice, run_celery, tmp_path: Path
):
    region = make.region()
    plan = days.plan(region.own)
    for number in range(LETTERS):
        person = days.person(f"worker{number}", "executor", region.own)
        days.letter(person, timezone.now())
        days.due(days.assignment(plan, person), timezone.localdate())
    reminders.plan_reminders(timezone.now())
    worker = Worker(run_celery, queues)
    faults = (
        worker.kill_child,
        queues.flush,
        worker.kill,
        end_sessions,
        worker.kill_redis,
    )
    for fault in faults:
        assert worker.sends(post_office, LETTERS_A_FAULT), f"nothing left before {fault.__name__}"
        fault()
    assert worker.sends(post_office, LETTERS_A_FAULT), "nothing left after the last fault"
    worker.kill()

    last = timezone.now() + LEASE + timedelta(minutes=1)
    noon = (last + timedelta(days=1)).replace(hour=9)  # in Moscow: no letter leaves in the evening
    for at in (last, noon, noon + timedelta(minutes=30)):  # again what was not answered in time
        deliver_messages(at)
    arrived = Counter(post_office.addressees())
    ends = dict(Message.objects.exclude(state="skipped").values_list("address", "state"))
    assert len(ends) >= LETTERS and set(ends.values()) <= {"accepted", "unknown"}
    assert {address for address, count in arrived.items() if count > 1} == set()
    assert {address for address, end in ends.items() if end == "accepted"} <= set(arrived)
    assert list(ends.values()).count("unknown") <= len(faults) + 1
