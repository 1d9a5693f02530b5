"""The demonstration region: on any day something is due, late, soon and waiting."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from compliance.models import (
    Assessment,
    Evidence,
    IncentiveSheet,
    Occurrence,
    Organisation,
    Plan,
    User,
)
from compliance.models.local_dates import LocalDates
from compliance.services.audit.trail import broken_chains
from compliance.services.execution.occurrences import materialise_occurrences
from tests.building import factories as make
from tests.building.places import ROOT
from workflows.demo import institutions, region
from workflows.demo.people import CAST, PASSWORD
from workflows.models import Task
from workflows.services.reconciliation import differences

MOSCOW = ZoneInfo("Europe/Moscow")
STATES = {"draft", "agreed", "approved", "published", "executing", "reported"}


def rows() -> dict[str, int]:
    """How many rows each table has."""
    return {model._meta.label: model.objects.count() for model in apps.get_models()}


@contextmanager
def smaller() -> Iterator[None]:
    """The same region with the rating's last eleven institutions, one for each scene."""
    whole = region.moved_rating
    heading = "Рейтинг учреждений социального обслуживания населения"

    def last_groups(days: region.Days) -> str:
        title, *groups = whole(days).split(heading)
        return heading.join([title, *groups[-3:]])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(region, "moved_rating", last_groups)
        patch.setattr(institutions, "SCENES", [(scene, 1) for scene, _count in institutions.SCENES])
        yield


@pytest.fixture
def small() -> Iterator[None]:
    """A small region for one test."""
    with smaller():
        yield


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """A small region loaded once for all tests that only look at it."""
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), smaller(), media, transaction.atomic():
        assert region.load_region(timezone.now()) is True
        yield
        transaction.set_rollback(True)


DAYS = {
    "a plain Wednesday": (2026, 7, 15, 12, 0),
    "a Saturday": (2026, 7, 18, 9, 0),
    "a Sunday late in the evening": (2026, 11, 22, 23, 50),
    "the last day of the year": (2026, 12, 31, 18, 0),
    "the first of January": (2027, 1, 1, 0, 10),
    "29 February": (2028, 2, 29, 12, 0),
    "the last day of a quarter": (2026, 6, 30, 12, 0),
    "the day after a quarter": (2026, 10, 1, 8, 0),
    "a day between the May holidays": (2027, 5, 4, 12, 0),
}


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("moment", DAYS.values(), ids=DAYS)
def test_on_whatever_day_something_is_late_due_today_soon_and_waiting(moment, small):
    with time_machine.travel(datetime(*moment, tzinfo=MOSCOW), tick=False):
        assert region.load_region(timezone.now()) is True
        today = timezone.localdate()
        executor = User.objects.get(username="executor")
        mine = Occurrence.objects.filter(assignment__executor=executor).visible_to(executor)

        dates = LocalDates.at(timezone.now())
        assert mine.overdue_at(dates).exists()
        assert mine.open().filter(due_on=today).exists()
        assert mine.due_at(dates, 0, 9).count() >= 2
        assert Occurrence.objects.overdue_at(dates).exclude(assignment__executor=executor).exists()

        inspector = User.objects.get(username="inspector")
        assert Task.objects.waiting_for(inspector).filter(flow_task__contains="Inspection").exists()
        assert set(Plan.objects.values_list("state", flat=True)) == STATES
        assert list(differences()) == []
        assert list(broken_chains()) == []
        assert materialise_occurrences() == 0


def test_everybody_has_something_to_do(loaded, db):
    for login in ("director", "coordinator", "inspector", "head", "council"):
        person = User.objects.get(username=login)
        assert Task.objects.waiting_for(person).exists(), login
    sheets = IncentiveSheet.objects.visible_to(User.objects.get(username="hr"))
    assert sheets.filter(points__isnull=False).exists()
    assert Evidence.objects.filter(phase="before").exists()
    assert Evidence.objects.filter(camera_at__isnull=False).exists()
    for login in CAST:
        person = User.objects.get(username=login)
        assert person.check_password(PASSWORD) and person.email.endswith("@example.org")
    others = User.objects.exclude(username__in=CAST)
    assert others.count() and not any(person.has_usable_password() for person in others)


def test_every_institution_has_a_director_an_executor_and_a_plan(loaded, db):
    for institution in Organisation.objects.institutions():
        held = set(institution.memberships.values_list("role", flat=True))
        assert {"director", "executor"} <= held
        assert institution.plans.exists()


def test_engine_rows_are_as_old_as_the_acts_that_made_them(loaded, db):
    inspections = Task.objects.open().filter(
        process__report__isnull=False, process__inspection__isnull=True
    )
    assert inspections.exists()
    for task in inspections.select_related("process__report"):
        assert task.created == task.process.report.submitted_at == task.process.created
    approvals = Task.objects.open().filter(process__report__isnull=True)
    assert approvals.exists()
    yesterday = timezone.now() - timedelta(days=1)
    assert not approvals.filter(created__gt=yesterday).exists()
    assert not Task.objects.filter(outcome="agree", finished__gt=yesterday).exists()


def test_a_second_load_adds_nothing(loaded, db):
    before = rows()
    assert region.load_region(timezone.now()) is False
    assert rows() == before


@pytest.mark.django_db
def test_a_database_with_other_data_is_left_alone(capsys):
    # Whatever a test before this one has loaded is somebody else's now.
    Organisation.objects.filter(kind="ministry").update(name="Другое министерство")
    make.ministry()
    before = rows()
    with pytest.raises(CommandError, match="already holds other data"):
        call_command("demo", "--load-only")
    assert rows() == before


def test_the_plan_of_the_region_is_the_documents_text_with_this_years_period():
    days = region.Days(datetime(2026, 7, 15, 12, tzinfo=MOSCOW), None, "Europe/Moscow")
    moved = region.moved_regional_plan(days)
    original = (region.DOCUMENTS / region.REGIONAL_PLAN).read_text(encoding="utf-8")
    assert "2026-2027" in moved and "2017" not in moved
    assert moved.count("\n") == original.count("\n") and len(moved.split()) == len(original.split())


# --- The command, as a newcomer starts it -----------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(folder: Path) -> dict[str, str]:
    """An environment of its own: database, letters and photos in the test's folder."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {
        **kept,
        "DEMO": "1",
        "DATABASE_URL": f"sqlite:///{folder}/demo.sqlite3",
        "EMAIL_URL": f"file:{folder}/mail",
        "MEDIA_ROOT": f"{folder}/media",
    }


def page(port: int, deadline: float) -> str:
    """The login page, as soon as the server answers."""
    while True:
        try:
            url = f"http://127.0.0.1:{port}/accounts/login/"
            with urllib.request.urlopen(url, timeout=60) as answer:
                return answer.read().decode()
        except OSError:  # not yet bound, or still loading
            assert time.monotonic() < deadline, "the demonstration did not come up"
            time.sleep(0.2)


def count(database: Path, query: str) -> int:
    with sqlite3.connect(database) as connection:
        return connection.execute(query).fetchone()[0]


@pytest.mark.long
def test_the_demonstration_serves_sends_a_letter_and_ends_cleanly(tmp_path):
    port, database = free_port(), tmp_path / "demo.sqlite3"
    command = [sys.executable, "manage.py", "demo", "--port", str(port)]
    options = {"cwd": ROOT, "env": environment(tmp_path), "text": True}
    deadline = time.monotonic() + 300
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
    ) as server:
        try:
            assert "csrfmiddlewaretoken" in page(port, deadline)
            second = subprocess.run(command, capture_output=True, **options)
            assert second.returncode == 1
            taken = f"Port {port} is taken. Choose another one: make demo PORT={port + 1}"
            assert second.stderr.splitlines()[-1] == f"CommandError: {taken}"
            assert "Traceback" not in second.stderr and not second.stdout
            sent = "SELECT count(*) FROM notifications_message WHERE state = 'accepted'"
            while not count(database, sent):
                assert time.monotonic() < deadline, "no letter was sent"
                time.sleep(0.2)
        finally:
            server.send_signal(signal.SIGINT)
            said, errors = server.communicate(timeout=30)
    assert server.returncode == 0
    assert "Traceback" not in errors
    assert all(login in said for login in CAST)
    assert said.rstrip().endswith("Stopped.")
    with socket.socket() as probe:
        # Connections that were served stay in TIME_WAIT for a minute: no server holds the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
    assert list((tmp_path / "mail").iterdir())
    institutions_there = "SELECT count(*) FROM compliance_organisation WHERE kind = 'institution'"
    assert count(database, institutions_there) == 55
    assert count(database, "SELECT count(*) FROM compliance_proposal") == 250


def test_the_assessment_is_the_years_before_the_plans(loaded, db):
    executed = Plan.objects.get(state="executing", type__code="regional")
    assert Assessment.objects.get().year == executed.period_start.year - 1
