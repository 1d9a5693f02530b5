"""Logins on record: what is kept, that outsiders cannot flood a chain, that nobody waits for it."""

from __future__ import annotations

import re
import threading
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.models import AccountNote, AuditEvent, AuditHead, Organisation, User
from compliance.services.acts import Act
from compliance.services.audit.trail import broken_chains
from compliance.services.people import invitations, logins
from compliance.wording.event_names import LOGINS
from project.login import letters
from tests.building import factories as make
from tests.test_login import LOGIN, RESET, confirm, signed_in, with_factor

WORD = "совсем-новое-слово-31"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def region() -> make.Region:
    region = make.region()
    for place in Organisation.objects.all():
        AuditHead.objects.create(organisation=place)  # something has happened there before
    return region


def events() -> list[tuple[str, str, str]]:
    """(action, who, organisation) of everything about logins, in its order."""
    rows = AuditEvent.objects.filter(action__in=LOGINS).order_by("id").with_names()
    return [
        (one.action, one.actor.username if one.actor else "", one.organisation.name) for one in rows
    ]


def fail(name: str, times: int = 1, **extra) -> None:
    for _time in range(times):
        Client().post(LOGIN, {"login": name, "password": "не то слово"}, **extra)


def sweep(later: timedelta = timedelta(minutes=6)) -> int:
    return logins.enter_notes(Act.of_system(timezone.now() + later))


# --- What is kept ---------------------------------------------------------------------------------


def test_a_login_stands_in_the_chain_of_the_persons_organisation_with_its_address(region):
    Client(REMOTE_ADDR="198.51.100.7").post(LOGIN, {"login": "executor", "password": make.PASSWORD})
    event = AuditEvent.objects.get(action="person.login")
    assert (event.actor, event.subject_id) == (region.executor, region.executor.pk)
    assert (event.organisation, event.address) == (region.own, "198.51.100.7")
    assert (event.before, event.after) == ({}, {})
    assert list(broken_chains()) == []


def test_who_has_no_place_is_on_record_at_the_top(region):
    signed_in(region.stranger)
    assert events() == [("person.login", "stranger", region.ministry.name)]


def test_before_there_is_an_organisation_the_login_waits_for_one():
    root = make.user("root", is_superuser=True)
    assert signed_in(root).get("/").status_code == 200
    assert sweep() == 0 and AccountNote.objects.count() == 1
    make.ministry()
    assert sweep() == 1 and not AccountNote.objects.exists()
    assert events() == [("person.login", "root", Organisation.objects.get().name)]


def test_failures_become_one_event_with_their_number_and_never_what_was_typed(region):
    fail("executor", 2, REMOTE_ADDR="198.51.100.7")
    fail("executor@example.org", 1, REMOTE_ADDR="198.51.100.8")
    assert events() == [], "not before it is known how many there are"
    assert sweep(timedelta(minutes=1)) == 0
    assert sweep() == 1
    event = AuditEvent.objects.get(action="person.login_failed")
    assert event.actor is None and event.subject_id == region.executor.pk
    assert event.after["attempts"] == 3 and event.address == "198.51.100.8"
    assert event.after["addresses"] == ["198.51.100.7", "198.51.100.8"]
    assert "не то слово" not in str(vars(event)) and "example.org" not in str(vars(event))
    assert sweep() == 0, "each is told once"


def test_a_name_that_nobody_has_costs_the_same_and_leaves_nothing(
    region, django_assert_num_queries
):
    def statements(name: str) -> list[str]:
        from django.test.utils import CaptureQueriesContext

        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            fail(name)
        return [re.sub(r"\d+|'[^']*'", "?", one["sql"])[:60] for one in asked]

    assert statements("executor") == statements("nobody-at-all")
    sweep()
    assert AccountNote.objects.count() == 0
    assert [action for action, _who, _where in events()] == ["person.login_failed"]


def test_the_closed_door_is_on_record_once(region):
    fail("executor", 9)
    sweep()
    assert [action for action, _who, _where in events()] == [
        "person.login_failed",
        "person.locked_out",
    ]
    failed, locked = AuditEvent.objects.filter(action__in=LOGINS).order_by("id")
    assert (failed.after["attempts"], locked.after["attempts"]) == (5, 1)


def test_whoever_guesses_for_a_day_leaves_two_events_an_hour(region):
    """288 windows of five minutes with five guesses each, from as many addresses as they like."""
    begin = timezone.now() - timedelta(days=1)
    for window in range(288):
        at = begin + timedelta(minutes=5 * window)
        act = Act(user=None, at=at, address="198.51.100.7")
        for _guess in range(5):
            logins.note(region.executor, logins.FAILED, act=act)
        logins.note(region.executor, logins.LOCKED, act=act)
        logins.enter_notes(Act.of_system(at))
    found = AuditEvent.objects.filter(action__in=LOGINS)
    assert 40 <= found.count() <= 2 * 25
    told = sum(one.after["attempts"] for one in found.filter(action=logins.FAILED))
    waiting = AccountNote.objects.filter(action=logins.FAILED).count()
    assert told + waiting == 288 * 5, "each guess is counted"
    assert list(broken_chains()) == []


def test_passwords_changed_and_reset_are_on_record(region):
    client = signed_in(region.executor)
    given = {"oldpassword": make.PASSWORD, "password1": WORD, "password2": WORD}
    assert client.post("/accounts/password/change/", given).status_code == 302
    Client().post(RESET, {"email": "director@example.org"})
    letters.submit(int).result()
    link = re.search(r"http://[^/]+(/\S+)", mail.outbox[-1].body)[1]
    guest = Client()
    page = guest.get(link, follow=True).request["PATH_INFO"]
    assert guest.post(page, {"password1": WORD, "password2": WORD}).status_code == 302
    assert User.objects.get(username="director").check_password(WORD)
    own = region.own.name
    assert events() == [
        ("person.login", "executor", own),
        ("person.password_changed", "executor", own),
        ("person.password_reset", "director", own),
    ]
    assert WORD not in str(list(AuditEvent.objects.values()))


def test_a_wrong_old_password_is_a_failure_too(region):
    client = signed_in(region.executor)
    client.post(reverse("account_reauthenticate") + "?next=/", {"password": "не то слово"})
    sweep()
    assert events()[-1][0] == "person.login_failed"


def test_codes_switched_on_used_made_anew_and_switched_off_are_on_record(region):
    client, secret = with_factor(region.executor)
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    codes = re.findall(r"<li><code>(\d+)</code>", page)
    again = signed_in(region.executor)
    again.post(reverse("mfa_authenticate"), {"code": "000000"})
    again.post(reverse("mfa_authenticate"), {"code": codes[0]})
    confirm(client)
    client.post(reverse("mfa_generate_recovery_codes"))
    client.post(reverse("mfa_deactivate_totp"))
    sweep()
    assert [action for action, who, _where in events()] == [
        "person.login",
        "person.code_added",
        "person.recovery_codes",
        "person.recovery_used",
        "person.login",
        "person.recovery_codes",
        "person.code_off",
        "person.login_failed",
    ]
    assert {who for _action, who, _where in events()} == {"executor", ""}
    kept = str(list(AuditEvent.objects.values()))
    assert secret not in kept and not any(code in kept for code in codes)


def test_a_right_password_without_its_code_is_no_login(region):
    with_factor(region.executor)
    AuditEvent.objects.all()._raw_delete("default")
    AuditHead.objects.update(count=0, hash="")
    signed_in(region.executor)
    assert events() == []


def test_a_code_and_its_event_come_or_go_together(region, monkeypatch):
    client, _secret = with_factor(region.executor)

    def broken(*args, **given):
        raise RuntimeError("no disk")

    monkeypatch.setattr(logins, "record_and_tell", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=region.executor, type="totp").exists()


def test_an_accepted_invitation_is_on_record_and_then_the_login(region):
    made = invitations.invite(region.executor.pk, act=make.act(region.administrator))
    type(made).objects.filter(pk=made.pk).update(
        digest=invitations.digest_of("link"),
        address=region.executor.email,
        valid_until=timezone.now() + timedelta(days=7),
    )
    guest = Client()
    guest.get(reverse("invitation") + "?key=link")
    guest.post(reverse("invitation"), {"new_password1": WORD, "new_password2": WORD})
    assert [action for action, _who, _where in events()] == ["person.join", "person.login"]


# --- Where it is seen -----------------------------------------------------------------------------


def test_administrators_read_logins_on_the_persons_page_and_others_do_not(region):
    signed_in(region.executor)
    fail("executor")
    sweep()
    url = reverse("person", args=[region.executor.pk])
    browser = Client(REMOTE_ADDR="203.0.113.9")
    browser.force_login(region.administrator)
    page = browser.get(url).content.decode()
    part = page[page.index('id="logins"') :]
    assert "Входы" in part and "Вход в систему" in part and "Неудачные попытки входа" in part
    assert "неизвестный" in part and "127.0.0.1" in part
    assert f"{reverse('audit')}?kind=user&amp;object={region.executor.pk}" in part
    browser.force_login(region.director)
    page = browser.get(url).content.decode()
    assert 'id="logins"' not in page and "127.0.0.1" not in page


def test_logins_are_found_in_the_audit_trail(region):
    signed_in(region.executor)
    browser = Client()
    browser.force_login(region.administrator)
    page = browser.get(reverse("audit") + "?action=person.login").content.decode()
    assert "Ольга Исполнителева" in page[page.index("<table") :]
    other = make.member(region.other, "administrator", "other-admin")
    browser.force_login(other)
    page = browser.get(reverse("audit") + "?action=person.login").content.decode()
    assert "<table" not in page


# --- Nobody waits ---------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_locked_chain_neither_stops_nor_slows_a_login(region):
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            list(AuditHead.objects.select_for_update())
            held.set()
            done.wait(20)
        connection.close()

    keeper = threading.Thread(target=hold)
    keeper.start()
    try:
        assert held.wait(10)
        began = time.perf_counter()
        client = signed_in(region.executor)
        fail("executor", 5)
        took = time.perf_counter() - began
        assert "_auth_user_id" in client.session and took < 8
        assert events() == [] and AccountNote.objects.filter(action=logins.LOGIN).count() == 1
    finally:
        done.set()
        keeper.join()
    sweep()
    assert [action for action, _who, _where in events()] == [
        "person.login",
        "person.login_failed",
        "person.locked_out",
    ]
    assert list(broken_chains()) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_sweeps_enter_each_note_once(region):
    for _time in range(20):
        act = Act(user=region.executor, at=timezone.now())
        logins.note(region.executor, logins.LOGIN, act=act)
        logins.note(region.executor, logins.FAILED, act=act)
    from tests.workflows.tasks.test_races import at_once

    at_once(*[sweep] * 3)
    sweep()
    found = [action for action, _who, _where in events()]
    assert found.count("person.login") == 20 and found.count("person.login_failed") == 1
    assert AuditEvent.objects.get(action=logins.FAILED).after["attempts"] == 20
    assert not AccountNote.objects.exists() and list(broken_chains()) == []
