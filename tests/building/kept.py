"""A scene that is made once for all tests of a module; what a test does to it is rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

Scene = TypeVar("Scene")


@contextmanager
def kept(
    make: Callable[[], Scene], blocker: DjangoDbBlocker, folders: pytest.TempPathFactory
) -> Iterator[Scene]:
    """The scene, until the block ends; each test's own transaction is one within this.

    For a fixture of the module's scope. The scene's objects are shared: a test that changes one of
    them fetches its own.
    """
    media = override_settings(MEDIA_ROOT=folders.mktemp("media"))
    with blocker.unblock(), transaction.atomic():
        with media:
            made = make()
        yield made
        transaction.set_rollback(True)
