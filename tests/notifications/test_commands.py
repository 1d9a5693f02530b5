"""The two commands, and the two tasks that do the same: one JSON object, honest exit codes."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, ManagementUtility, call_command

from notifications import tasks as notification_tasks
from notifications.models import Message, Reminder
from project.celery import app
from tests.notifications import factories as make
from tests.notifications.conftest import House
from tests.notifications.post_office import PostOffice
from workflows import tasks as workflow_tasks


def run(name: str, *arguments: str) -> str:
    """What the command prints on standard output."""
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def test_plan_and_deliver(house: House, post_office: PostOffice) -> None:
    make.due_each(house.plan, house.executor, make.MONDAY, 4)
    now = ("--now", "2026-03-16T10:00", "--format", "json")

    planned = json.loads(run("plan_reminders", *now))
    assert (planned["planned"], planned["digests"]) == (4, 1)
    assert 0 < planned["statements"] < 16
    assert json.loads(run("plan_reminders", *now))["planned"] == 0
    assert json.loads(run("deliver_messages", *now)) == {
        "accepted": 1,
        "temporary": 0,
        "permanent": 0,
        "unknown": 0,
        "skipped": 0,
    }
    assert len(post_office.letters) == 1


def test_a_moment_without_offset_is_in_the_sites_time_zone(house: House) -> None:
    make.due(make.assignment(house.plan, house.executor), make.MONDAY)

    run("plan_reminders", "--now", "2026-03-16T10:00")
    assert Reminder.objects.get().planned_at == make.moment()


def test_a_moment_may_carry_its_offset(house: House) -> None:
    make.due(make.assignment(house.plan, house.executor), make.MONDAY)

    run("plan_reminders", "--now", "2026-03-16T17:00+10:00")
    assert Reminder.objects.get().planned_at == make.moment()


def test_words_for_people(house: House, post_office: PostOffice) -> None:
    make.due(make.assignment(house.plan, house.executor), make.MONDAY)

    assert run("plan_reminders", "--now", "2026-03-16T10:00") == "reminders: 1, letters: 1\n"
    assert "accepted: 1" in run("deliver_messages", "--now", "2026-03-16T10:00")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("plan_reminders", ["--now", "yesterday"]),
        ("deliver_messages", ["--now", "2026-13-01"]),
        ("deliver_messages", ["--limit", "-3"]),
        ("deliver_messages", ["--limit", "many"]),
        ("plan_reminders", ["--format", "xml"]),
        ("plan_reminders", ["--now", "9999-12-31T23:59"]),
        ("plan_reminders", ["--now", "0001-01-01T00:00"]),
        ("plan_reminders", ["--now", "0001-01-01T00:00+23:59"]),
        ("deliver_messages", ["--now", "2101-01-01"]),
    ],
)
def test_wrong_usage_is_refused(name: str, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command(name, *arguments)


def test_an_absurd_moment_ends_with_a_word_on_usage_and_exit_code_2(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        ManagementUtility(["manage.py", "plan_reminders", "--now", "9999-12-31T23:59"]).execute()

    assert ended.value.code == 2
    told = capfd.readouterr().err.splitlines()[-1]
    assert "1990 to 2100" in told


def test_beat_and_worker_call_the_same_two_services(house: House, post_office: PostOffice) -> None:
    make.due_each(house.plan, house.executor, make.MONDAY, 3)
    with time_machine.travel(make.moment(), tick=True):
        workflow_tasks.plan_reminders()
        notification_tasks.deliver_messages()
        workflow_tasks.plan_reminders()
        notification_tasks.deliver_messages()

    assert Message.objects.get().state == "accepted"
    assert len(post_office.letters) == 1


def test_the_schedule_of_beat_names_tasks_that_exist(settings: Any) -> None:
    app.loader.import_default_modules()
    named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    ours = {"workflows.tasks.plan_reminders", "notifications.tasks.deliver_messages"}
    assert ours <= named & set(app.tasks)
