"""How fast and in how much memory a long list is written, beside bare xlsxwriter.

    python benchmarks/exports.py [--institutions 1000 --open 100000 --history 100000 --regions 4]

Makes a database of its own on the server of DATABASE_URL, lets a coordinator ask for all due dates
of a region, runs the job as a worker does, and writes the cells it wrote once more with xlsxwriter
alone. Prints rows a second, their ratio, and how much memory it took.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.country.running import country, set_up, size_from, timed
from benchmarks.population import Cast


def measure(cast: Cast) -> None:
    """Print what the job took and what the floor did."""
    from django.http import QueryDict
    from django.test.utils import override_settings
    from django.utils import timezone

    from compliance.models import Job
    from compliance.services.jobs.asking import Asker
    from compliance.services.jobs.exporting import ask_for_export
    from compliance.services.jobs.running import run_jobs

    asker = Asker(cast.coordinator, timezone.now())
    with TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder):
        job = ask_for_export("due-dates", "Сроки", QueryDict("show=all"), "/overdue/", asker)
        held: list[float] = []
        seconds = timed(lambda: held.append(most_held_by(run_jobs)))
        job.refresh_from_db()
        assert job.state == Job.State.DONE, job.failure_code
        cells = rows_of(job.output.path)
    floor = timed(lambda: bare(cells))
    print(f"{len(cells):,} rows: {seconds:.1f} s, {len(cells) / seconds:,.0f} rows a second")
    print(f"the worker held at most {held[0]:.0f} MB")
    print(f"floor, the same cells by xlsxwriter alone: {floor:.1f} s")
    print(f"ratio of rows a second: {floor / seconds:.2f}")


def most_held_by(work: Callable[[], object]) -> float:
    """How many megabytes a process of its own held at most, Django and all, doing the work."""
    from tests.building.children import fork

    _child, status, used = os.wait4(fork(work), 0)
    assert status == 0
    return used.ru_maxrss / 1024


def rows_of(path: str) -> list[list[Any]]:
    """The cells of the workbook that was written, without its heading."""
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]


def bare(rows: list[list[Any]]) -> None:
    """The cells written without anything else around."""
    import xlsxwriter

    with TemporaryFile() as target:
        book = xlsxwriter.Workbook(target, {"constant_memory": True, "remove_timezone": True})
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for line, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(line, place, value)
                elif isinstance(value, float):
                    sheet.write_number(line, place, value)
                else:
                    sheet.write_datetime(line, place, value, day)
        book.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    size = size_from(parser, regions=4, history=100_000)
    if not set_up():
        return
    with country(size) as cast:
        measure(cast)


if __name__ == "__main__":
    main()
