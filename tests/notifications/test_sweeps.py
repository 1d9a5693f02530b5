"""The watchdog: a sweep that does not run, or fails, is noticed; nobody's data stand there."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.conf import settings as site
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from notifications.models import SweepRecord
from notifications.services.delivery import deliver_messages
from notifications.services.sweeps import Standing, watched
from notifications.views.sweeps import NAMES
from project.celery import app
from tests.building import factories as make
from tests.notifications import factories as days
from workflows import tasks as workflow_tasks

pytestmark = pytest.mark.django_db

NOW = days.moment()


def ring_all(*, but: str = "") -> None:
    """What the scheduler rings for, each once."""
    app.loader.import_default_modules()
    for name, entry in site.CELERY_BEAT_SCHEDULE.items():
        if name != but:
            app.tasks[entry["task"]]()


def late(client: Client) -> tuple[int, list[str]]:
    """The answer's status, and which sweeps it calls late."""
    answer = client.get("/health/work")
    assert answer.json()["ok"] == (answer.status_code == 200)
    return answer.status_code, [one["sweep"] for one in answer.json()["late"]]


def test_every_bell_of_the_schedule_is_watched(settings) -> None:
    assert set(settings.CELERY_BEAT_SCHEDULE) == set(settings.SWEEPS_LATE_AFTER)
    assert set(NAMES) == set(settings.SWEEPS_LATE_AFTER)


def test_a_fresh_installation_waits_for_the_first_run_and_then_calls_it_late(
    client: Client, settings
) -> None:
    installed = MigrationRecorder.Migration.objects.latest("applied").applied
    longest = max(settings.SWEEPS_LATE_AFTER.values())
    with time_machine.travel(installed + timedelta(minutes=5), tick=False):
        answer = client.get("/health/work")
    assert (answer.status_code, answer.json()["late"]) == (200, [])
    assert set(answer.json()["waiting_for_the_first_run"]) == set(NAMES)

    with time_machine.travel(installed + timedelta(minutes=31), tick=False):
        status, sweeps = late(client)
    assert status == 503 and "deliver-messages" in sweeps and "plan-inspections" not in sweeps

    with time_machine.travel(installed + longest + timedelta(minutes=1), tick=False):
        status, sweeps = late(client)
    assert status == 503 and set(sweeps) == set(NAMES)


def test_a_first_run_that_failed_is_late_when_its_time_has_passed(client: Client) -> None:
    installed = MigrationRecorder.Migration.objects.latest("applied").applied
    SweepRecord.objects.create(name="deliver-messages", failed_at=installed + timedelta(minutes=40))
    with time_machine.travel(installed + timedelta(minutes=41), tick=False):
        assert "deliver-messages" in late(client)[1]


def test_a_run_that_goes_on_for_hours_is_not_late_while_it_shows_a_pulse(client: Client) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        ring_all()
        with watched("deliver-messages") as counts:
            for _letter in range(6):
                clock.shift(timedelta(minutes=20))
                counts.beat()
                assert "deliver-messages" not in late(client)[1], "it gets on"
            clock.shift(timedelta(minutes=31))
            assert "deliver-messages" in late(client)[1], "it hangs, or was killed"


def test_a_pulse_before_a_failure_hides_it_from_nobody(client: Client) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        ring_all()
        clock.shift(timedelta(minutes=29))
        with pytest.raises(ValueError, match="no disk"), watched("deliver-messages") as counts:
            counts.beat()
            raise ValueError("no disk")
        clock.shift(timedelta(minutes=2))
        assert "deliver-messages" in late(client)[1]


def test_the_sender_shows_its_pulse_with_every_letter() -> None:
    region = make.region()
    for somebody in (region.executor, region.director):
        days.letter(somebody, NOW)
    beats = []
    deliver_messages(NOW, beat=lambda: beats.append(1))
    assert len(beats) == 2


def test_when_all_have_run_nothing_is_late(client: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        ring_all()

        assert late(client) == (200, [])


def test_the_one_that_stopped_is_named_and_nothing_else_is_said(client: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        ring_all()
    with time_machine.travel(NOW + timedelta(minutes=50), tick=False):
        ring_all(but="plan-reminders")
        answer = client.get("/health/work")

    assert answer.status_code == 503
    assert answer.json() == {
        "ok": False,
        "late": [
            {
                "sweep": "plan-reminders",
                "ended_well_at": "2026-03-16T07:00:00Z",
                "late_after_minutes": 40,
            }
        ],
    }


def test_a_run_that_fails_does_not_count_as_ended_well(client: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        ring_all()
    with time_machine.travel(NOW + timedelta(minutes=50), tick=False):
        with pytest.raises(ValueError, match="no disk"), watched("plan-reminders"):
            raise ValueError("no disk\nKey (email)=(olga@example.org)")

        assert "plan-reminders" in late(client)[1]
    record = SweepRecord.objects.get(name="plan-reminders")
    assert (record.ended_at, record.failed_at) == (NOW, NOW + timedelta(minutes=50))
    assert record.error == "ValueError: no disk"


def test_the_record_says_what_was_done() -> None:
    region = make.region()
    days.due_each(days.plan(region.own), region.executor, days.MONDAY, 3)
    with time_machine.travel(NOW, tick=False):
        workflow_tasks.plan_reminders()

    record = SweepRecord.objects.get(name="plan-reminders")
    assert record.counts["planned"] == 3
    assert record.took is not None


def test_the_command_by_hand_counts_and_one_as_of_another_moment_does_not() -> None:
    call_command("plan_reminders", "--now", "2026-03-16T10:00")
    call_command("deliver_messages", "--now", "2026-03-16T10:00")
    call_command("materialise_occurrences", "--until", "2026-03-16")
    assert not SweepRecord.objects.exists()

    for name in ("plan_reminders", "deliver_messages", "materialise_occurrences"):
        call_command(name)
    names = set(SweepRecord.objects.values_list("name", flat=True))
    assert names == {"plan-reminders", "deliver-messages", "materialise-occurrences"}


def test_the_administrator_sees_what_is_late_what_ran_and_what_failed(client: Client) -> None:
    region = make.region()
    ring_all()
    SweepRecord.objects.filter(name="plan-reminders").update(
        ended_at=timezone.now() - timedelta(days=1),
        failed_at=timezone.now(),
        error="OperationalError: no disk",
    )
    client.force_login(region.administrator)

    page = client.get("/system/").content.decode()

    assert "есть опоздания" in page
    assert "Подготовка напоминаний" in page
    assert "OperationalError: no disk" in page
    assert page.count("вовремя") == len(NAMES) - 1


def test_a_fresh_installation_says_that_nothing_has_run(client: Client) -> None:
    client.force_login(make.region().administrator)

    page = client.get("/system/").content.decode()

    assert page.count("ещё ни разу не выполнялась") == len(NAMES)


def test_without_a_broker_one_command_runs_every_sweep(client: Client) -> None:
    """`manage.py sweep` from cron leaves nothing late, and says of each how it went."""
    out = StringIO()
    call_command("sweep", "--format", "json", stdout=out)
    answers = json.loads(out.getvalue())

    assert list(answers) == list(site.CELERY_BEAT_SCHEDULE)
    assert answers["materialise-occurrences"] == {"created": 0}
    assert late(client) == (200, [])


def test_a_sweep_that_nobody_knows_is_a_usage_error() -> None:
    err = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("sweep", "plan-dinner", stderr=err)

    assert ended.value.code == 2 and "plan-dinner" in err.getvalue()
    assert not SweepRecord.objects.exists()


NOON = datetime(2026, 5, 20, 9, tzinfo=UTC)
BEFORE, AFTER = NOON - timedelta(seconds=1), NOON + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("ended", "alive", "failed", "is_late", "is_running", "has_failed"),
    [
        (NOON, None, None, False, False, False),
        (NOON, BEFORE, None, False, False, False),
        (NOON, NOON, None, False, False, False),  # its last sign of life was its end
        (NOON, AFTER, None, False, True, False),
        (NOON, AFTER, None, True, False, False),
        (None, AFTER, None, False, True, False),
        (NOON, AFTER, AFTER, False, False, True),
        (NOON, AFTER, NOON, False, True, False),
        (NOON, AFTER, BEFORE, False, True, False),
        (None, AFTER, BEFORE, False, False, True),
    ],
)
def test_a_run_goes_on_from_its_sign_of_life_to_its_end(
    ended: datetime | None, alive: datetime | None, failed: datetime | None,
    is_late: bool, is_running: bool, has_failed: bool,
) -> None:  # fmt: skip
    record = SweepRecord(name="x", ended_at=ended, alive_at=alive, failed_at=failed)
    standing = Standing("x", timedelta(hours=1), record, is_late, False)
    assert (standing.is_running, standing.has_failed) == (is_running, has_failed)


def test_a_sweep_that_never_ran_does_nothing_now() -> None:
    standing = Standing("x", timedelta(hours=1), None, False, True)
    assert (standing.ended_at, standing.is_running, standing.has_failed) == (None, False, False)
