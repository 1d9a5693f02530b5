"""Institutions of one short name are told apart wherever one of them is chosen."""

from __future__ import annotations

import pytest
from django.urls import reverse

from compliance.models import Organisation
from compliance.models.organisations import names_apart
from compliance.services.plans.responsibles import Parties
from tests.building import factories
from tests.building.board_rows import near, today
from tests.building.due_dates import due, executing_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    """The own institution and two others of one short name; two of them in towns."""
    region = factories.region()
    Organisation.objects.filter(pk=region.own.pk).update(
        name="МБУ «Центр» города Примерска", short_name="ЦСО", municipality="г. Примерск"
    )
    Organisation.objects.filter(pk=region.other.pk).update(
        name="МБУ «Центр» города Другова", short_name="ЦСО", municipality="г. Другов"
    )
    factories.institution(region.ministry, name="Областной центр", short_name="ЦСО")
    factories.institution(region.ministry, name="Дом ветеранов", short_name="")
    return region


EXPECTED = ["Дом ветеранов", "Областной центр", "ЦСО (г. Другов)", "ЦСО (г. Примерск)"]


def test_the_municipality_or_the_full_name_tells_them_apart(region):
    places = Organisation.objects.institutions()
    assert sorted(names_apart(places).values()) == EXPECTED
    assert names_apart(places.filter(pk=region.own.pk)) == {region.own.pk: "ЦСО"}


def test_the_filter_of_the_board_and_the_cells_of_a_draft_offer_them_so(region, client):
    near(region, -3)
    for place in Organisation.objects.institutions().exclude(pk=region.own.pk):
        due(executing_plan(region, organisation=place), today(region))
    client.force_login(region.coordinator)
    form = client.get(reverse("overdue")).context["form"]
    assert sorted(str(name) for _pk, name in form.fields["organisation"].choices[1:]) == EXPECTED
    plan = factories.plan(region, organisation=region.ministry, type_code="regional")
    names = Parties(plan).names
    assert [name for name in EXPECTED if name not in names.values()] == []
    assert Parties(plan).code("ЦСО (г. Другов)") == str(region.other.pk)
