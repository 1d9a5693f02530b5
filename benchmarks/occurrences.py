"""How long making occurrences takes, beside a floor: COPY of the same rows into the same table.

    python benchmarks/occurrences.py [--measures 150000]

Makes a database of its own on the server of DATABASE_URL, fills it with executing plans whose
measures are due twelve times each, makes the occurrences, and drops the database again.
PostgreSQL only: SQLite has no COPY.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile

import django

MEASURES_A_PLAN = 30
PHRASES = ("Ежемесячно", "ежемесячно до 25 числа", "12 раз в год", "каждый месяц до 10-го числа")


def timed(work: Callable[[], object]) -> float:
    """Seconds that the work took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def fill(count: int) -> None:
    """So many confirmed measures, thirty in a plan, each plan of an institution of its own."""
    from compliance.domain.calendar.periods import Period
    from compliance.domain.deadlines import read_deadline
    from compliance.models import Assignment, Measure, MeasureVersion, Plan, Revision, Section
    from tests.building import factories as make

    region = make.region()
    period = Period.of_years(2026)
    pattern = make.plan(region, period=period)
    readings = [read_deadline(phrase, period) for phrase in PHRASES]
    places = institutions(region, count // MEASURES_A_PLAN)
    plans = Plan.objects.bulk_create(
        (
            Plan(
                organisation=place,
                type=pattern.type,
                title=pattern.title,
                period_start=period.start,
                period_end=period.end,
                executes_from=period.start,
                state="executing",
                published_on=period.start,
                published_url="https://example.org/plan",
                created_at=pattern.created_at,
            )
            for place in places
        ),
        batch_size=2000,
    )
    revisions = Revision.objects.bulk_create(
        (
            Revision(
                plan=plan,
                number=1,
                **plan.frame,
                status="in_force",
                content_hash="0" * 64,
                created_at=plan.created_at,
            )
            for plan in plans
        ),
        batch_size=2000,
    )
    sections = Section.objects.bulk_create(
        (Section(revision=revision, position=1, title="Открытость") for revision in revisions),
        batch_size=2000,
    )
    measures = Measure.objects.bulk_create(
        (Measure(plan=plan) for plan in plans for _number in range(MEASURES_A_PLAN)),
        batch_size=2000,
    )
    MeasureVersion.objects.bulk_create(
        (
            MeasureVersion(
                revision=sections[number // MEASURES_A_PLAN].revision,
                section=sections[number // MEASURES_A_PLAN],
                measure=measure,
                position=number % MEASURES_A_PLAN,
                text="Обновить стенд",
                deadline_text=readings[number % len(readings)].text,
                deadline=readings[number % len(readings)].as_json(),
                deadline_confirmed_at=pattern.created_at,
            )
            for number, measure in enumerate(measures)
        ),
        batch_size=2000,
    )
    Assignment.objects.bulk_create(
        (
            Assignment(
                measure=measure,
                organisation=measure.plan.organisation,
                is_lead=True,
                created_at=pattern.created_at,
            )
            for measure in measures
        ),
        batch_size=2000,
    )


def institutions(region: object, count: int) -> list:
    """So many institutions of the region, with their paths."""
    from compliance.models import Organisation

    parent = region.ministry
    places = Organisation.objects.bulk_create(
        (Organisation(kind="institution", name=f"Центр {n}", parent=parent) for n in range(count)),
        batch_size=2000,
    )
    for place in places:
        place.path = f"{parent.path}{place.pk}/"
    Organisation.objects.bulk_update(places, ["path"], batch_size=2000)
    return places


def measure() -> None:
    """Print both times, their ratio, and what a second sweep costs."""
    from django.db import connection

    from compliance.models import Occurrence
    from compliance.services.execution.occurrences import materialise_occurrences

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    statements: list[str] = []

    def note(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with connection.execute_wrapper(note):
        spent = timed(materialise_occurrences)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    made = Occurrence.objects.count()
    print(f"{made:,} occurrences, {len(statements)} statements: {spent:.1f} s")
    print(f"memory of this process grew by {grown:.0f} MB")
    assert Occurrence.objects.filter(due_on__lt=date(2026, 1, 1)).count() == 0
    again = timed(materialise_occurrences)
    assert Occurrence.objects.count() == made
    print(f"a second sweep, nothing to add: {again:.1f} s")
    floor = timed_copy()
    print(f"floor, COPY of the same rows into the same table: {floor:.1f} s")
    print(f"ratio: {spent / floor:.2f}")


def timed_copy() -> float:
    """Seconds that COPY of the rows that were made takes, checks and indexes included."""
    from django.db import connection

    from compliance.models import Occurrence

    table = Occurrence._meta.db_table
    columns = ", ".join(
        field.column for field in Occurrence._meta.concrete_fields if not field.primary_key
    )
    with TemporaryFile() as rows, connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as copy:
            for block in copy:
                rows.write(block)
        cursor.execute(f"TRUNCATE {table} CASCADE")
        rows.seek(0)

        def load() -> None:
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                while block := rows.read(1 << 20):
                    copy.write(block)

        return timed(load)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--measures", type=int, default=150_000)
    count = parser.parse_args().measures
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
        print(f"making {count:,} measures …", flush=True)
        print(f"made in {timed(lambda: fill(count)):.0f} s", flush=True)
        measure()
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
