"""How long the inbox takes at 10,000 open and 100,000 done tasks, beside a bare keyset query.

    python benchmarks/inbox.py [--open 10000] [--done 100000]

The floor is one statement that reads the ids of the page's fifty rows by the index of the queue:
no rights, no counts, no texts, no page. Works on the database of DATABASE_URL, in a test database
that is dropped afterwards.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

ROUNDS = 15
BATCH = 5000
ADDRESSES = ("", "?show=mine", "?show=queue&page=100", "?due=week", "?sort=place", "?q=план")


def timed(work: Callable[[], object]) -> float:
    """Seconds that the work took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def fill(open_count: int, done_count: int) -> Any:
    """A region whose coordinator has a tenth of the open tasks and may take the others."""
    from django.db import connection
    from django.utils import timezone

    from tests import factories as make
    from tests.scenes import sent
    from workflows.models import Process, Task

    region = make.region()
    pattern, now = sent(region).task, timezone.now()
    running = pattern.process
    for first in range(0, open_count + done_count, BATCH):
        size = min(BATCH, open_count + done_count - first)
        processes = Process.objects.bulk_create(
            Process(
                flow_class=running.flow_class,
                plan_id=running.plan_id,
                revision_id=running.revision_id,
                status="DONE",
                created=now,
            )
            for _ in range(size)
        )
        Task.objects.bulk_create(
            task(pattern, process, first + number, open_count, region, now, timedelta)
            for number, process in enumerate(processes)
        )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return region


def task(
    pattern: Any, process: Any, number: int, open_count: int, region: Any, now: Any, days: Any
) -> Any:
    """One task: open ones first, every tenth of them the coordinator's."""
    from workflows.models import Task

    is_open, is_mine = number < open_count, number % 10 == 0
    owner = region.coordinator if is_mine or not is_open else None
    return Task(
        process=process,
        flow_task=pattern.flow_task,
        flow_task_type="HUMAN",
        status=("ASSIGNED" if owner else "NEW") if is_open else "DONE",
        owner=owner,
        organisation=region.own if number % 3 else region.other,
        role=pattern.role,
        created=now,
        finished=None if is_open else now,
        due_on=now.date() + days(days=number % 200 - 50),
        token=pattern.token,
    )


def floor() -> None:
    """The ids of the first fifty tasks of the queue."""
    from workflows.models import Task

    rows = Task.objects.filter(role="coordinator", finished__isnull=True, status="NEW")
    list(rows.order_by("due_on", "id").values_list("pk", flat=True)[:50])


def measure(region: Any) -> None:
    """Print the median of each address, its ratio to the floor, and its statements."""
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    client = Client()
    client.force_login(region.coordinator)
    bare = statistics.median(timed(floor) for _ in range(ROUNDS * 2))
    print(f"bare keyset query: {bare * 1000:.2f} ms")
    for query in ADDRESSES:
        url = reverse("inbox") + query
        spent: list[float] = []

        def note(
            execute: Any, sql: str, params: Any, many: bool, context: Any, spent: Any = spent
        ) -> Any:
            began = time.perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                spent.append(time.perf_counter() - began)

        with connection.execute_wrapper(note):
            assert client.get(url).status_code == 200, url
        page = statistics.median(timed(lambda url=url: client.get(url)) for _ in range(ROUNDS))
        print(
            f"/inbox/{query}: {page * 1000:.0f} ms ({page / bare:.0f} × the floor), "
            f"{len(spent)} statements, {sum(spent) * 1000:.0f} ms in the database"
        )


def main() -> None:
    """Fill a test database, measure, drop it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--open", type=int, default=10_000)
    parser.add_argument("--done", type=int, default=100_000)
    options = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.test.utils import (
        setup_databases,
        setup_test_environment,
        teardown_databases,
        teardown_test_environment,
    )

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        measure(fill(options.open, options.done))
    finally:
        teardown_databases(databases, verbosity=0)
        teardown_test_environment()


if __name__ == "__main__":
    main()
