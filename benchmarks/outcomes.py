"""Ten thousand random acts: the counts that boards show stay those of the due dates.

    python benchmarks/outcomes.py [--acts 10000] [--seed 1]

Works in a test database on the server of DATABASE_URL, dropped afterwards. Reports are accepted and
returned, acceptances revoked, due dates waived; every thousand acts the counts are compared, and at
the end they are damaged and made anew. Prints what noting an outcome takes of an act.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def measure(acts: int, seed: int) -> None:
    """Do the acts, compare the counts, print the figures."""
    from django.db import connection, transaction

    from compliance.models import OutcomeCount
    from compliance.services.boards.outcomes import count_outcomes, miscounts
    from tests.building import factories as make
    from tests.building.random_acts import RandomActs

    noting = 0.0

    def watch(run: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal noting
        began = time.perf_counter()
        answer = run(sql, params, many, context)
        if OutcomeCount._meta.db_table in sql:
            noting += time.perf_counter() - began
        return answer

    course = RandomActs(make.region(), random.Random(seed), due_dates=24)
    began = time.perf_counter()
    with connection.execute_wrapper(watch):
        for number in range(1, acts + 1):
            course.do()
            if number % 1000 == 0 or number == acts:
                assert not list(miscounts()), f"after {number} acts"
    seconds = time.perf_counter() - began
    print(f"{acts:,} acts in {seconds:.0f} s: {dict(course.done)}; no count differs")
    print(f"noting outcomes took {noting / seconds:.3f} of the time")
    with transaction.atomic():
        OutcomeCount.objects.update(count=999)
        assert list(miscounts())
        count_outcomes()
        assert not list(miscounts())
    print("damaged, found, made anew: no count differs")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--acts", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    django.setup()
    from django.conf import settings
    from django.test.utils import get_runner, setup_test_environment

    setup_test_environment(debug=False)
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        measure(given.acts, given.seed)
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
