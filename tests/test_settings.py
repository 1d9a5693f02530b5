"""A missing or malformed environment variable stops the start with one clear line."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.building.places import ROOT

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
        ({"DEBUG": "1", "SITE_URL": "http://["}, "SITE_URL"),
        ({"DEBUG": "1", "SITE_URL": "http://host:port"}, "SITE_URL"),
        ({"DEBUG": "1", "EMAIL_URL": "anymail:../x"}, "EMAIL_URL"),
        ({"DEBUG": "1", "EMAIL_URL": "anymail:"}, "EMAIL_URL"),
        ({"DEBUG": "1", "EMAIL_URL": "smtp://["}, "EMAIL_URL"),
        ({"DEBUG": "1", "DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"DEBUG": "1", "DATABASE_URL": "postgres://["}, "DATABASE_URL"),
        ({"DEBUG": "1", "DATABASE_URL": "postgres://h:port/n"}, "DATABASE_URL"),
        ({"DEBUG": "1", "CELERY_BROKER_URL": "redis://["}, "CELERY_BROKER_URL"),
        ({"DEBUG": "1", "CACHE_URL": "carrier-pigeon://x"}, "CACHE_URL"),
        ({"DEBUG": "1", "CACHE_URL": "redis://h:port"}, "CACHE_URL"),
        ({"DEBUG": "1", "TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES"),
        ({"DEBUG": "1", "TRUSTED_PROXIES": "many"}, "TRUSTED_PROXIES"),
        ({"DEBUG": "1", "MFA_REQUIRED_ROLES": "boss"}, "MFA_REQUIRED_ROLES"),
        ({"DEBUG": "1", "PAGE_STATEMENT_SECONDS": "long"}, "PAGE_STATEMENT_SECONDS"),
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
        {"SECRET_KEY": "x", "DATABASE_URL": "postgres://u:p@h:5432/n"},
        {"SECRET_KEY": "x", "CELERY_BROKER_URL": "redis://h:6379/0", "TRUSTED_PROXIES": "2"},
        {"SECRET_KEY": "x", "MFA_REQUIRED_ROLES": "coordinator, administrator"},
    ],
)
def test_good_values_start(variables):
    found = start(**variables)
    assert found.returncode == 0, found.stderr


def test_a_password_in_an_address_is_not_printed():
    for name in ("EMAIL_URL", "DATABASE_URL", "CACHE_URL"):
        found = start(DEBUG="1", **{name: "smtps://user:geheim@mail.example:port"})
        assert found.returncode == 1 and "geheim" not in found.stderr


def test_the_roles_that_a_setting_may_name_are_the_roles_there_are():
    from compliance.models.roles import Role
    from project.settings import ROLES

    assert set(Role.values) == ROLES


def test_the_cache_is_shared_where_the_broker_is_redis():
    program = "from project.settings import CACHES as c; print(c['default']['BACKEND'])"
    for given, expected in (
        ({"CELERY_BROKER_URL": "redis://h:6379/0"}, "RedisCache"),
        ({"CACHE_URL": "redis://h:6379/1"}, "RedisCache"),
        ({}, "LocMemCache"),
    ):
        found = start("-c", program, SECRET_KEY="x", **given)
        assert expected in found.stdout, found.stderr
