"""How long the inbox takes at 10,000 open and 100,000 done tasks, beside itself at sixty.

    python benchmarks/inbox.py [--open 10000] [--done 100000]

The floor is the same page on tables that hold little more than it shows: what a page of fifty
rows costs by itself. The ratio is what the rows behind the page cost. Works on the server of
DATABASE_URL, in a test database that is dropped afterwards.
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
FEW = 60
ADDRESSES = ("", "?show=mine", "?show=queue", "?due=week", "?sort=place", "?q=план")


def timed(work: Callable[[], object]) -> float:
    """Seconds that the work took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def region_with_a_task() -> tuple[Any, Any]:
    """A region, and the task in which its coordinator agrees a plan."""
    from tests.building import factories as make
    from tests.building.scenes import sent

    region = make.region()
    return region, sent(region).task


def fill(region: Any, pattern: Any, open_count: int, done_count: int) -> None:
    """More tasks like this one; the coordinator has a tenth of the open ones."""
    from django.db import connection
    from django.utils import timezone

    from workflows.models import Process, Task

    now = timezone.now()
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


def measured(region: Any) -> dict[str, tuple[float, int]]:
    """For each address the median seconds of the page, and its statements."""
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    client = Client()
    client.force_login(region.coordinator)
    found = {}
    for query in ADDRESSES:
        url = reverse("inbox") + query
        sent: list[str] = []

        def note(
            execute: Any, sql: str, params: Any, many: bool, context: Any, sent: Any = sent
        ) -> Any:
            sent.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            assert client.get(url).status_code == 200, url
        page = statistics.median(timed(lambda url=url: client.get(url)) for _ in range(ROUNDS))
        found[query] = (page, len(sent))
    return found


def measure(few: dict[str, tuple[float, int]], many: dict[str, tuple[float, int]]) -> None:
    """Print each address's time and statements, and how many times the floor that is."""
    for query, (page, statements) in many.items():
        floor, _ = few[query]
        print(
            f"/inbox/{query}: {page * 1000:.0f} ms, {statements} statements, "
            f"{page / floor:.1f} × the {floor * 1000:.0f} ms at {FEW} tasks"
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
        region, pattern = region_with_a_task()
        fill(region, pattern, FEW, 0)
        few = measured(region)
        fill(region, pattern, options.open, options.done)
        measure(few, measured(region))
    finally:
        teardown_databases(databases, verbosity=0)
        teardown_test_environment()


if __name__ == "__main__":
    main()
