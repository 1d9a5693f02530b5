"""How long the inbox takes at 51,000 open tasks, beside itself at sixty, and how deep it is.

    python benchmarks/inbox.py [--tasks 51000] [--answered 100000]

The floor is the same page on tables that hold little more than it shows: what a page of fifty
rows costs by itself. Makes a database of its own on the server of DATABASE_URL and drops it again.
PostgreSQL only.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.country.long_lists import add_tasks
from benchmarks.country.rows import sql
from benchmarks.country.running import country, deep, opened, set_up, timed
from benchmarks.population import Cast, Size

ROUNDS = 9
FEW = 60
ADDRESSES = ("", "?show=mine", "?show=queue", "?due=week", "?sort=new", "?sort=place", "?q=план")


@dataclass(frozen=True)
class Cost:
    """The median seconds of a page, and its statements."""

    seconds: float
    statements: int


def measured(cast: Cast, *, is_deep: bool = False) -> dict[str, Cost]:
    """What the first page of each address costs, or the one before the last."""
    from django.test import Client

    client = Client()
    client.force_login(cast.coordinator)
    found = {}
    for query in ADDRESSES:
        address = deep(client, f"/inbox/{query}") if is_deep else f"/inbox/{query}"
        statements, _answer = opened(client, address)
        work = partial(opened, client, address)
        seconds = statistics.median(timed(work) for _round in range(ROUNDS))
        found[query] = Cost(seconds, statements)
    return found


def main() -> None:
    """Fill a database, measure, drop it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tasks", type=int, default=51_000)
    parser.add_argument("--answered", type=int, default=100_000)
    options = parser.parse_args()
    size = Size(
        institutions=2_000, open=2_000, history=0, regions=1, measures=1, weeks=0, tasks=FEW
    )
    if not set_up():
        return
    with country(size) as cast:
        few = measured(cast)
        add_tasks(cast, options.tasks - FEW, options.answered)
        sql("VACUUM ANALYZE")
        first, far = measured(cast), measured(cast, is_deep=True)
        print(f"{options.tasks:,} open tasks, {options.answered:,} done")
        for query, cost in first.items():
            print(
                f"/inbox/{query}: {cost.seconds * 1000:.0f} ms, {cost.statements} statements, "
                f"{cost.seconds / few[query].seconds:.1f} × the {few[query].seconds * 1000:.0f} ms "
                f"at {FEW} tasks; the page before the last {far[query].statements} statements, "
                f"{far[query].seconds / cost.seconds:.2f} × the first",
                flush=True,
            )


if __name__ == "__main__":
    main()
