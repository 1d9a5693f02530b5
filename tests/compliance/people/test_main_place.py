"""A person of several places: whose clock decides when letters leave and which day is today."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from compliance.domain.refusals import Refusal
from compliance.models import AuditEvent, Membership, Organisation, User
from compliance.services.people.main_place import choose_main_place, own_places
from notifications.models import Message
from tests.building import factories
from tests.notifications import factories as make
from workflows.services.notices.reminders import plan_reminders

pytestmark = pytest.mark.django_db
MOSCOW, MAGADAN = "Europe/Moscow", "Asia/Magadan"
EVENING_UTC = datetime(2026, 3, 16, 15, tzinfo=UTC)  # 18:00 in Moscow, 2:00 of the 17th in Magadan


@pytest.fixture
def places() -> list[Organisation]:
    """Of the Moscow time zone, then of Magadan's, which is first by the alphabet."""
    ministry = make.ministry(time_zone=MOSCOW)
    return [
        make.institution(ministry, "Центр", time_zone=MOSCOW),
        make.institution(ministry, "Приют", time_zone=MAGADAN),
    ]


@pytest.fixture
def olga(places: list[Organisation]) -> User:
    """Executor in the first place, and later in the second as well."""
    person = make.person("olga", "executor", places[0])
    Membership.objects.create(user=person, organisation=places[1], role="executor")
    return person


def leaves_at(person: User, place: Organisation) -> str:
    """When the letter about a date that is due today in the place may leave, in Moscow's time."""
    make.due(make.assignment(make.plan(place), person), date(2026, 3, 16))
    plan_reminders(make.moment(hour=0, minute=10))
    letter = Message.objects.get(addressee=person)
    return f"{letter.next_try_at.astimezone(make.MOSCOW):%d.%m %H:%M} {letter.time_zone}"


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def test_it_is_the_place_of_the_oldest_role_and_not_the_first_by_the_alphabet(places, olga):
    assert leaves_at(olga, places[1]) == "16.03 08:00 Europe/Moscow"
    assert olga.today(EVENING_UTC) == date(2026, 3, 16)


def test_it_is_the_place_that_the_person_has_named(places, olga):
    assert choose_main_place(places[1], act=factories.act(olga))
    assert fresh(olga).today(EVENING_UTC) == date(2026, 3, 17)
    # Ten past midnight in Moscow is ten past eight in Magadan, where letters leave from eight.
    assert leaves_at(olga, places[1]) == "16.03 00:10 Asia/Magadan"


@pytest.mark.parametrize("named", [None, "Приют"])
@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_no_letter_leaves_at_night_where_the_person_mainly_works(places, olga, named, hour):
    if named:
        choose_main_place(places[1], act=factories.act(olga))
    make.due(make.assignment(make.plan(places[0]), olga), date(2026, 3, 16))
    plan_reminders(make.moment(hour=hour))
    for letter in Message.objects.filter(addressee=olga):
        zone = fresh(olga).home().organisation.time_zone
        assert letter.time_zone == zone
        first, last = settings.SENDING_HOURS
        assert first <= letter.next_try_at.astimezone(make.ZoneInfo(zone)).hour < last


def test_a_place_that_the_person_has_left_counts_no_more(places, olga):
    choose_main_place(places[1], act=factories.act(olga))
    Membership.objects.filter(organisation=places[1]).update(
        ends_on=date.today() - timedelta(days=2)
    )
    assert fresh(olga).home().organisation == places[0]
    with pytest.raises(Refusal, match="not_your_place"):
        choose_main_place(places[1], act=factories.act(olga))


def test_naming_it_twice_is_one_event(places, olga):
    assert choose_main_place(places[1], act=factories.act(olga))
    assert not choose_main_place(places[1], act=factories.act(olga))
    event = AuditEvent.objects.get(action="person.main_place")
    assert (event.actor, event.organisation, event.subject_id) == (olga, places[1], olga.pk)
    assert event.after == {"place": "Приют"}


def test_the_page_offers_the_own_places_and_the_menu_leads_there(places, olga):
    client = Client()
    client.force_login(olga)
    address = reverse("main-place")
    assert f'href="{address}"' in client.get("/").content.decode()
    page = client.get(address)
    assert [str(one) for one in page.context["form"].fields["place"].queryset] == [
        "Приют", "Центр",
    ]  # fmt: skip
    assert page.context["form"].initial == {"place": places[0].pk}
    answer = client.post(address, {"place": places[1].pk}, follow=True)
    assert "Ваше основное место работы: Приют." in answer.content.decode()
    assert fresh(olga).main_organisation == places[1]


def test_what_is_not_their_place_is_refused_and_changes_nothing(places, olga):
    foreign = make.institution(make.ministry("Другое"), "Чужой центр")
    client = Client()
    client.force_login(olga)
    assert client.post(reverse("main-place"), {"place": foreign.pk}).status_code == 422
    assert client.post(reverse("main-place"), {}).status_code == 422
    assert fresh(olga).main_organisation is None


def test_of_one_place_there_is_nothing_to_choose(places):
    petr = make.person("petr", "executor", places[0])
    assert own_places(petr) == [places[0]]
    client = Client()
    client.force_login(petr)
    assert reverse("main-place") not in client.get("/").content.decode()
    page = client.get(reverse("main-place")).content.decode()
    assert "Вы работаете в одном месте: Центр." in page and "<button" not in page.split("<main")[1]
