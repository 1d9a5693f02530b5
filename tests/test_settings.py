"""A missing or malformed environment variable stops the start with one clear line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
KEPT = ("PATH", "HOME", "VIRTUAL_ENV", "LANG")


IMPORT = ["-c", "import project.settings"]  # what every way of starting does first


def start(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """What a start says with just these variables set."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "ignore", *(words or IMPORT)],
        cwd=ROOT,
        env={**kept, **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({}, "SECRET_KEY"),
        ({"DEBUG": "yes"}, "DEBUG"),
        ({"DEBUG": "1", "DEMO": "2"}, "DEMO"),
        ({"DEBUG": "1", "DATABASE_URL": "nonsense"}, "DATABASE_URL"),
        ({"DEBUG": "1", "DATABASE_URL": "oracle9://x"}, "DATABASE_URL"),
        ({"DEBUG": "1", "CELERY_BROKER_URL": "carrier-pigeon://x"}, "CELERY_BROKER_URL"),
        ({"DEBUG": "1", "EMAIL_URL": "pigeon://x"}, "EMAIL_URL"),
        ({"DEBUG": "1", "EMAIL_URL": "smtp://host:port"}, "EMAIL_URL"),
        ({"DEBUG": "1", "EMAIL_URL": "anymail:nobody"}, "EMAIL_URL"),
        ({"DEBUG": "1", "TIME_ZONE": "Moscow"}, "TIME_ZONE"),
        ({"DEBUG": "1", "SITE_URL": "vekha.example"}, "SITE_URL"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else None,
)
def test_one_line_names_the_variable(variables, named):
    found = start(**variables)
    assert found.returncode == 1
    lines = found.stderr.strip().splitlines()
    assert len(lines) == 1 and named in lines[0], found.stderr
    assert found.stdout == ""


def test_the_command_line_says_no_more_than_that():
    found = start("manage.py", "check", DEBUG="1", TIME_ZONE="Moscow")
    assert found.returncode == 1 and len(found.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "variables",
    [
        {"DEBUG": "1"},
        {"SECRET_KEY": "x" * 60, "SITE_URL": "https://vekha.example"},
        {"SECRET_KEY": "x", "EMAIL_URL": "smtps://u%40x:p@mail.example:465"},
        {"SECRET_KEY": "x", "EMAIL_URL": "anymail:unisender_go"},
        {"SECRET_KEY": "x", "DATABASE_URL": "postgres://u:p@h:5432/n"},
    ],
)
def test_good_values_start(variables):
    found = start(**variables)
    assert found.returncode == 0, found.stderr
