"""How long a planner sweep takes, beside a floor: COPY of the same rows into the same table.

    python benchmarks/reminders.py [--rows 100000] [--tasks 10000]

Makes a database of its own on the server of DATABASE_URL, fills it with open due dates that all
need a reminder, plans them, then does the same with tasks in the queues of many inspectors, and
drops it again. PostgreSQL only: SQLite has no COPY.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

ZONES = ["Europe/Kaliningrad", "Europe/Moscow", "Asia/Omsk", "Asia/Irkutsk", "Asia/Magadan"]
EXECUTORS_A_PLACE = 3
DATES_AN_EXECUTOR = 10
INSPECTORS_A_REGION = 50


def timed(work: Callable[[], object]) -> float:
    """Seconds that the work took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def fill(rows: int) -> None:
    """Institutions of five regions in five time zones, each with a director, three executors, a
    plan and its due dates; without departments, councils, regional holidays and history.

    One plan is made by the tests' factories; the rest are copies of it, in bulk.
    """
    from compliance.models import Membership, Organisation, User
    from tests.notifications import factories as make

    regions = [make.ministry(f"Министерство {zone}", time_zone=zone) for zone in ZONES]
    for number, region in enumerate(regions):
        make.person(f"coordinator{number}", "coordinator", region)
    places = Organisation.objects.bulk_create(
        Organisation(
            kind="institution",
            name=f"Центр {number}",
            parent=regions[number % len(ZONES)],
            time_zone=ZONES[number % len(ZONES)],
        )
        for number in range(rows // (EXECUTORS_A_PLACE * DATES_AN_EXECUTOR))
    )
    for place in places:
        place.path = f"{place.parent.path}{place.pk}/"
    Organisation.objects.bulk_update(places, ["path"], batch_size=2000)
    people = [
        User(username=f"worker{place.pk}-{index}", email=f"worker{place.pk}-{index}@example.org")
        for place in places
        for index in range(EXECUTORS_A_PLACE)
    ]
    User.objects.bulk_create(people, batch_size=2000)
    owners = [place for place in places for _index in range(EXECUTORS_A_PLACE)]
    Membership.objects.bulk_create(
        (
            Membership(user=person, organisation=place, role="executor")
            for person, place in zip(people, owners, strict=True)
        ),
        batch_size=2000,
    )
    fill_directors(places, people)
    fill_plans(list(zip(people, owners, strict=True)))


def fill_directors(places: list[Any], executors: list[Any]) -> None:
    """A director for each institution, and in every tenth an executor who stands in for them."""
    from django.utils import timezone

    from compliance.models import Membership, Substitution, User

    directors = User.objects.bulk_create(
        [
            User(username=f"director{place.pk}", email=f"director{place.pk}@example.org")
            for place in places
        ],
        batch_size=2000,
    )
    Membership.objects.bulk_create(
        (
            Membership(user=person, organisation=place, role="director")
            for person, place in zip(directors, places, strict=True)
        ),
        batch_size=2000,
    )
    today = timezone.localdate()
    Substitution.objects.bulk_create(
        Substitution(
            absent=directors[number],
            substitute=executors[number * EXECUTORS_A_PLACE],
            starts_on=today,
            ends_on=today + timedelta(days=9),
            reason="отпуск",
            entered_at=timezone.now(),
        )
        for number in range(0, len(places), 10)
    )


def fill_plans(work: list[tuple[Any, Any]]) -> None:
    """An assignment for each (person, institution), with due dates ten days apart until today."""
    from compliance.models import Assignment, Measure, Occurrence, Plan
    from tests.notifications import factories as make

    model = make.assignment(make.plan(work[0][1]))
    pattern, version = model.measure.plan, model.measure.versions.get()
    plans = {}
    for place in {place.pk: place for _person, place in work}.values():
        plans[place.pk] = Plan(
            organisation=place,
            type=pattern.type,
            title=pattern.title,
            period_start=pattern.period_start,
            period_end=pattern.period_end,
            state="executing",
            published_on=pattern.published_on,
            published_url=pattern.published_url,
            created_at=pattern.created_at,
        )
    Plan.objects.bulk_create(plans.values(), batch_size=2000)
    measures = [Measure(plan=plans[place.pk]) for _person, place in work]
    Measure.objects.bulk_create(measures, batch_size=2000)
    assignments = [
        Assignment(
            measure=measure, organisation=place, executor=person, created_at=pattern.created_at
        )
        for measure, (person, place) in zip(measures, work, strict=True)
    ]
    Assignment.objects.bulk_create(assignments, batch_size=2000)
    days = [make.MONDAY - timedelta(days=10 * step) for step in range(DATES_AN_EXECUTOR)]
    Occurrence.objects.bulk_create(
        (
            Occurrence(
                assignment=assignment,
                organisation=assignment.organisation,
                plan=assignment.measure.plan,
                version=version,
                intended_on=day,
                due_on=day,
                original_due_on=day,
                late_after=day,
            )
            for assignment in assignments
            for day in days
        ),
        batch_size=2000,
    )


def fill_tasks(count: int) -> None:
    """So many open tasks, shared by the institutions, untaken, each waiting for an inspector."""
    from compliance.models import Membership, Organisation, Plan, User
    from tests.notifications import factories as make
    from workflows.flows import VerificationFlow
    from workflows.models import Process, Task

    regions = Organisation.objects.filter(parent__isnull=True)
    inspectors = [
        (region, User(username=f"inspector{region.pk}-{number}"))
        for region in regions
        for number in range(INSPECTORS_A_REGION)
    ]
    User.objects.bulk_create(person for _region, person in inspectors)
    Membership.objects.bulk_create(
        Membership(user=person, organisation=region, role="inspector")
        for region, person in inspectors
    )
    plans = list(Plan.objects.select_related("organisation")[:count])
    # Closed, so that one plan may have many of them; reminders are planned for their tasks only.
    processes = [
        Process(flow_class=VerificationFlow, plan=plans[number % len(plans)], status="DONE")
        for number in range(count)
    ]
    Process.objects.bulk_create(processes, batch_size=2000)
    Task.objects.bulk_create(
        (
            Task(
                process=process,
                flow_task=VerificationFlow.verify,
                flow_task_type="HUMAN",
                organisation=process.plan.organisation,
                role="inspector",
                due_on=make.MONDAY - timedelta(days=number % 10),
            )
            for number, process in enumerate(processes)
        ),
        batch_size=2000,
    )


def measure(kind: str) -> None:
    """Print the planner's time for what is due of this kind, the floor's, and their ratio."""
    from django.db import connection

    from tests.notifications.factories import moment
    from workflows.services.notices.reminders import plan_reminders

    now = moment()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    counts: dict[str, int] = {}
    planner = timed(lambda: counts.update(plan_reminders(now)))
    again = timed(lambda: plan_reminders(now))
    floor = timed_copy(kind)
    print(f"{counts['planned']:,} reminders, {counts['digests']:,} letters, ", end="")
    print(f"{counts['statements']} statements: {planner:.2f} s")
    print(f"a second sweep, nothing to add: {again:.2f} s")
    print(f"floor, COPY of the same rows into the same table: {floor:.2f} s")
    print(f"ratio: {planner / floor:.2f}")


def timed_copy(kind: str) -> float:
    """Seconds that COPY of the rows of this kind takes, checks and indexes included."""
    from django.db import connection

    columns = (
        "subject_kind, subject_id, step_id, sequence, addressee_id, channel, "
        "deadline_revision, due_on, planned_at, state, reason"
    )
    table = "notifications_reminder"
    with connection.cursor() as cursor:
        chosen = f"SELECT {columns} FROM {table} WHERE subject_kind = '{kind}'"
        with cursor.copy(f"COPY ({chosen}) TO STDOUT") as copy:
            rows = b"".join(bytes(block) for block in copy)
        cursor.execute(f"TRUNCATE {table}")

        def load() -> None:
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                copy.write(rows)

        return timed(load)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--tasks", type=int, default=10_000)
    arguments = parser.parse_args()
    rows, tasks = arguments.rows, arguments.tasks
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import get_runner

    if connection.vendor != "postgresql":
        print("skipped: needs PostgreSQL (DATABASE_URL=postgres://…)")
        return
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        print(f"making {rows:,} open due dates …", flush=True)
        print(f"made in {timed(lambda: fill(rows)):.0f} s")
        measure("occurrence")
        print(f"making {tasks:,} open tasks, {INSPECTORS_A_REGION} inspectors a region …")
        fill_tasks(tasks)
        measure("task")
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
