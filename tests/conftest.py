"""What every test stands on: its environment, cheap passwords, files in a folder of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("SECRET_KEY", "tests")


@pytest.fixture(autouse=True)
def _safe_settings(settings: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """Files go to the test's own folder; passwords are hashed fast (they are not the subject)."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    yield


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip with the reason what cannot run here; fail where it is required (VEKHA_REQUIRE)."""
    for marker in ("postgres", "redis", "gettext", "browser"):
        reason = _missing(marker)
        if reason is None:
            continue
        if marker in REQUIRED:
            raise pytest.UsageError(f"{marker} tests are required here: {reason}")
        for item in items:
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))
