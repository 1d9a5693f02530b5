"""How long pages over due dates take, beside a floor: `count(*)` of all due dates there are.

    python benchmarks/boards.py [--institutions 10000 --open 1000000 --history 850000] [--growth]

--growth opens every page in three countries, of 1,000, 100,000 and 1,800,000 due dates, and prints
how many times longer it takes in each than in the first.

Makes a database of its own on the server of DATABASE_URL, opens each page as each role and drops
it again. Prints seconds (the median of three, after a first that is not counted), how many of them
went by in the database, the ratio of those to the floor (what grows with the country; the rest is a
page's own, whatever it shows), statements and the size of the page. PostgreSQL only.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.country.running import (
    as_served,
    country,
    deep,
    opened,
    seconds_in_database,
    set_up,
    size_from,
    timed,
)
from benchmarks.population import Cast, Size

ROUNDS = 3
DEEP = "the page before the last"


def pages(cast: Cast) -> list[tuple[str, Any, str]]:
    """(what it is, who opens it, its address)."""
    from compliance.models import Organisation

    place = Organisation.objects.get(memberships__user=cast.director)
    return [
        ("overdue, a region", cast.coordinator, "/overdue/"),
        ("overdue, the page before the last", cast.coordinator, DEEP),
        ("overdue, one institution", cast.coordinator, f"/overdue/?organisation={place.pk}"),
        ("overdue, five regions", cast.overseer, "/overdue/"),
        ("overdue, a director", cast.director, "/overdue/"),
        ("region", cast.coordinator, "/region/"),
        ("region, five regions", cast.overseer, "/region/"),
        ("region, its council", cast.councillor, "/region/"),
        ("home, a coordinator", cast.coordinator, "/"),
        ("home, five regions", cast.overseer, "/"),
        ("home, a director", cast.director, "/"),
        ("home, an executor", cast.executor, "/"),
        ("home, a council", cast.councillor, "/"),
    ]


@dataclass(frozen=True)
class Cost:
    """What a page costs: median seconds, those of them in the database, statements, its bytes."""

    seconds: float
    in_database: float
    statements: int
    size: int


def measured(cast: Cast) -> Iterator[tuple[str, Cost]]:
    """The cost of each page."""
    from django.test import Client

    for name, who, address in pages(cast):
        client = Client()
        client.force_login(who)
        address = deep(client, "/overdue/") if address is DEEP else address
        statements, answer = opened(client, address)
        work = partial(client.get, address)
        with as_served():
            seconds = statistics.median(timed(work) for _round in range(ROUNDS))
            asked = statistics.median(seconds_in_database(work) for _round in range(ROUNDS))
        yield name, Cost(seconds, asked, statements, len(answer.content))


def beside_the_floor(cast: Cast) -> None:
    """Print each page's figures beside the floor's."""
    floor = statistics.median(timed(count_all) for _round in range(ROUNDS))
    print(f"{'count(*) of all due dates':34} {floor:8.3f} s")
    for name, cost in measured(cast):
        ratio = cost.in_database / floor
        print(
            f"{name:34} {cost.seconds:8.3f} s, in the database {cost.in_database:6.3f} s "
            f"{ratio:6.2f} × {cost.statements:4} statements {cost.size / 1024:6.0f} KB",
            flush=True,
        )


GROWTH = (
    Size(institutions=85, open=600, history=400, measures=2, is_spread=True),
    Size(institutions=1_000, open=60_000, history=40_000, is_spread=True),
    Size(institutions=10_000, open=1_000_000, history=800_000, is_spread=True),
)


def growth(day: date) -> None:
    """Print each page's seconds in each country, and how many times those of the first."""
    found: dict[str, list[Cost]] = {}
    for size in GROWTH:
        with country(replace(size, day=day)) as cast:
            for name, cost in measured(cast):
                found.setdefault(name, []).append(cost)
    for name, costs in found.items():
        first = costs[0].seconds
        line = "  ".join(f"{c.seconds:.3f} s {c.seconds / first:5.2f} ×" for c in costs)
        print(f"{name:34} {line}   {' '.join(str(c.statements) for c in costs)} statements")


def count_all() -> None:
    from compliance.models import Occurrence

    Occurrence.objects.order_by().count()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--growth", action="store_true")
    size: Size = size_from(parser, day=date.today(), is_spread=True)
    if not set_up():
        return
    if parser.parse_args().growth:
        growth(size.day)
        return
    with country(size) as cast:
        beside_the_floor(cast)


if __name__ == "__main__":
    main()
