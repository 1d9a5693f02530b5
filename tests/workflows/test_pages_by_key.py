"""The page after a key is found by an index: nothing is read from end to end, nothing sorted."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.country.rows import add, sql
from compliance.models import AuditEvent, User
from notifications.models import Message
from notifications.views.paging import Listing
from tests.building import factories as make
from tests.building.scenes import sent
from workflows.models import Task

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
WHOLE = re.compile(r"Seq Scan|(?<!Incremental )Sort  ")
MANY = "generate_series(1, 20000) n"


@pytest.fixture
def region():
    """A region with 20,000 people, letters, events and tasks, forgotten after the test."""
    region = make.region()
    task = sent(region).task
    letter = Message.objects.create(
        addressee=region.director, day=timezone.localdate(), time_zone="Europe/Moscow",
        text="Сроки", created_at=timezone.now(), next_try_at=timezone.now(),
    )  # fmt: skip
    add("compliance_user", MANY, like=region.executor, id="nextval('compliance_user_id_seq')",
        username="'u' || n", email="''", full_name="'Человек ' || n % 700")  # fmt: skip
    add("notifications_message", MANY, like=letter, id="nextval('notifications_message_id_seq')",
        addressee_id=f"CASE n % 5 WHEN 0 THEN {region.director.pk} ELSE {region.executor.pk} END",
        day="current_date - n % 90", state="'skipped'", reason="'done'",
        finished_at="now()")  # fmt: skip
    add("compliance_auditevent", MANY, like=AuditEvent.objects.latest("pk"),
        id="nextval('compliance_auditevent_id_seq')", sequence="1000000 + n",
        at="now() - n / 5 * interval '1 minute'")  # fmt: skip
    add("workflows_process", MANY, like=task.process, id="1000000 + n", status="'DONE'")
    add("workflows_task", MANY, like=task, id="1000000 + n", process_id="1000000 + n",
        created="now() - n * interval '1 minute'",
        due_on="CASE WHEN n % 20 > 0 THEN current_date + n % 90 END")  # fmt: skip
    sql("ANALYZE")
    return region


LISTS = {
    "people": lambda region: User.objects.order_by("full_name", "username", "pk"),
    "letters": lambda region: Message.objects.all(),
    "own letters": lambda region: Message.objects.addressed_to(region.director),
    "events": lambda region: AuditEvent.objects.filter(region=region.ministry).latest_first(),
    "tasks": lambda region: Task.objects.open().filter(role="coordinator").soonest_first(),
    "new tasks": lambda region: Task.objects.open().order_by("-created", "-id"),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_page_deep_in_a_list_reads_no_more_than_the_page(region, name):
    rows = LISTS[name](region)
    for place in (Listing(rows).page("last", 50).previous, Listing(rows).page("", 50).following):
        with CaptureQueriesContext(connection) as queries:
            assert len(Listing(rows).page(place, 50).object_list) in {50, 0}
        for query in queries.captured_queries:
            plan = explained(query["sql"])
            assert not WHOLE.search(plan), plan


def explained(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement.replace('%', '%%')}")
        return "\n".join(line for (line,) in cursor.fetchall())


def test_the_test_above_sees_what_it_looks_for(region):
    assert WHOLE.search(explained(str(User.objects.order_by("email").query)))
