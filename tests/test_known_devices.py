"""Others' wrong passwords keep nobody out: limits by address and login, and browsers that know."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.models import AuditEvent, User
from compliance.services.acts import Act
from compliance.services.people import logins
from tests.building import factories as make

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
ATTACKER, HOME, OFFICE = "198.51.100.7", "203.0.113.9", "192.0.2.4"
NEW_WORD = "совсем-новое-слово-31"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def region() -> make.Region:
    return make.region()


def comes_in(client: Client, password: str = make.PASSWORD, login: str = "executor", **extra):
    """Whether the browser is signed in after this try."""
    client.post("/accounts/logout/")
    client.post(LOGIN, {"login": login, "password": password}, **extra)
    return "_auth_user_id" in client.session


def guess(times: int, address: str = ATTACKER, login: str = "executor") -> None:
    for _time in range(times):
        Client(REMOTE_ADDR=address).post(LOGIN, {"login": login, "password": "не то слово"})


def guess_from_everywhere() -> None:
    """As many guesses as are taken from all addresses together: fifty in ten minutes."""
    for number in range(10):
        guess(5, f"198.51.100.{number + 10}")


def known_browser(address: str = HOME) -> Client:
    client = Client(REMOTE_ADDR=address)
    assert comes_in(client)
    return client


def events() -> list[tuple[str, str | None, int]]:
    """(action, who, how often) of locks and let-throughs on record, after the sweep."""
    logins.enter_notes(Act.of_system(timezone.now() + timedelta(minutes=6)))
    rows = AuditEvent.objects.filter(action__in=["person.locked_out", "person.let_through"])
    return [
        (one.action, one.actor and one.actor.username, one.after["attempts"])
        for one in rows.order_by("id")
    ]


def test_wrong_passwords_from_elsewhere_do_not_keep_the_owner_out(region):
    known = known_browser()
    guess(14)
    assert comes_in(Client(REMOTE_ADDR=OFFICE)), "on a new device at another address"
    assert comes_in(known), "on a known device"
    assert comes_in(known, REMOTE_ADDR=OFFICE), "on a known device that has moved"


def test_the_guessers_own_address_is_closed_to_that_login_and_then_to_every_login(region):
    guess(5)
    guesser = Client(REMOTE_ADDR=ATTACKER)
    assert not comes_in(guesser)
    assert comes_in(guesser, login="director")
    cache.clear()
    for login in ("executor", "director"):
        guess(5, login=login)
    assert not comes_in(guesser, login="coordinator")
    assert comes_in(Client(REMOTE_ADDR=OFFICE), login="coordinator")


def test_guesses_from_many_addresses_slow_new_devices_down_and_never_known_ones(region):
    known = known_browser()
    with time_machine.travel("2026-03-16 10:00:00+03:00", tick=False) as clock:
        cache.clear()
        guess_from_everywhere()
        assert not comes_in(Client(REMOTE_ADDR=OFFICE))
        clock.shift(timedelta(minutes=11))
        assert comes_in(Client(REMOTE_ADDR=OFFICE)), "a while later"
    guess_from_everywhere()
    assert comes_in(known)


def test_a_known_device_is_let_through_at_the_guessers_own_address(region):
    known = known_browser(ATTACKER)
    guess(14)
    assert not comes_in(Client(REMOTE_ADDR=ATTACKER))
    assert comes_in(known) and comes_in(known, login="executor@example.org")


def test_a_flood_of_right_logins_from_an_address_closes_it_to_all_but_known_devices(region):
    known = known_browser(ATTACKER)
    cache.clear()
    with time_machine.travel("2026-03-16 10:00:00+03:00", tick=False) as clock:
        came = [comes_in(Client(REMOTE_ADDR=ATTACKER), login="director") for _time in range(31)]
        assert came == [True] * 30 + [False]
        assert not comes_in(Client(REMOTE_ADDR=ATTACKER), login="coordinator")
        assert comes_in(known) and comes_in(Client(REMOTE_ADDR=OFFICE), login="coordinator")
        clock.shift(timedelta(seconds=61))
        assert comes_in(Client(REMOTE_ADDR=ATTACKER), login="coordinator")


def test_a_known_device_floods_no_longer_than_an_address(region):
    known = known_browser()
    cache.clear()
    with time_machine.travel("2026-03-16 10:00:00+03:00", tick=False):
        assert [comes_in(known) for _time in range(31)] == [True] * 30 + [False]


def test_the_closed_door_and_who_was_let_through_are_on_record_once(region):
    known = known_browser(ATTACKER)
    guess(14)
    for _time in range(3):
        assert comes_in(known)
    assert events() == [
        ("person.locked_out", None, 1),
        ("person.let_through", "executor", 3),
    ]
    assert comes_in(known)
    assert len(events()) == 2, "not again within the hour"


def test_who_comes_in_by_an_open_door_is_not_called_let_through(region):
    known = known_browser()
    guess(14)
    assert comes_in(known)
    assert events() == [("person.locked_out", None, 1)]


def test_a_known_device_guesses_no_longer_than_any_other(region):
    known = known_browser()
    for _time in range(5):
        assert not comes_in(known, "не то слово")
    assert not comes_in(known)
    assert events() == [("person.locked_out", None, 1)]
    assert comes_in(Client(REMOTE_ADDR=OFFICE)), "which keeps no other device out"


def test_a_device_knows_only_who_has_signed_in_on_it(region):
    known = known_browser(ATTACKER)
    guess(5, login="director")
    assert not comes_in(known, login="director")


def test_a_desk_that_several_people_share_knows_them_all(region):
    shared = known_browser(ATTACKER)
    assert comes_in(shared, login="director")
    guess(14)
    assert comes_in(shared) and comes_in(shared, login="director")


def test_the_cookie_is_kept_from_scripts_and_other_sites_and_lasts_a_year(region, settings):
    settings.SESSION_COOKIE_SECURE = True
    client = Client()
    client.post(LOGIN, {"login": "executor", "password": make.PASSWORD})
    cookie = client.cookies["known_to"]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
    assert cookie["max-age"] == 31_536_000
    client.get("/")
    assert "known_to" not in client.get("/").cookies, "it is given when somebody comes in"


def test_a_wrong_password_gives_no_cookie(region):
    client = Client()
    client.post(LOGIN, {"login": "executor", "password": "не то слово"})
    assert "known_to" not in client.cookies


def test_a_changed_password_ends_what_every_other_device_knew(region):
    here, elsewhere = known_browser(ATTACKER), known_browser(ATTACKER)
    given = {"oldpassword": make.PASSWORD, "password1": NEW_WORD, "password2": NEW_WORD}
    before = here.cookies["known_to"].value
    assert here.post("/accounts/password/change/", given).status_code == 302
    assert here.cookies["known_to"].value != before
    guess(14)
    assert comes_in(here, NEW_WORD)
    assert not comes_in(elsewhere, NEW_WORD)


@pytest.mark.parametrize("how", ["forged", "another key", "too old"])
def test_a_cookie_that_is_not_ours_or_too_old_opens_nothing(region, settings, how):
    known = known_browser(ATTACKER)
    cookie = known.cookies["known_to"]
    if how == "forged":
        cookie.set("known_to", cookie.value[:-2] + "xx", cookie.value[:-2] + "xx")
    if how == "another key":
        settings.SECRET_KEY = "a key that this site never had"
    later = timedelta(days=366 if how == "too old" else 0)
    with time_machine.travel(timezone.now() + later):
        guess(5)
        assert not comes_in(known)


def test_a_key_that_was_changed_leaves_known_devices_known(region, settings):
    known = known_browser(ATTACKER)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new one"
    guess(14)
    assert comes_in(known)


def test_a_known_device_costs_the_same_for_any_name(region, django_assert_num_queries):
    """What is asked of the database does not tell whose login is known to somebody."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    known = known_browser()
    found = []
    for login in ("director", "nobody-at-all"):
        cache.clear()
        known.post("/accounts/logout/")
        with CaptureQueriesContext(connection) as asked:
            known.post(LOGIN, {"login": login, "password": "не то слово"})
        # Cursors and savepoints are numbered.
        found.append([re.sub(r"\d+", "?", one["sql"].split(" WHERE ")[0])[:80] for one in asked])
    assert found[0] == found[1]


def test_a_new_password_by_letter_opens_the_door_at_once(region):
    from django.core import mail

    from project.login import letters

    guess(5, OFFICE, "executor@example.org")
    guest = Client(REMOTE_ADDR=OFFICE)
    assert not comes_in(guest, login="executor@example.org")
    guest.post(reverse("account_reset_password"), {"email": "executor@example.org"})
    letters.submit(int).result()
    link = re.search(r"http://[^/]+(/\S+)", mail.outbox[-1].body)[1]
    page = guest.get(link, follow=True).request["PATH_INFO"]
    guest.post(page, {"password1": NEW_WORD, "password2": NEW_WORD})
    assert User.objects.get(username="executor").check_password(NEW_WORD)
    assert comes_in(guest, NEW_WORD, login="executor@example.org")
