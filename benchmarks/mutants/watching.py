"""A pytest plugin: notes what each test runs, or runs only the tests it is given.

`MUTANTS_RECORD` names the file for the notes, `MUTANTS_ONLY` the file with the tests, in order.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings

from benchmarks.mutants.marks import seen

# A counterexample is enough here: nobody reads the smallest one.
settings.register_profile("mutants", phases=[Phase.explicit, Phase.generate], database=None)
settings.load_profile("mutants")

_notes: dict[str, dict[str, Any]] = {}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests that were asked for, nearest first; when noting, those that do not commit."""
    if wanted := os.environ.get("MUTANTS_ONLY"):
        order = {name: place for place, name in enumerate(json.loads(Path(wanted).read_text()))}
        items[:] = sorted(
            (item for item in items if item.nodeid in order), key=lambda item: order[item.nodeid]
        )
    else:
        items[:] = [item for item in items if not _commits(item)]


def _commits(item: pytest.Item) -> bool:
    """Whether the test commits for real: slow, and it leaves an empty database behind."""
    marker = item.get_closest_marker("django_db")
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(marker and marker.kwargs.get("transaction")) or bool(
        fixtures & {"transactional_db", "live_server"}
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Note what ran and how long it took."""
    seen.clear()
    began = time.perf_counter()
    try:
        return (yield)  # type: ignore[misc]
    finally:
        note = _notes.setdefault(item.nodeid, {"passed": False})
        note |= {"seconds": time.perf_counter() - began, "seen": sorted(seen)}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note whether the test passed: one that fails already cannot kill anything."""
    note = _notes.setdefault(report.nodeid, {"passed": True})
    if report.when == "call":
        note["passed"] = report.passed
    elif report.failed:
        note["passed"] = False


def pytest_sessionfinish() -> None:
    """Write the notes."""
    if path := os.environ.get("MUTANTS_RECORD"):
        Path(path).write_text(json.dumps(_notes))
