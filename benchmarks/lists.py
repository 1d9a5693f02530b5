"""How long a page deep in a list takes, beside the first page of the same list.

    python benchmarks/lists.py [--rows 50000]

Makes a database of its own on the server of DATABASE_URL, with so many rows in each list of one
region, and drops it again. PostgreSQL only.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.country.running import country, deep, opened, set_up, timed
from benchmarks.population import EXECUTORS, Cast, Size

ROUNDS = 5


def lists(cast: Cast) -> list[tuple[str, Any, str]]:
    """(what it is, who opens it, its address)."""
    from compliance.models import User

    administrator = User.objects.get(username="administrator0")
    return [
        ("inbox", cast.coordinator, "/inbox/"),
        ("letters' journal", administrator, "/mail/"),
        ("letters that failed", administrator, "/mail/?state=permanent"),
        ("people", administrator, "/people/"),
        ("people, all", administrator, "/people/?show=all"),
        ("audit", administrator, "/audit/"),
        ("plans", cast.coordinator, "/plans/"),
        ("plans in a state", cast.coordinator, "/plans/?state=executing"),
        ("petitions", cast.coordinator, "/petitions/?show=all"),
        ("inspections", cast.coordinator, "/inspections/"),
        ("overdue", cast.coordinator, "/overdue/"),
        ("overdue, all", cast.coordinator, "/overdue/?show=all"),
        ("region", cast.coordinator, "/region/"),
        ("published plans", cast.coordinator, "/public/"),
    ]


def measure(cast: Cast) -> None:
    """Print each list's first page beside the page before the last."""
    from django.test import Client

    for name, who, address in lists(cast):
        client = Client()
        client.force_login(who)
        seconds, statements = [], []
        for place in (address, deep(client, address)):
            statements.append(opened(client, place)[0])
            work = partial(opened, client, place)
            seconds.append(statistics.median(timed(work) for _round in range(ROUNDS)))
        first, far = seconds
        print(
            f"{name:22} first page {first * 1000:6.0f} ms, {statements[0]:2} statements; "
            f"the page before the last {far * 1000:6.0f} ms, {statements[1]:2} statements: "
            f"{far / first:5.2f} ×",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=50_000)
    rows = parser.parse_args().rows
    people = rows // (EXECUTORS + 1)
    size = Size(
        institutions=people, open=rows, history=rows, regions=1, measures=4, is_spread=True,
        weeks=4, day=date.today(), tasks=rows, petitions=rows, inspections=rows, events=rows,
    )  # fmt: skip
    if set_up():
        with country(size) as cast:
            measure(cast)


if __name__ == "__main__":
    main()
