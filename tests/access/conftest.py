"""The world that every test of access begins in: built once, and rolled back after each test."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.access.world import World, make_world


@pytest.fixture(scope="module")
def lasting_world(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[World, Path]]:
    """A world for all tests of a module, and the folder of its files; gone after them."""
    folder = tmp_path_factory.mktemp("world")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=folder):
            made = make_world()
        yield made, folder
        transaction.set_rollback(True)


@pytest.fixture
def world(lasting_world: tuple[World, Path], db: None, settings: Any) -> World:
    """The test's own copy of the world: its rows behind a savepoint, its files in its folder."""
    made, folder = lasting_world
    shutil.copytree(folder, settings.MEDIA_ROOT)
    return copy.deepcopy(made)
