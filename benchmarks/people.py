"""How long the people of a region take: to preview their table, and to store it.

    python benchmarks/people.py [--people 2000] [--organisations 500]

Works in a database of its own on the server of DATABASE_URL and drops it again. Reports seconds
and statements; a second run over the same table shows what it costs to find nothing to change.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django


def measured(name: str, work: Callable[[], object]) -> None:
    """Print how long the work took and how many statements it sent."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        began = time.perf_counter()
        work()
        took = time.perf_counter() - began
    print(f"{name:<28} {took:7.2f} s {len(queries):5} statements")


def table(people: int, organisations: int) -> bytes:
    """A workbook of so many people in so many institutions, one director in each."""
    from tests.building.people_workbooks import institution, person, workbook

    places = [f"ГБУ «Центр социального обслуживания № {n}»" for n in range(organisations)]
    rows = [
        person(
            f"Учебнова Анна {n}", f"u{n}@example.org", places[n % organisations],
            "Директор" if n < organisations else "Исполнитель", "заведующая отделением",
        )
        for n in range(people)
    ]  # fmt: skip
    return workbook([institution(name) for name in places], rows)


def run(people: int, organisations: int) -> None:
    """Preview and store, twice."""
    from compliance.services.people.imports import storing
    from tests.building import factories as make

    act = make.act(make.region().administrator)
    content = table(people, organisations)
    print(f"{people} people, {organisations} organisations, {len(content) // 1024} KiB")
    for round_name in ("new", "again"):
        kept = storing.keep_upload(content, "люди.xlsx", act=act)
        seen = storing.preview(kept, act)
        assert not seen.problems, seen.problems[:3]
        measured(f"look, {round_name}", lambda kept=kept: storing.preview(kept, act))
        measured(
            f"store, {round_name}",
            lambda kept=kept, seen=seen: storing.store_upload(kept.pk, seen.fingerprint, act=act),
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--organisations", type=int, default=500)
    wanted = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    os.environ.setdefault("SECRET_KEY", "benchmark")
    django.setup()
    from django.db import connection

    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        run(wanted.people, wanted.organisations)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
