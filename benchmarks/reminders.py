"""How long a planner sweep takes, beside a floor: COPY of the same rows into the same table.

    python benchmarks/reminders.py [--institutions 10000 --open 1000000] [--spread] [--tasks 10000]

Makes a database of its own on the server of DATABASE_URL, fills it with a country's open due dates
(each has reached a step; with --spread those near today have), plans them, does the same with tasks
in the queues of many inspectors, and drops it again. PostgreSQL only: SQLite has no COPY.
"""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.country.running import country, set_up, size_from, timed

INSPECTORS_A_REGION = 50


def fill_tasks(count: int) -> None:
    """So many open tasks, shared by the institutions, untaken, each waiting for an inspector."""
    from compliance.models import Membership, Organisation, Plan, User
    from tests.notifications import factories as make
    from workflows.flows import VerificationFlow
    from workflows.models import Process, Task

    regions = Organisation.objects.filter(parent__isnull=True)
    inspectors = [
        (region, User(username=f"queue{region.pk}-{number}"))
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
    parser.add_argument("--tasks", type=int, default=10_000)
    size = size_from(parser, weeks=0, history=0)
    tasks: int = parser.parse_args().tasks
    if not set_up():
        return
    with country(size):
        measure("occurrence")
        print(f"making {tasks:,} open tasks, {INSPECTORS_A_REGION} inspectors a region …")
        fill_tasks(tasks)
        measure("task")


if __name__ == "__main__":
    main()
