"""Letters that carry a secret: what came back suspends the address, and then none leaves."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.models import AuditEvent, Invitation, User
from compliance.services.acts import Act
from compliance.services.people.invitation_letters import send_invitations
from compliance.services.people.invitations import invite
from compliance.services.people.logins import SOON, enter_notes
from compliance.services.people.suspensions import tell_suspensions
from notifications.models import AddressSuspension, SecretLetter
from project.login import letters
from tests.building import factories as make
from tests.notifications.post_office import PostOffice
from tests.notifications.test_reports import _reported as _reported
from tests.notifications.test_reports import bounce, event, report


@pytest.fixture
def region(db: None) -> make.Region:
    return make.region()


@pytest.fixture
def left(region: make.Region, post_office: PostOffice, _reported: None) -> SecretLetter:
    """The letter of an invitation that the provider took; `claim` as its reports name it."""
    invite(region.executor.pk, act=make.act(region.administrator))
    assert send_invitations(timezone.now())["accepted"] == 1
    letter = SecretLetter.objects.get()
    letter.claim = letter.token  # type: ignore[attr-defined]
    return letter


def test_an_invitation_that_came_back_suspends_the_address_and_is_not_delivered(
    client: Client, region: make.Region, left: SecretLetter
) -> None:
    assert report(client, bounce(left)) == 200
    row = AddressSuspension.objects.get()
    assert (row.address, row.cause, row.person, row.letter) == (
        region.executor.email, "returned", region.executor, None,
    )  # fmt: skip
    assert "no such user" in row.words
    send_invitations(timezone.now())
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.digest) == ("permanent", "")
    assert "no such user" in invitation.error
    assert tell_suspensions(Act.of_system()) == 1


def test_a_report_twice_or_of_another_address_changes_nothing_more(
    client: Client, left: SecretLetter
) -> None:
    assert report(client, bounce(left, recipient="somebody@example.org")) == 200
    assert not AddressSuspension.objects.exists()
    assert report(client, bounce(left)) == 200
    assert not AddressSuspension.objects.exists()  # its field of the try is filled in once


def test_delivered_and_full_mailboxes_suspend_nothing(client: Client, left: SecretLetter) -> None:
    assert report(client, event(left, "delivered")) == 200
    policy = {"code": 550, "message": "5.7.1 your server is on a list", "description": ""}
    assert report(client, bounce(left, **{"delivery-status": policy})) == 200
    assert not AddressSuspension.objects.exists()
    send_invitations(timezone.now())
    assert Invitation.objects.get().state == "permanent"


def test_whoever_complains_has_the_invitation(client: Client, left: SecretLetter) -> None:
    assert report(client, event(left, "complained")) == 200
    assert AddressSuspension.objects.get().cause == "complained"
    send_invitations(timezone.now())
    assert Invitation.objects.get().state == "accepted"


def test_by_the_providers_own_number_it_is_found_too(client: Client, left: SecretLetter) -> None:
    SecretLetter.objects.update(provider_id="<7@example.org>")
    body = bounce(left, **{"user-variables": {}})
    body["event-data"]["message"] = {"headers": {"message-id": "7@example.org"}}
    assert report(client, body) == 200
    assert AddressSuspension.objects.count() == 1


def test_to_a_suspended_address_no_invitation_leaves(
    client: Client, region: make.Region, left: SecretLetter, post_office: PostOffice
) -> None:
    report(client, bounce(left))
    sent = len(post_office.letters)
    invite(region.executor.pk, act=make.act(region.administrator))
    assert send_invitations(timezone.now())["skipped"] == 1
    assert len(post_office.letters) == sent


# --- Passwords ------------------------------------------------------------------------------------


def asked(client: Client, address: str) -> tuple[int, str]:
    """What the page answers to whoever wants a new password."""
    answer = client.post(reverse("account_reset_password"), {"email": address}, follow=True)
    letters.submit(lambda: None).result()  # a letter leaves beside the request
    without_keys = re.sub(r"[\w-]{64}", "", answer.content.decode())
    return answer.status_code, without_keys


def suspended(person: User) -> None:
    AddressSuspension.objects.create(
        address=person.email, person=person, cause="returned", began_at=timezone.now()
    )


def test_a_password_letter_to_a_suspended_address_is_kept_back_and_nobody_sees_it(
    client: Client, region: make.Region
) -> None:
    expected = asked(Client(), region.director.email)
    assert [one.to for one in mail.outbox] == [[region.director.email]]
    suspended(region.director)
    assert asked(Client(), region.director.email) == expected
    assert len(mail.outbox) == 1


def test_it_is_on_record_once_an_hour_and_by_nobody(client: Client, region: make.Region) -> None:
    suspended(region.director)
    for _time in range(3):
        asked(Client(), region.director.email)
    assert enter_notes(Act.of_system(timezone.now() + SOON)) == 1
    found: Any = AuditEvent.objects.get(action="person.letter_kept_back")
    assert (found.actor, found.subject_id, found.organisation) == (
        None, region.director.pk, region.own,
    )  # fmt: skip
    assert found.after["attempts"] == 3


def test_lifted_the_person_gets_the_letter_again(client: Client, region: make.Region) -> None:
    suspended(region.director)
    asked(Client(), region.director.email)
    AddressSuspension.objects.update(lifted_at=timezone.now(), lifted_by=region.administrator)
    asked(Client(), region.director.email)
    assert [one.to for one in mail.outbox] == [[region.director.email]]


def test_a_password_letter_that_came_back_suspends_the_address(
    client: Client, region: make.Region, _reported: None
) -> None:
    asked(Client(), region.director.email)
    tried = SecretLetter.objects.get()
    assert mail.outbox[0].metadata == {"vekha_try": str(tried.token)}  # type: ignore[attr-defined]
    tried.claim = tried.token  # type: ignore[attr-defined]
    assert report(client, bounce(tried)) == 200
    row = AddressSuspension.objects.get()
    assert (row.address, row.cause, row.person) == (
        region.director.email, "returned", region.director,
    )  # fmt: skip
