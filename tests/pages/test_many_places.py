"""Lists of a region of many institutions: no filter holds them all, each finds them by words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from compliance.models import ExecutionReport, Inspection, Occurrence, Organisation, Petition, User
from tests.notifications import factories as make

pytestmark = pytest.mark.django_db
MANY = 51  # one more than a list offers


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def coordinator():
    """Of a region in whose every institution there is a petition and an inspection."""
    ministry = make.ministry()
    coordinator = make.person("olesya", "coordinator", ministry)
    now = make.moment()
    for number in range(MANY):
        place = make.institution(ministry, f"Центр № {number + 100}")
        (due,) = make.due(make.assignment(make.plan(place)), make.MONDAY)
        author = make.person(f"executor{number}", "executor", place)
        report = ExecutionReport.objects.create(
            occurrence=due, author=author, created_at=now, saved_at=now
        )
        Inspection.objects.create(
            occurrence=due, report=report, organisation=place, kind="call",
            due_on=make.MONDAY + timedelta(days=5), planned_at=now,
        )  # fmt: skip
        Petition.objects.create(
            occurrence=due, kind="waiver", reason="Нет средств", due_on=due.due_on,
            made_by=author, made_at=now,
        )  # fmt: skip
    return coordinator


@pytest.mark.parametrize(
    ("page", "is_found_by"), [("petitions", "place"), ("inspections", "place"), ("people", "q")]
)
def test_no_filter_holds_them_all(coordinator, page, is_found_by):
    client, url = signed_in(coordinator), reverse(page)
    shown = client.get(url)
    assert len(shown.context["page"].object_list) == 50
    assert 'name="organisation"' not in shown.content.decode()
    found = client.get(url, {is_found_by: "центр 107"}).context["page"].object_list
    assert len(found) == 1


@pytest.mark.parametrize("page", ["petitions", "inspections", "people"])
def test_an_address_that_names_one_shows_it_alone(coordinator, page):
    place = Organisation.objects.get(name="Центр № 107")
    shown = signed_in(coordinator).get(reverse(page), {"organisation": place.pk})
    assert len(shown.context["page"].object_list) == 1
    words = shown.content.decode()
    assert words.count("<option") < 30 and f'<option value="{place.pk}" selected' in words


@pytest.mark.parametrize("page", ["petitions", "inspections"])
def test_up_to_fifty_are_offered(coordinator, page):
    last = Organisation.objects.get(name="Центр № 150")
    Petition.objects.filter(occurrence__organisation=last).delete()
    Inspection.objects.filter(organisation=last).delete()
    shown = signed_in(coordinator).get(reverse(page))
    assert shown.content.decode().count(">Центр № ") >= 50
    assert 'name="place"' not in shown.content.decode()


def test_places_of_another_region_are_not_found(coordinator):
    elsewhere = make.institution(make.ministry("Другое министерство"), "Центр № 107")
    assert Occurrence.objects.filter(organisation=elsewhere).count() == 0
    page = signed_in(coordinator).get(reverse("petitions"), {"organisation": elsewhere.pk})
    assert "Нет средств" not in page.content.decode()
