"""Letters that carry a secret, refused at once: they count like every other letter."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.models import Invitation, User
from compliance.services.acts import Act
from compliance.services.people.invitation_letters import send_invitations
from compliance.services.people.invitations import invite
from compliance.services.people.suspensions import tell_suspensions
from notifications.models import AddressSuspension
from project.login import letters
from tests.building import factories as make
from tests.notifications.post_office import PostOffice

GONE = "550 5.1.1 no such mailbox"


@pytest.fixture
def region(db: None) -> make.Region:
    return make.region()


def refused_invitation(region: make.Region, post_office: PostOffice, answer: str = GONE) -> str:
    """The state of an invitation whose letter gets this answer."""
    post_office.refusals = {region.executor.email: answer} if answer else {}
    invite(region.executor.pk, act=make.act(region.administrator))
    send_invitations(timezone.now())
    post_office.refusals = {}
    return Invitation.objects.latest("pk").state


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([GONE], 0),
        ([GONE, GONE], 1),
        ([GONE, "", GONE], 0),
        ([GONE, "451 4.2.1 later", GONE], 1),
        (["550 5.7.1 your server is on a list"] * 3, 0),
    ],
)
def test_two_refused_invitations_in_a_row_suspend_the_address(
    region: make.Region, post_office: PostOffice, answers: list[str], expected: int
) -> None:
    for answer in answers:
        refused_invitation(region, post_office, answer)
    assert AddressSuspension.objects.count() == expected
    if expected:
        row = AddressSuspension.objects.get()
        assert (row.cause, row.person, row.letter) == ("refused", region.executor, None)
        assert "no such mailbox" in row.words
        assert tell_suspensions(Act.of_system()) == 1


def test_where_the_provider_reports_refused_invitations_suspend_nothing(
    region: make.Region, post_office: PostOffice, settings: Any
) -> None:
    settings.MAIL_REPORTS = True
    for _time in range(3):
        assert refused_invitation(region, post_office) == "permanent"
    assert not AddressSuspension.objects.exists()


def ask_for_a_password(person: User) -> None:
    """Ask for one and wait until the letter has left, which it does beside the request."""
    page = reverse("account_reset_password")
    assert Client().post(page, {"email": person.email}).status_code == 302
    letters.submit(lambda: None).result()


@pytest.fixture
def committed_region(transactional_db: None) -> make.Region:
    """A region that the thread of letters sees, too."""
    return make.region()


def test_two_refused_password_letters_suspend_the_address(
    committed_region: make.Region, post_office: PostOffice
) -> None:
    person = committed_region.director
    post_office.refusals[person.email] = GONE
    ask_for_a_password(person)
    assert not AddressSuspension.objects.exists()
    ask_for_a_password(person)
    row = AddressSuspension.objects.get()
    assert (row.address, row.cause, row.person) == (person.email, "refused", person)


def test_a_password_letter_that_was_taken_in_between_breaks_the_row(
    committed_region: make.Region, post_office: PostOffice
) -> None:
    person = committed_region.director
    for answer in (GONE, None, GONE):
        post_office.refusals = {person.email: answer} if answer else {}
        ask_for_a_password(person)
    assert not AddressSuspension.objects.exists()
    assert len(post_office.letters) == 1


def test_a_refused_invitation_and_a_refused_password_letter_are_two(
    committed_region: make.Region, post_office: PostOffice
) -> None:
    person = committed_region.executor
    refused_invitation(committed_region, post_office)
    post_office.refusals[person.email] = GONE
    ask_for_a_password(person)
    assert AddressSuspension.objects.get().person == person
