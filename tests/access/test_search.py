"""The search finds for each person what they may open, and nothing of what they may not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from compliance.models import Revision
from tests.access.rows import EVERYBODY, TWINS
from tests.access.world import World
from tests.building import factories as make

pytestmark = pytest.mark.django_db

ADDRESS = re.compile(r'<p class="list-title"><a href="([^"#]+)')
KINDS = ("plans", "measures", "organisations", "people", "petitions")
# One word of each kind: how many are found by whom. Everybody else finds none.
FOUND: dict[tuple[str, str], dict[str, int]] = {
    ("plans", "План"): {
        "coordinator": 3, "inspector": 3, "head": 3, "administrator": 3, "personnel": 3,
        "director": 3, "executor": 3, "two_regions": 3, "ended_substitute": 3,
        "councillor": 3,
    },
    ("plans", "Черновик"): {
        "coordinator": 1, "inspector": 1, "head": 1, "administrator": 1, "personnel": 1,
        "director": 1, "executor": 1, "two_regions": 1, "ended_substitute": 1,
    },
    # In the draft, with the ministry, published, executed, and in the regional draft.
    ("measures", "СТЕНД"): {
        "coordinator": 5, "inspector": 5, "head": 5, "administrator": 5, "personnel": 5,
        "ended_substitute": 5, "director": 4, "executor": 4, "two_regions": 4, "councillor": 3,
    },
    ("organisations", "центр другой"): {
        "coordinator": 1, "inspector": 1, "head": 1, "administrator": 1, "personnel": 1,
        "ended_substitute": 1, "councillor": 1, "foreign_director": 1,
    },
    ("organisations", "другой области"): {"outlander": 1, "former_member": 1, "two_regions": 1},
    ("people", "Исполнителева"): {
        "coordinator": 1, "administrator": 1, "director": 1, "two_regions": 1,
    },
    ("petitions", "снесено"): {
        "coordinator": 1, "inspector": 1, "head": 1, "administrator": 1, "personnel": 1,
        "ended_substitute": 1, "director": 1, "executor": 1, "two_regions": 1,
    },
}  # fmt: skip


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def found(client: Client, words: str) -> dict[str, int]:
    results = client.get("/search/", {"q": words}).context["results"]
    return {one.kind.value: one.page.total.count for one in results}


def test_everybody_finds_what_they_may_open_and_nothing_else(world: World):
    people = {name: client_of(getattr(world.region, name)) for name in EVERYBODY | set(TWINS)}
    assert {
        (kind, words): {
            name: count
            for name, client in people.items()
            if (count := found(client, words).get(kind))
        }
        for kind, words in FOUND
    } == FOUND


def test_every_result_opens(world: World):
    """Words that are nearly everywhere; each address that is offered answers its reader."""
    opened = 0
    for name in sorted(EVERYBODY | set(TWINS)):
        client = client_of(getattr(world.region, name))
        for words in ("план", "стенд", "центр", "министерство", "пандус", "ова", "ель"):
            page = client.get("/search/", {"q": words}).content.decode()
            for address in sorted(set(ADDRESS.findall(page))):
                answer = client.get(address.replace("&amp;", "&"))
                assert answer.status_code == 200, (name, words, address)
                opened += 1
    assert opened > 150


def test_a_kind_named_in_the_address_is_within_the_same_rights(world: World):
    for kind in KINDS:
        for words in ("стенд", "снесено", "Исполнителева", "Другой центр", "план"):
            page = client_of(world.region.stranger).get("/search/", {"q": words, "kind": kind})
            assert page.context["results"] == [], (kind, words)


def test_a_text_that_does_not_bind_yet_is_not_found_by_its_new_words(world: World):
    """The plan's page shows the text in force; whoever searches finds what that page says."""
    version = Revision.objects.get(pk=world.amendment.pk).versions.get()
    version.text = "Закупить мониторы"
    version.save()
    for part in ("coordinator", "director", "councillor"):
        assert found(client_of(getattr(world.region, part)), "мониторы") == {}


def test_a_measure_leads_to_its_row_on_the_plans_page(world: World):
    client = client_of(world.region.councillor)
    page = client.get("/search/", {"q": "пандус"})
    (measures,) = page.context["results"]
    (version,) = measures.page
    address = f"{world.executing.plan.get_absolute_url()}#measure-{version.pk}"
    assert f'href="{address}"' in page.content.decode()
    assert f'id="measure-{version.pk}"' in client.get(address).content.decode()


def test_another_regions_namesake_is_not_found(world: World):
    """The same words in two regions: each finds its own."""
    far = make.region("far-", "Дальней области")
    theirs = make.plan(far, title="Черновик")
    for region, plan in ((world.region, world.draft), (far, theirs)):
        (plans,) = (
            client_of(region.coordinator).get("/search/", {"q": "черновик"}).context["results"]
        )
        assert list(plans.page) == [plan]
