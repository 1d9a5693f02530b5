"""No board and no sweep reads a table of due dates, reminders or letters from end to end.

PostgreSQL is asked how it would find the rows of each statement that a page or a sweep sends, on a
population of 120,000 due dates, 20,000 of them open, with its settings as they are. (With
half of them open, a sweep wants every third row, and what PostgreSQL chooses hangs by a hair.)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from benchmarks.population import Cast, Size, populate
from tests.building import databases
from workflows.services.notices.reminders import plan_reminders

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
LARGE = ("compliance_occurrence", "notifications_reminder", "notifications_message")
WHOLE = re.compile(rf"Seq Scan on ({'|'.join(LARGE)})\b")


@pytest.fixture(scope="module")
def cast(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """A country of forty regions."""
    today = timezone.localdate()
    size = Size(
        institutions=400, open=20_000, history=100_000, regions=40, measures=5, is_spread=True,
        weeks=20, day=today,
    )  # fmt: skip
    with django_db_blocker.unblock():
        found = populate(size)
    yield found
    with django_db_blocker.unblock():
        databases.restore()


def read_whole(work: Callable[[], object]) -> list[str]:
    """The statements of the work that read one of the large tables from end to end."""
    found: list[str] = []

    def ask(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(("SELECT", "WITH", "INSERT", "UPDATE")) and params:
            with context["connection"].connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {sql}", params)
                lines = [line for (line,) in cursor.fetchall()]
            if any(WHOLE.search(line) for line in lines):
                found.append("\n".join([sql, *lines]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(ask):
        work()
    return found


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("coordinator", "/overdue/"),
        ("coordinator", "/overdue/?show=waiting"),
        ("coordinator", "/overdue/?show=petitioned"),
        ("overseer", "/overdue/"),
        ("director", "/overdue/"),
        ("executor", "/overdue/"),
        ("coordinator", "/region/"),
        ("coordinator", "/region/?view=months"),
        ("councillor", "/region/"),
        ("coordinator", "/"),
        ("director", "/"),
        ("executor", "/"),
        ("councillor", "/"),
        ("director", "/messages/"),
        ("director", "/messages/?show=read"),
        ("director", "/messages/letters/"),
    ],
)
def test_a_page_reads_no_large_table_from_end_to_end(cast, who, address):
    client = Client()
    client.force_login(getattr(cast, who))

    def opened() -> None:
        assert client.get(address).status_code == 200

    assert read_whole(opened) == []


def test_a_sweep_that_has_nothing_to_add_reads_none_from_end_to_end(cast):
    now = timezone.now()
    assert plan_reminders(now)["planned"] > 1_000
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE notifications_reminder, notifications_message")
    assert read_whole(lambda: plan_reminders(now)) == []


def test_the_harness_sees_a_table_that_is_read_from_end_to_end(cast):
    from compliance.models import Occurrence

    rows = Occurrence.objects.filter(close_reason="нет такой").order_by()
    assert len(read_whole(lambda: list(rows))) == 1
