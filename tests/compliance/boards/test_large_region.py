"""The board of a region with more institutions than a list offers: they are found by words."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from compliance.models import Occurrence, Organisation
from tests.building import factories
from tests.building.board_rows import listed, near, today
from tests.building.due_dates import due, executing_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return factories.region()


def a_place_more(region, name: str) -> Organisation:
    """An institution of the region with one date that was due yesterday."""
    place = factories.institution(region.ministry, name=name)
    pattern = Occurrence.objects.select_related("assignment").first()
    pattern.assignment.pk = None
    pattern.assignment.organisation = place
    pattern.assignment.save()
    pattern.pk, pattern.assignment_id, pattern.organisation = (
        None, pattern.assignment.pk, place,
    )  # fmt: skip
    pattern.save()
    return place


@pytest.fixture
def large(region):
    """A region in which 51 institutions owe something: one more than a list offers."""
    (mine,) = near(region, -1)
    places = [a_place_more(region, f"Центр помощи семье {n}") for n in range(2, 52)]
    return region, mine, places


def fields(page) -> list[str]:
    return list(page.context["form"].fields)


def test_of_a_large_region_no_list_holds_every_institution(large, client):
    region, _mine, places = large
    client.force_login(region.coordinator)
    page = client.get(reverse("overdue"))
    assert fields(page) == ["show", "place", "executor", "first", "last", "measure", "section"]
    assert f'hx-get="{reverse("overdue-places")}"' in page.content.decode()
    assert f'value="{places[-1].pk}"' not in page.content.decode()
    Occurrence.objects.filter(organisation=places[0]).delete()
    few = client.get(reverse("overdue"))
    assert fields(few) == [
        "show",
        "organisation",
        "executor",
        "first",
        "last",
        "measure",
        "section",
    ]


def test_words_find_institutions_of_a_large_region(large, client):
    region, mine, _places = large
    rows = {one.organisation.name: one.pk for one in Occurrence.objects.all()}
    coordinator = region.coordinator
    assert listed(client, coordinator, place="СЕМЬЕ 51") == [rows["Центр помощи семье 51"]]
    assert listed(client, coordinator, place="примерный") == [mine.pk]
    assert listed(client, coordinator, place="такого нет") == []
    assert len(listed(client, coordinator, place="центр семье")) == 25


def test_an_institution_of_a_large_region_that_the_address_names_is_offered_with_all(large, client):
    region, _mine, places = large
    client.force_login(region.coordinator)
    page = client.get(reverse("overdue"), {"organisation": places[3].pk})
    offered = [str(value) for value, _name in page.context["form"].fields["organisation"].choices]
    assert offered == ["", str(places[3].pk)]
    assert [group.organisation for group in page.context["groups"]] == [places[3]]


def test_a_plan_that_the_address_names_narrows_the_board_of_a_large_region_too(large, client):
    region, mine, _places = large
    plan = executing_plan(region, organisation=region.other)
    (other,) = due(plan, today(region) - timedelta(days=2))
    assert listed(client, region.coordinator, plan=plan.pk) == [other.pk]
    assert len(listed(client, region.coordinator, plan=mine.plan_id)) == 25
    assert listed(client, region.coordinator, plan=10**6) == []


@pytest.mark.parametrize("which", ["owes nothing", "no number", "foreign"])
def test_an_institution_that_is_not_on_the_board_shows_no_others_in_its_place(large, client, which):
    region, _mine, _places = large
    elsewhere = factories.ministry(name="Другое министерство")
    wanted = {
        "owes nothing": factories.institution(region.ministry, name="Без сроков").pk,
        "no number": "x",
        "foreign": factories.institution(elsewhere, name="Чужой центр").pk,
    }[which]
    client.force_login(region.coordinator)
    page = client.get(reverse("overdue"), {"organisation": wanted})
    assert page.status_code == 200
    assert page.context["groups"] == [] and "organisation" in page.context["form"].errors
    assert "Чужой центр" not in page.content.decode()


def test_places_are_offered_by_words_and_only_what_one_may_see(large, client):
    region, _mine, _places = large
    client.force_login(region.coordinator)
    address = reverse("overdue-places")

    def offered(words: str) -> list[str]:
        found = client.get(address, {"place": words}).content.decode()
        return re.findall(r'value="([^"]+)"', html.unescape(found))

    assert offered("семье 51") == ["Центр помощи семье 51"]
    assert len(offered("семье")) == 20
    assert offered("") == [] and offered("такого нет") == []
    client.force_login(region.director)
    assert offered("семье") == []
