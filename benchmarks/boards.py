"""How long pages over due dates take, beside a floor: `count(*)` of all due dates there are.

    python benchmarks/boards.py [--institutions 10000 --open 1000000 --history 850000]

Makes a database of its own on the server of DATABASE_URL, opens each page as each role and drops
it again. Prints seconds (the median of three, after a first that is not counted), the ratio to the
floor, statements and the size of the page. PostgreSQL only.
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

from benchmarks.country.running import country, deep, opened, set_up, size_from, timed
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


def measure(cast: Cast) -> None:
    """Print each page's figures beside the floor's."""
    from django.test import Client

    floor = statistics.median(timed(count_all) for _round in range(ROUNDS))
    print(f"{'count(*) of all due dates':34} {floor:8.3f} s")
    for name, who, address in pages(cast):
        client = Client()
        client.force_login(who)
        address = deep(client, "/overdue/") if address is DEEP else address
        statements, answer = opened(client, address)
        work = partial(opened, client, address)
        seconds = statistics.median(timed(work) for _round in range(ROUNDS))
        print(
            f"{name:34} {seconds:8.3f} s {seconds / floor:8.2f} × "
            f"{statements:4} statements {len(answer.content) / 1024:6.0f} KB",
            flush=True,
        )


def count_all() -> None:
    from compliance.models import Occurrence

    Occurrence.objects.order_by().count()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    size: Size = size_from(parser, day=date.today(), is_spread=True)
    if set_up():
        with country(size) as cast:
            measure(cast)


if __name__ == "__main__":
    main()
