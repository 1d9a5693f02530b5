"""How long completing a task takes, beside the same step in bare viewflow, in one run.

    python benchmarks/tasks.py [--tasks 200]

Both accept an execution report: the same service changes the same tables. Ours also checks the
right under the lock, records whose queue the next task waits in and until when, and keeps the
answer with the task; bare viewflow does what the view in its documentation does, on its own
tables. Works on the server of DATABASE_URL, in a test database that is dropped afterwards.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django


def timed(work: Callable[[], object]) -> float:
    """Seconds that the work took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def counted(work: Callable[[Any], object], given: Any) -> int:
    """How many statements the work sent to the database."""
    from django.db import connection

    sent: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        work(given)
    return len(sent)


def reports(count: int) -> tuple[Any, list[Any]]:
    """A region, and so many submitted reports, each waiting in the inspectors' queue."""
    from compliance.models import Occurrence
    from compliance.services.evidence.reports import Account, save_report
    from tests.building import factories as make
    from tests.building.scenes import due_in, executing
    from workflows.services.plans.sending import submit_execution

    measures = [
        make.measure(number=str(number), deadline_text=due_in(5), proof="link")
        for number in range(1, count + 1)
    ]
    scene = executing(make.region(), *measures)
    act = make.act(scene.region.executor)
    found = []
    for occurrence in Occurrence.objects.filter(plan=scene.plan).order_by("id"):
        report = save_report(occurrence.pk, Account("Готово", link="https://example.org"), act=act)
        found.append(submit_execution(report.occurrence_id, act=act))
    return scene.region, found


def measure(count: int) -> None:
    """Print the median times of completing a task, ours and bare, their ratio, the statements."""
    from django.db import connection

    from benchmarks.bare.flows import BareFlow
    from compliance.services.evidence.reports import accept_report
    from tests.building import factories as make
    from workflows.models import Task
    from workflows.services.tasks import engine

    region, rows = reports(2 * count)
    mine, bare = rows[:count], rows[count:]
    for report in bare:
        BareFlow.start.run(report=report.pk)

    def ours(report: Any) -> None:
        task = Task.objects.open().get(process__report=report)
        engine.complete(task.pk, "accept", act=make.act(region.inspector))

    def theirs(report: Any) -> None:
        act = make.act(region.inspector)
        seen = BareFlow.task_class.objects.get(process__data__report=report.pk, status="NEW")
        with BareFlow.lock(seen.process_id):
            task = BareFlow.task_class.objects.get(pk=seen.pk)
            activation = task.flow_task.activation_class(task)
            activation.assign(act.user)
            activation.start(None)
            accept_report(task.process.data["report"], act=act)
            activation.execute()

    statements = [counted(ours, mine.pop()), counted(theirs, bare.pop())]
    times: tuple[list[float], list[float]] = ([], [])
    for pair in zip(mine, bare, strict=True):  # in turns: a busy machine slows both alike
        times[0].append(timed(lambda report=pair[0]: ours(report)))
        times[1].append(timed(lambda report=pair[1]: theirs(report)))
    here, there = (statistics.median(one) for one in times)
    print(f"{connection.vendor}, {len(mine)} completions of each kind, in turns; medians")
    print(f"ours: {here * 1000:.2f} ms, {statements[0]} statements")
    print(f"bare viewflow: {there * 1000:.2f} ms, {statements[1]} statements")
    print(f"ratio: {here / there:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tasks", type=int, default=200)
    count = parser.parse_args().tasks
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    from django.conf import settings
    from django.test.utils import get_runner

    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "benchmarks.bare"]
    django.setup()
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        measure(count)
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
