"""Things of another institution, and of another region, are answered as if they did not exist."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import pytest
from django.test import Client

from tests.access.calls import address, call_at
from tests.access.rows import OVERSEERS, ROWS
from tests.access.world import World, furnished
from tests.building import factories as make

pytestmark = pytest.mark.django_db
NOWHERE = "999999999"
# Plan types are common to all regions.
COMMON = {"plan-type", "plan-type-retire", "plan-type-offer"}


def told(world: World, there: World, parts: Iterable[str]) -> list[str]:
    """Every answer about a thing of the other place that differs from that about nothing."""
    names = [
        name
        for name, row in ROWS.items()
        if not row.is_public and name not in COMMON and address(there, name) != address(world, name)
    ]
    assert len(names) > 50
    wrong = []
    for part in sorted(parts):
        client = Client()
        client.force_login(getattr(world.region, part))
        for name in names:
            url = address(there, name)
            nothing = re.sub(r"(?<=[/=])\d+(?=/|&|$)", NOWHERE, url)
            got, wanted = (call_at(client, name, one) for one in (url, nothing))
            if got != wanted or got not in {403, 404, 422}:
                wrong.append(f"{name} for {part}: {got}, and {wanted} for nothing")
    return wrong


def test_of_another_region(world: World):
    there = furnished(make.region("far-", "Дальней области"))
    people = OVERSEERS | {"executor", "director", "councillor", "personnel", "ended_substitute"}
    assert told(world, there, people) == []


def test_of_another_institution_of_the_region(world: World):
    region = world.region
    swapped = replace(
        region,
        own=region.other,
        other=region.own,
        director=region.foreign_director,
        executor=make.member(region.other, "executor", "other-executor"),
        foreign_director=region.director,
    )
    there = furnished(swapped)
    assert told(world, there, {"executor", "director"}) == []
