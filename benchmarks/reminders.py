"""How long a planner sweep takes, beside a floor: COPY of the same rows into the same tables.

    python benchmarks/reminders.py [--institutions 10000 --open 1000000] [--spread] [--tasks 10000]

Makes a database of its own on the server of DATABASE_URL, fills it with a country's open due dates
and plans them: the bad day, on which each has reached a step, or, with --spread, the first sweep of
a Monday after a week whose letters were sent. Then it does the same with tasks in queues of many
inspectors, and drops the database again. PostgreSQL only: SQLite has no COPY.
"""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.country.running import country, set_up, size_from, timed

INSPECTORS_A_REGION = 50


def fill_inspectors() -> None:
    """Many inspectors for each region: a change of people everywhere, so all is looked at again."""
    from compliance.models import Membership, Organisation, User

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


def fill_tasks(count: int) -> None:
    """So many open tasks, shared by the institutions, untaken, each waiting for an inspector."""
    from compliance.models import Plan
    from tests.notifications import factories as make
    from workflows.flows import VerificationFlow
    from workflows.models import Process, Task

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


def plan_and_send(now: datetime) -> None:
    """What went before the day that is measured: its sweep, and every letter sent."""
    from django.db import connection

    from workflows.services.notices.reminders import plan_reminders

    plan_reminders(now)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_message
            SET state = 'accepted', tries = 1, sending_since = created_at, finished_at = created_at,
                address = 'somebody@example.org', message_id = '<' || id || '@example.org>',
                subject = 'Сроки', text = 'Сроки'
            WHERE state = 'waiting'
            """
        )
        cursor.execute(
            """
            UPDATE notifications_reminder reminder SET state = 'accepted', message_id = letter.id
            FROM notifications_message letter
            WHERE letter.addressee_id = reminder.addressee_id AND reminder.state = 'waiting'
            """
        )
        cursor.execute("VACUUM ANALYZE notifications_reminder, notifications_message")


def measure(now: datetime) -> None:
    """Print the planner's time at this moment, the floor's, and their ratio."""
    from django.db import connection

    from workflows.services.notices.reminders import plan_reminders

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    counts: dict[str, int] = {}
    planner = timed(lambda: counts.update(plan_reminders(now)))
    again = timed(lambda: plan_reminders(now))
    floor = sum(timed_copy(table, columns, now) for table, columns in WRITTEN.items())
    print(f"{counts['planned']:,} reminders, {counts['digests']:,} letters, ", end="")
    print(f"{counts['statements']} statements: {planner:.2f} s")
    print(f"a second sweep, nothing to add: {again:.2f} s")
    print(f"floor, COPY of the same rows into the same tables: {floor:.2f} s")
    print(f"ratio: {planner / floor:.2f}, of the second {again / floor:.2f}", flush=True)


WRITTEN = {
    "notifications_message": (
        "addressee_id, channel, day, time_zone, state, reason, created_at, next_try_at, tries, "
        "address, message_id, provider_id, subject, text, html, branch"
    ),
    "notifications_reminder": (
        "subject_kind, subject_id, step_id, sequence, addressee_id, channel, "
        "deadline_revision, due_on, planned_at, state, reason"
    ),
}
"""The tables that a sweep writes, and which of their columns."""


def timed_copy(table: str, columns: str, now: datetime) -> float:
    """Seconds that COPY of the rows that the sweep of this moment wrote takes, checks and indexes
    included.
    """
    from django.db import connection

    since = "created_at" if "created_at" in columns else "planned_at"
    written = f"{table} WHERE {since} = '{now.isoformat()}'"
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY (SELECT {columns} FROM {written}) TO STDOUT") as copy:
            rows = b"".join(bytes(block) for block in copy)
        cursor.execute(f"DELETE FROM {written}")
        cursor.execute(f"VACUUM {table}")

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
    from tests.notifications.factories import moment
    from workflows.services.notices.reminders import plan_reminders

    monday = moment(size.day)
    with country(size):
        if size.is_spread:
            for days in range(7, 0, -1):
                plan_and_send(monday - timedelta(days=days))
        measure(monday)
        fill_inspectors()
        spent = timed(lambda: plan_reminders(monday + timedelta(minutes=30)))
        print(f"{INSPECTORS_A_REGION} inspectors a region come: the sweep after that {spent:.2f} s")
        print(f"making {tasks:,} open tasks …")
        fill_tasks(tasks)
        measure(monday + timedelta(hours=1))


if __name__ == "__main__":
    main()
