"""An address that letters do not reach rests until somebody has looked at it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from compliance.models import AuditEvent, User
from compliance.services.acts import Act
from compliance.services.people.suspensions import tell_suspensions
from notifications.models import AddressSuspension, Message, Reminder
from notifications.services.delivery import deliver_messages
from tests.notifications import factories as make
from tests.notifications.conftest import House
from tests.notifications.post_office import PostOffice
from workflows.services.notices.reminders import plan_reminders

NOW = make.moment()
GONE = "550 5.1.1 no such mailbox"


@pytest.fixture(autouse=True)
def _not_the_demo(settings: Any) -> None:
    settings.DEMO = False


@pytest.fixture
def administrator(house: House) -> User:
    return make.person("admin", "administrator", house.ministry)


def another_letter(house: House, day: int) -> str:
    """The state of the executor's letter of that day: something new is due."""
    at = make.moment(make.working_day(day))
    make.due(make.assignment(house.plan, house.executor, f"Дело {day}"), at.date())
    plan_reminders(at)
    deliver_messages(at)
    return Message.objects.filter(addressee=house.executor).order_by("-pk")[0].state


@pytest.fixture
def suspended(house: House, post_office: PostOffice) -> AddressSuspension:
    post_office.refusals["olga@example.org"] = GONE
    assert another_letter(house, 0) == another_letter(house, 1) == "permanent"
    return AddressSuspension.objects.get()


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([GONE], 0),
        ([GONE, GONE], 1),
        ([GONE, "250", GONE], 0),
        ([GONE, "451 later", GONE], 1),
        (["550 5.7.1 your server is on a list"] * 3, 0),
        (["552 mailbox full"] * 3, 0),
    ],
)
def test_two_refusals_in_a_row_of_the_address_itself_suspend_it(
    house: House, post_office: PostOffice, answers: list[str], expected: int
) -> None:
    for day, answer in enumerate(answers):
        post_office.refusals = {"olga@example.org": answer} if answer != "250" else {}
        another_letter(house, day * 3)
    assert AddressSuspension.objects.count() == expected


def test_where_the_provider_reports_its_report_decides(
    house: House, post_office: PostOffice, settings: Any
) -> None:
    settings.MAIL_REPORTS = True
    post_office.refusals["olga@example.org"] = GONE
    for day in range(3):
        another_letter(house, day)
    assert not AddressSuspension.objects.exists()


def test_letters_to_it_are_skipped_and_their_words_stand_on_the_persons_home(
    house: House, post_office: PostOffice, suspended: AddressSuspension, client: Client
) -> None:
    post_office.refusals = {}
    assert another_letter(house, 2) == "skipped"
    letter = Message.objects.filter(addressee=house.executor).order_by("-pk")[0]
    assert letter.reason == "address_suspended"
    ends = Reminder.objects.filter(message=letter).values_list("state", "reason")
    assert set(ends) == {("skipped", "address_suspended")}
    assert "olga@example.org" not in post_office.addressees()

    Message.objects.filter(pk=letter.pk).update(day=Act.of_system().local_day())
    client.force_login(house.executor)
    page = client.get(reverse("home")).content.decode()
    assert "Дело 2" in page and 'id="undelivered"' in page
    client.force_login(house.director)
    assert 'id="undelivered"' not in client.get(reverse("home")).content.decode()


def test_the_director_hears_of_it_once_by_the_next_letter(
    house: House, post_office: PostOffice, suspended: AddressSuspension
) -> None:
    at = NOW + timedelta(days=2)
    assert tell_suspensions(Act.of_system(at)) == 1
    assert tell_suspensions(Act.of_system(at)) == 0
    event = AuditEvent.objects.get(action="address.suspend")
    assert (event.organisation, event.subject_id) == (house.institution, house.executor.pk)
    assert event.after == {"address": "ol…@example.org"}

    plan_reminders(at)
    deliver_messages(at)
    letter = [one for one in post_office.letters if one["To"] == "denis@example.org"][-1]
    text = letter.get_body(("plain",)).get_content()
    assert "olga@example.org" in text and reverse("person", args=[house.executor.pk]) in text


def test_of_the_directors_own_address_the_administrator_hears(
    house: House, administrator: User
) -> None:
    letter = make.letter(house.director, NOW)
    AddressSuspension.objects.create(
        address="denis@example.org", person=house.director, letter=letter, cause="returned",
        began_at=NOW,
    )  # fmt: skip
    tell_suspensions(Act.of_system(NOW))
    told = Reminder.objects.get(subject_kind="address.suspend")
    assert told.addressee == administrator


def test_an_administrator_sees_it_and_lets_letters_leave_again(
    house: House, post_office: PostOffice, suspended: AddressSuspension, administrator: User,
    client: Client,
) -> None:  # fmt: skip
    client.force_login(administrator)
    home = client.get(reverse("home")).content.decode()
    assert f'href="{reverse("addresses")}"' in home
    assert reverse("addresses") in client.get(reverse("people")).content.decode()
    page = client.get(reverse("addresses")).content.decode()
    assert house.executor.full_name in page and "no such mailbox" in page

    post_office.refusals = {}
    lift = reverse("address-lift", args=[suspended.pk])
    assert client.post(lift).status_code == 302
    assert client.post(lift).status_code == 404
    assert AuditEvent.objects.get(action="address.lift").actor == administrator
    assert another_letter(house, 3) == "accepted"


def test_after_it_is_lifted_it_takes_two_refusals_again(
    house: House, post_office: PostOffice, suspended: AddressSuspension
) -> None:
    AddressSuspension.objects.update(lifted_at=make.moment(make.working_day(2)))
    assert another_letter(house, 3) == "permanent"
    assert not AddressSuspension.objects.standing().exists()
    assert another_letter(house, 4) == "permanent"
    assert AddressSuspension.objects.standing().exists()


def test_another_address_of_the_person_is_free(
    house: House, post_office: PostOffice, suspended: AddressSuspension, administrator: User,
    client: Client,
) -> None:  # fmt: skip
    User.objects.filter(pk=house.executor.pk).update(email="olga@new.example.org")
    assert another_letter(house, 2) == "accepted"
    client.force_login(administrator)
    assert "olga@" not in client.get(reverse("addresses")).content.decode().split("<main")[1]


def test_who_administers_elsewhere_sees_nothing_of_it(
    house: House, suspended: AddressSuspension, client: Client
) -> None:
    other = make.ministry("Другое министерство")
    client.force_login(make.person("foreign", "administrator", other))
    assert "olga@" not in client.get(reverse("addresses")).content.decode()
    assert client.post(reverse("address-lift", args=[suspended.pk])).status_code == 404
