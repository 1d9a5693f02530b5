"""Races on a database of its own: how many won, how many lost, what was left over.

    python benchmarks/faults [--rounds 200]

Uses the server of DATABASE_URL, or SQLite in a file of its own; nothing leaves the machine. In each
round eight threads go for one matter. Exit 1 when a round has the wrong number of winners, when a
task is left without its matter, or when a chain of the audit trail is broken.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import django


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=200)
    count = parser.parse_args().rounds
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.conf import settings
    from django.test.utils import get_runner

    with tempfile.TemporaryDirectory() as folder:
        database = settings.DATABASES["default"]
        if "sqlite" in database["ENGINE"]:
            # Threads need a file: a database in memory belongs to one connection.
            database.setdefault("TEST", {})["NAME"] = str(Path(folder) / "races.sqlite3")
        runner = get_runner(settings)(verbosity=0, interactive=False)
        databases = runner.setup_databases()
        try:
            return measure(count)
        finally:
            runner.teardown_databases(databases)


def measure(count: int) -> int:
    """Print the score; 0 when every round ended as it must."""
    from django.db import connection

    from benchmarks.faults.rounds import THREADS, People, run
    from compliance.services.audit.trail import broken_chains
    from workflows.services.reconciliation import differences

    people = People.made()
    began = time.perf_counter()
    scores = run(count, people)
    spent = time.perf_counter() - began
    print(f"{connection.vendor}, {count} rounds, {THREADS} threads: {spent:.1f} s")
    for name, score in scores.items():
        lost = ", ".join(f"{code} {times}" for code, times in sorted(score.lost.items())) or "none"
        print(f"{name}: {score.rounds} rounds, {score.won} won; lost: {lost}")
    orphans, broken = list(differences()), list(broken_chains())
    wrong = [line for score in scores.values() for line in score.wrong]
    print(f"wrong rounds: {len(wrong)}, orphans: {len(orphans)}, broken chains: {len(broken)}")
    for line in (*wrong, *orphans, *broken):
        print(f"  {line}")
    return 1 if wrong or orphans or broken else 0


if __name__ == "__main__":
    sys.exit(main())
