"""The permission matrix holds: every URL name × every part × whose object."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import get_resolver

from compliance.models import (
    Assignment,
    Evidence,
    IncentiveSheet,
    Occurrence,
    Petition,
    Plan,
)
from tests.access.calls import call, names, wrongs
from tests.access.rows import ROWS
from tests.access.world import World

pytestmark = pytest.mark.django_db


def test_every_url_has_its_row():
    ours = set(names(get_resolver().url_patterns))
    assert ours - set(ROWS) == set(), "a URL without a row in the permission matrix"
    assert set(ROWS) - ours == set(), "a row without a URL"


def test_who_gets_what(world: World):
    assert list(wrongs(world)) == []


def test_without_signing_in_only_public_pages_answer(world: World):
    wrong = []
    for name, row in ROWS.items():
        status = call(Client(), world, name)
        is_hidden = row.is_for_machines or row.is_for_engineers
        if status != (404 if is_hidden else 200 if row.is_public else 302):
            wrong.append(f"{name}: {status}")
    assert wrong == []


@pytest.mark.parametrize(
    "model",
    [Plan, Occurrence, Evidence, IncentiveSheet, Assignment, Petition],
    ids=lambda m: m.__name__,
)
def test_lists_are_exactly_what_is_visible(world: World, model):
    """A neighbour region and a stranger see nothing of all this; the ministry sees all of it."""
    region = world.region
    assert not model.objects.visible_to(region.outlander).exists()
    assert not model.objects.visible_to(region.stranger).exists()
    everything = set(model.objects.values_list("pk", flat=True))
    assert set(model.objects.visible_to(region.coordinator).values_list("pk", flat=True)) == (
        everything
    )
