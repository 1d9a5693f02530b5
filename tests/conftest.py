"""What every test stands on: files in a folder of its own, and reasons for what cannot run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

# A busy machine makes no test red: examples are counted, not timed.
settings.register_profile("unhurried", deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    """Files go to the test's own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    """Logins are counted in the cache: those of other tests, and of a run before, do not count."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(autouse=True)
def _own_scenes(request: pytest.FixtureRequest) -> None:
    """What this test writes itself is told from what its builders did."""
    from tests.building import remembered

    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        remembered.begin()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """The database of this worker, in place of pytest-django's, which each migrates for itself."""
    from django.test import TransactionTestCase

    from tests.building import databases

    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    own = tmp_path_factory.getbasetemp()
    stays = request.config.getvalue("reuse_db")
    is_found = stays and not request.config.getvalue("create_db")
    shared = own.parent if worker else own
    database = databases.WorkersDatabase(shared, worker, stays, is_found)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: databases.restore())
        with django_db_blocker.unblock():
            database.begin()
        yield
        with django_db_blocker.unblock():
            database.end()


REQUIRED = set(filter(None, os.environ.get("VEKHA_REQUIRE", "").split(",")))


def _missing(marker: str) -> str | None:
    """Why tests with this marker cannot run here, or None when they can."""
    if marker == "postgres" and not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return "needs DATABASE_URL=postgres://…"
    if marker == "redis" and not os.environ.get("CELERY_BROKER_URL", "").startswith("redis"):
        return "needs CELERY_BROKER_URL=redis://…"
    if marker == "gettext" and not shutil.which("xgettext"):
        return "needs GNU gettext (apt-get install gettext)"
    if marker == "browser" and not shutil.which("chromium"):
        return "needs the system's Chromium (apt-get install chromium)"
    return None


def _turn(item: pytest.Item) -> int:
    if item.get_closest_marker("browser"):
        return 2
    return 0 if item.get_closest_marker("long") else 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip with the reason what cannot run here; fail where it is required (VEKHA_REQUIRE).

    Long tests come first, so that no worker is left with one at the end; browser tests come last:
    see the browser's fixture.
    """
    items.sort(key=_turn)
    for marker in ("postgres", "redis", "gettext", "browser"):
        reason = _missing(marker)
        if reason is None:
            continue
        if marker in REQUIRED:
            raise pytest.UsageError(f"{marker} tests are required here: {reason}")
        for item in items:
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))
