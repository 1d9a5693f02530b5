"""Before the first release: two migrations an app at most, there and back, nothing older."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.building.places import ROOT


@pytest.mark.parametrize("app", ["compliance", "workflows", "notifications"])
def test_an_app_has_its_tables_and_its_reference_data(app):
    found = sorted(path.stem for path in (ROOT / app / "migrations").glob("0*.py"))
    second = "0002_planned_tasks" if app == "workflows" else "0002_reference_data"
    assert found == ["0001_initial", second]


@pytest.fixture(scope="module")
def new(tmp_path_factory) -> Path:
    """A folder with a database as a new installation has it; tests work in copies."""
    folder = tmp_path_factory.mktemp("new")
    done = manage(folder, "migrate", "-v0")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def folder(new, tmp_path) -> Path:
    return shutil.copytree(new, tmp_path / "copy")


@pytest.mark.long
def test_reference_data_go_and_come_back(folder):
    """On a database of its own: other tests keep theirs."""
    for steps in (["compliance", "0001"], ["compliance"], ["notifications", "zero"], []):
        done = manage(folder, "migrate", *steps, "-v0")
        assert done.returncode == 0, done.stderr
    counted = manage(folder, "shell", "-v0", "-c", COUNT)
    assert counted.stdout.split() == ["201", "2", "4", "50"]


COUNT = """
from compliance.models import CalendarDay, PartyStep, PlanType
from notifications.models import ReminderStep
print(*[model.objects.count() for model in (CalendarDay, PlanType, PartyStep, ReminderStep)])
"""


@pytest.mark.long
def test_an_older_development_state_is_one_line(folder):
    older = manage(
        folder, "shell", "-v0", "-c",
        "from django.db import connection; "
        "from django.db.migrations.recorder import MigrationRecorder as M; "
        "M(connection).record_applied('compliance', '0031_retired_plan_types')",
    )  # fmt: skip
    assert older.returncode == 0, older.stderr
    again = manage(folder, "migrate", "-v0")
    assert again.returncode == 1
    assert again.stderr.count("\n") == 1 and "older development state" in again.stderr


def manage(folder, *words: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` with a SQLite file in the folder."""
    given = {"SECRET_KEY": "tests", "DATABASE_URL": f"sqlite:///{folder}/v.sqlite3"}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT, env={**os.environ, **given}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
