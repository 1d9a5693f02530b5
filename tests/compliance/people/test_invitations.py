"""One-time invitations: sent by a real mail server, valid once, written nowhere."""

from __future__ import annotations

import logging
import re
import socket
from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import AuditEvent, Invitation, User
from compliance.services.people import accounts
from compliance.services.people.invitation_letters import LEASE, send_invitations
from compliance.services.people.invitations import (
    accept_invitation,
    digest_of,
    invite,
    invite_many,
    usable_invitation,
)
from project.log_lines import HideLinks
from tests.building import factories as make
from tests.notifications.conftest import counter, post_office
from tests.notifications.post_office import PostOffice

pytestmark = pytest.mark.django_db
__all__ = ["counter", "post_office"]  # the mail server of the letters' own tests

PASSWORD = "длинный-и-редкий-пароль"


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def link_in(office: PostOffice) -> str:
    """The path of the link in the last letter; the same in its text and in its HTML."""
    letter = office.letters[-1]
    found = {
        re.search(r"https?://[^/]+(/invitation/\?key=[\w-]+)", part.get_content())[1]
        for part in letter.walk()
        if part.get_content_maintype() == "text"
    }
    assert len(found) == 1
    return found.pop()


def invited(office: PostOffice, region: make.Region) -> str:
    invite(region.executor.pk, act=make.act(region.administrator))
    assert send_invitations(timezone.now())["accepted"] == 1
    return link_in(office)


def accept(client: Client, link: str, password: str = PASSWORD):
    client.get(link)
    data = {"new_password1": password, "new_password2": password}
    return client.post(reverse("invitation"), data)


def test_the_link_lets_its_person_in_once(post_office):
    region = make.region()
    link = invited(post_office, region)
    client = Client()
    page = client.get(link, follow=True)
    assert "key=" not in page.request["QUERY_STRING"], "the secret leaves the address at once"
    assert "Ольга Исполнителева" in page.content.decode()
    assert accept(client, link)["Location"] == reverse("home")
    assert client.get(reverse("home")).context["user"] == region.executor
    assert AuditEvent.objects.get(action="person.join").actor == region.executor
    again = Client().get(link, follow=True)
    assert "Ссылка больше не действует" in again.content.decode()
    User.objects.filter(pk=region.executor.pk).update(last_login=None)
    again = Client().get(link, follow=True)
    assert "Ссылка больше не действует" in again.content.decode(), "used up by itself"
    User.objects.filter(pk=region.executor.pk).update(last_login=timezone.now())
    with pytest.raises(Refusal, match="'already_signed_in'"):
        invite(region.executor.pk, act=make.act(region.administrator))


def test_the_secret_is_written_nowhere(post_office, caplog):
    region = make.region()
    link = invited(post_office, region)
    Client().get(link, follow=True)
    token = link.partition("key=")[2]
    assert Invitation.objects.get().digest == digest_of(token)
    assert token not in caplog.text
    for model in apps.get_models():
        assert token not in str(list(model.objects.values())), model


def test_every_dead_link_gets_one_same_answer(post_office):
    region = make.region()
    old = invited(post_office, region)
    new = invited(post_office, region)
    assert old != new
    unknown = f"{reverse('invitation')}?key=unknown"
    pages = {Client().get(link, follow=True).content for link in (old, unknown)}
    Invitation.objects.update(valid_until=timezone.now() - timedelta(seconds=1))
    pages.add(Client().get(new, follow=True).content)
    pages.add(Client().get(reverse("invitation") + "?key=%00", follow=True).content)
    assert len({re.sub(rb'csrf\w*" value="\w+"', b"", page) for page in pages}) == 1


@pytest.mark.parametrize("end", ["deactivated", "moved", "renewed"])
def test_a_link_dies_with_what_it_was_for(post_office, end):
    region = make.region()
    link = invited(post_office, region)
    client = Client()
    client.get(link)
    act = make.act(region.administrator)
    if end == "deactivated":
        accounts.deactivate_person(region.executor.pk, "уволен", act=act)
    elif end == "moved":
        accounts.change_address(region.executor.pk, "new@example.org", act=act)
    else:
        invite(region.executor.pk, act=act)
    answer = accept(client, link)
    assert "Ссылка больше не действует" in answer.content.decode()
    assert not User.objects.get(pk=region.executor.pk).check_password(PASSWORD)


@pytest.mark.parametrize("password", ["короткий", "1234567890", "password123"])
def test_a_weak_password_is_refused_in_russian_and_the_link_lives_on(post_office, password):
    region = make.region()
    link = invited(post_office, region)
    client = Client()
    answer = accept(client, link, password)
    assert answer.status_code == 422
    assert re.search("корот|распростран|цифр", answer.content.decode())
    assert accept(client, link).status_code == 302


def test_while_mail_is_down_nothing_is_lost(post_office, settings):
    region = make.region()
    invite(region.executor.pk, act=make.act(region.administrator))
    open_port, settings.EMAIL_PORT = settings.EMAIL_PORT, closed_port()
    now = timezone.now()
    assert send_invitations(now)["temporary"] == 1
    waiting = Invitation.objects.get()
    assert waiting.digest == "" and waiting.tries == 0
    assert send_invitations(now)["accepted"] == 0, "not at once again"
    settings.EMAIL_PORT = open_port
    assert send_invitations(waiting.next_try_at)["accepted"] == 1
    assert len(post_office.letters) == 1


def test_a_refused_address_is_told_and_an_interrupted_letter_is_of_unknown_fate(post_office):
    region = make.region()
    post_office.refusals = {region.executor.email: "550 nobody here"}
    invite(region.executor.pk, act=make.act(region.administrator))
    assert send_invitations(timezone.now())["permanent"] == 1
    post_office.refusals = {}
    post_office.hangs_up = True
    invite(region.executor.pk, act=make.act(region.administrator))
    assert send_invitations(timezone.now())["unknown"] == 1
    assert send_invitations(timezone.now() + timedelta(days=1)) == {
        "accepted": 0, "temporary": 0, "permanent": 0, "unknown": 0, "skipped": 0,
    }  # fmt: skip
    link = link_in(post_office)
    assert accept(Client(), link).status_code == 302, "it had arrived after all"


def test_a_sender_that_died_before_it_began_is_followed_by_the_next(post_office):
    region = make.region()
    invite(region.executor.pk, act=make.act(region.administrator))
    now = timezone.now()
    Invitation.objects.update(state="claimed", claim=uuid4(), lease_until=now + LEASE)
    assert send_invitations(now)["accepted"] == 0
    assert send_invitations(now + LEASE + timedelta(seconds=1))["accepted"] == 1


def test_many_are_invited_at_once_and_those_who_are_not_ones_own_are_left_out(post_office):
    region = make.region()
    client = Client()
    client.force_login(region.administrator)
    url = reverse("people-invite") + "?show=never"
    page = client.post(url, {"all": "1"}, follow=True)
    assert "8 приглашен" in page.content.decode()
    assert Invitation.objects.count() == 8, "the administrator has signed in"
    assert send_invitations(timezone.now())["accepted"] == 8
    event = AuditEvent.objects.get(action="person.invite_many")
    assert len(event.after["people"]) == 8
    everybody = User.objects.filter(pk=region.coordinator.pk)
    came = invite_many(everybody, act=make.act(region.director))
    assert (came.count, came.left_out) == (0, [(region.coordinator.pk, "not_your_people")])
    with pytest.raises(Forbidden):
        invite(region.coordinator.pk, act=make.act(region.director))


def test_a_server_that_logs_addresses_logs_no_secret():
    line = logging.LogRecord(
        "django.server",
        logging.INFO,
        "",
        0,
        '"%s" %s',
        ("GET /invitation/?key=abc-DEF_1", 302),
        None,
    )
    assert HideLinks().filter(line)
    assert line.getMessage() == '"GET /invitation/?key=…" 302'


def test_each_link_is_its_own_persons(post_office):
    region = make.region()
    for person in (region.director, region.executor):
        invite(person.pk, act=make.act(region.administrator))
        assert send_invitations(timezone.now())["accepted"] == 1
    link = link_in(post_office)
    digest = digest_of(link.partition("key=")[2])
    act = make.act(None)
    assert usable_invitation(digest, act).user == region.executor
    assert usable_invitation("", act) is None
    assert accept_invitation(digest, PASSWORD, act=act) == region.executor
    assert User.objects.get(pk=region.executor.pk).check_password(PASSWORD)
    assert not User.objects.get(pk=region.director.pk).check_password(PASSWORD)
    used = Invitation.objects.filter(used_at__isnull=False)
    assert [(row.user, row.used_at) for row in used] == [(region.executor, act.at)]
    for given in (digest, ""):
        with pytest.raises(Conflict, match="'invitation_over'"):
            accept_invitation(given, PASSWORD, act=act)
