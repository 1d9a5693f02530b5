"""The world that every test of access begins in."""

from __future__ import annotations

import pytest

from tests.access.world import World, make_world


@pytest.fixture
def world() -> World:
    return make_world()
