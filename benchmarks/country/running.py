"""What benchmarks of a country's size share: sizes by argument, a database of its own, a clock."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import django

from benchmarks.population import MISSING, Cast, Size, populate

ROOT = Path(__file__).resolve().parent.parent.parent


def timed(work: Callable[[], object]) -> float:
    """Seconds that the work took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def opened(client: Any, address: str) -> tuple[int, Any]:
    """(statements, answer) of the page."""
    from django.db import connection

    sent: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return len(sent), answer


@contextmanager
def as_served() -> Iterator[None]:
    """Templates are rendered as a server does, without the test client's copy of every context."""
    from django.template import Template
    from django.test.utils import _TestState

    watched = Template._render
    Template._render = _TestState.saved_data.template_render
    try:
        yield
    finally:
        Template._render = watched


def seconds_in_database(work: Callable[[], object]) -> float:
    """Seconds of the work that went by inside statements."""
    from django.db import connection

    spent: list[float] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append(time.perf_counter() - began)

    with connection.execute_wrapper(note):
        work()
    return sum(spent)


def deep(client: Any, address: str) -> str:
    """The address of the page before the last: every other one has fewer rows before it."""
    mark = "&" if "?" in address else "?"
    _sent, answer = opened(client, f"{address}{mark}page=last")
    return f"{address}{mark}page={answer.context['page'].previous}"


def size_from(parser: argparse.ArgumentParser, **defaults: Any) -> Size:
    """The size that the command line asks for; `--help` says what a population does not contain."""
    standard = Size(**defaults)
    parser.epilog = f"Not in the population: {MISSING}."
    for name in ("institutions", "open", "history", "regions", "measures"):
        parser.add_argument(f"--{name}", type=int, default=getattr(standard, name))
    parser.add_argument("--spread", action="store_true", default=standard.is_spread)
    given = parser.parse_args()
    return replace(
        standard,
        institutions=given.institutions,
        open=given.open,
        history=given.history,
        regions=given.regions,
        measures=given.measures,
        is_spread=given.spread,
    )


def set_up() -> bool:
    """Whether the benchmark can run: Django is ready and the database is PostgreSQL."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    django.setup()
    from django.db import connection

    if connection.vendor != "postgresql":
        print("skipped: needs PostgreSQL (DATABASE_URL=postgres://…)")
        return False
    return True


@contextmanager
def country(size: Size) -> Iterator[Cast]:
    """A database of its own on the server of DATABASE_URL with the population, dropped at the end.

    Prints what it holds, what it does not, and how long it took.
    """
    from django.conf import settings
    from django.test.utils import (
        get_runner,
        setup_test_environment,
        teardown_test_environment,
    )

    setup_test_environment(debug=False)
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        print(f"{size}; not there: {MISSING}", flush=True)
        found: list[Cast] = []
        print(f"made in {timed(lambda: found.append(populate(size))):.0f} s", flush=True)
        yield found[0]
    finally:
        runner.teardown_databases(databases)
        teardown_test_environment()
