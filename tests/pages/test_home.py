"""Home: what only an administrator sees to, and in whose name somebody acts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.models import Substitution, User
from notifications.models import DeliveryState, Message
from tests.building import factories as make
from tests.notifications import factories as letters
from workflows.services.tasks.attention import cares

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def region():
    return make.region()


def lost(addressee: User, state: str) -> Message:
    """A letter that ended its way in this state."""
    return letters.letter(addressee, NOW, state=state, reason="refused", finished_at=NOW)


def home(person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse("home")).content.decode()


def counts(region: make.Region) -> dict[str, int]:
    return {care.url: care.count for care in cares(region.administrator, timezone.now())}


def test_each_number_opens_a_list_as_long_as_it_says(region):
    ends = (DeliveryState.PERMANENT, DeliveryState.PERMANENT, DeliveryState.UNKNOWN)
    for state, part in zip(ends, ("executor", "director", "inspector"), strict=True):
        lost(region.people[part], state)
    client = Client()
    client.force_login(region.administrator)
    found = cares(region.administrator, NOW)
    mail = reverse("mail")
    assert counts(region)[f"{mail}?state=permanent"] == 2
    assert counts(region)[f"{mail}?state=unknown"] == 1
    page = home(region.administrator)
    for care in found:
        assert f'<a href="{care.url}"><b>{care.count}</b>' in page
        assert client.get(care.url).status_code == 200
    listed = client.get(f"{reverse('people')}?show=never").context["page"].total.count
    assert listed == counts(region)[f"{reverse('people')}?show=never"] > 0


def test_letters_of_another_region_are_not_counted(region):
    elsewhere = make.ministry(name="Другое министерство")
    outlander = make.member(elsewhere, "executor", "elsewhere")
    lost(outlander, DeliveryState.PERMANENT)
    assert f"{reverse('mail')}?state=permanent" not in counts(region)
    assert Message.objects.count() == 1


@pytest.mark.parametrize("part", ["executor", "director", "coordinator", "inspector", "head"])
def test_nobody_else_has_it(region, part):
    assert "Требует внимания" not in home(region.people[part])


def test_who_stands_in_sees_for_whom_and_until_when(region):
    today = region.executor.today(NOW)
    Substitution.objects.create(
        absent=region.director,
        substitute=region.executor,
        starts_on=today,
        ends_on=today + timedelta(days=3),
        reason="Отпуск",
        entered_at=NOW,
    )
    page = home(region.executor)
    assert "Я замещаю" in page and str(region.director) in page
    assert f"по {today + timedelta(days=3):%d.%m.%Y}" in page
    assert "Я замещаю" not in home(region.inspector)


@pytest.mark.parametrize(("part", "is_shown"), [("coordinator", True), ("director", False)])
def test_a_persons_page_leads_to_their_rights_only_who_may_look_them_up(region, part, is_shown):
    client = Client()
    client.force_login(region.people[part])
    page = client.get(reverse("person", args=[region.executor.pk])).content.decode()
    address = f"{reverse('rights')}?person={region.executor.pk}"
    assert (address in page) is is_shown
    if is_shown:
        assert client.get(address).status_code == 200
