"""Races on a database of its own: how many won, how many lost, what was left over.

    python benchmarks/faults [--rounds 200] [--documents 5000]

Uses the server of DATABASE_URL, or SQLite in a file of its own; nothing leaves the machine. In each
round eight threads go for one matter. Exit 1 when a round has the wrong number of winners, when a
task is left without its matter, or when a chain of the audit trail is broken.
Then so many documents with mistakes made in them at random are read: exit 1 when one ends in
anything but a reading, whose characters are all counted, or a refusal.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from pathlib import Path

import django


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--documents", type=int, default=5000)
    asked = parser.parse_args()
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
            return max(measure(asked.rounds), read_damaged(asked.documents))
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


def read_damaged(count: int) -> int:
    """Print what became of the documents; 0 when each was read or refused."""
    from benchmarks.faults.documents import run

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    began = time.perf_counter()
    outcome = run(count)
    spent = time.perf_counter() - began
    refused = ", ".join(f"{code} {times}" for code, times in sorted(outcome.refused.items()))
    print(f"{count} damaged documents: {spent:.1f} s, slowest {outcome.slowest:.2f} s")
    print(f"read: {outcome.read}; refused: {refused}; wrong: {len(outcome.wrong)}")
    for line in outcome.wrong:
        print(f"  {line}")
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
