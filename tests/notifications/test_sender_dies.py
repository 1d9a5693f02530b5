"""A delivering process killed with -9 in the middle: every letter at most once, none lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.db import connection

from notifications.models import DeliveryAttempt, Message, Reminder
from notifications.services.delivery import LEASE, deliver_messages
from tests.notifications import factories as make
from tests.notifications.post_office import Counter, PostOffice
from workflows.services.notices.reminders import plan_reminders

NOW = make.moment()
AFTER_THE_LEASE = NOW + LEASE + timedelta(minutes=1)
COUNT = 30

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def database_url() -> str:
    """The test database as another process finds it."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{Path(known['NAME']).resolve()}"
    password = f":{known['PASSWORD']}" if known["PASSWORD"] else ""
    return f"postgres://{known['USER']}{password}@{known['HOST']}:{known['PORT']}/{known['NAME']}"


def start_sender(port: int) -> subprocess.Popen[str]:
    """`manage.py deliver_messages` in a process of its own."""
    command = ["manage.py", "deliver_messages", "--now", NOW.isoformat(), "--format", "json"]
    environment = {
        **os.environ,
        "DEBUG": "1",
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "PYTHONWARNINGS": "ignore",
    }
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=site.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def waiting_letters(post_office: PostOffice) -> PostOffice:
    """Thirty people with one due date each, planned."""
    place = make.institution(make.ministry())
    plan = make.plan(place)
    for number in range(COUNT):
        worker = make.person(f"worker{number:02}", "executor", place)
        make.due(make.assignment(plan, worker), make.MONDAY)
    assert plan_reminders(NOW)["digests"] == COUNT
    return post_office


def test_a_whole_run_in_another_process(waiting_letters: PostOffice, counter: Counter) -> None:
    process = start_sender(counter.port)
    out, _errors = process.communicate(timeout=120)

    assert process.returncode == 0
    assert json.loads(out)["accepted"] == COUNT
    assert len(waiting_letters.letters) == COUNT


@pytest.mark.parametrize("victim", [0, 7, 23])
@pytest.mark.parametrize("moment", ["at the address", "after the letter was taken"])
def test_killed_in_the_middle(
    waiting_letters: PostOffice, counter: Counter, moment: str, victim: int
) -> None:
    """The worst moment is the second: the server has the letter, our note of it is missing."""
    seen: list[Any] = []

    def kill(something: Any) -> None:
        seen.append(something)
        if len(seen) == victim + 1:
            os.kill(process.pid, signal.SIGKILL)
            process.wait(timeout=60)

    if moment == "at the address":
        waiting_letters.on_address = kill
    else:
        waiting_letters.on_letter = kill
    process = start_sender(counter.port)
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    waiting_letters.on_address = waiting_letters.on_letter = lambda something: None
    sent_before = len(waiting_letters.letters)

    assert deliver_messages(NOW)["unknown"] == 0  # the lease still runs
    counts = deliver_messages(AFTER_THE_LEASE)

    assert counts["unknown"] == 1
    doubtful = Message.objects.get(state="unknown")
    assert doubtful.reason == "sender_died"
    assert Message.objects.filter(state="accepted").count() == COUNT - 1
    reached = waiting_letters.addressees()
    assert len(reached) == len(set(reached)), "somebody got a second copy"
    lost = {f"worker{number:02}@example.org" for number in range(COUNT)} - set(reached)
    assert lost <= {doubtful.address}
    assert sent_before == victim + (moment != "at the address")
    assert not Reminder.objects.unfinished().exists()
    attempt = DeliveryAttempt.objects.get(message=doubtful)
    assert (attempt.outcome, attempt.ended_at) == ("unknown", None)
