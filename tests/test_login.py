"""Getting in: one answer for every account, limits, and the second factor where it is required."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from compliance.models import AuditEvent, User
from compliance.services.acts import Act
from project.login import SecondFactorAdapter, letters
from tests.building import factories as make

pytestmark = pytest.mark.django_db
LOGIN, RESET = "/accounts/login/", "/accounts/password/reset/"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def code_of(secret: str) -> str:
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def page_of(response) -> str:
    """The page without what differs from request to request."""
    text = re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", response.content.decode())
    return re.sub(r'value="[^"]*" (?=[^>]*name="login")|(name="login" )value="[^"]*"', "", text)


# --- One answer ---------------------------------------------------------------------------------


@pytest.fixture
def accounts() -> None:
    make.user("known")
    make.user("left", is_active=False)
    make.user("odd", email="odd-name@example.org")


NAMES = ["known", "known@example.org", "nobody", "nobody@example.org", "left", "left@example.org"]


def test_a_wrong_password_gets_one_answer_whoever_is_named(accounts):
    for names in (NAMES[::2], NAMES[1::2]):  # what is typed as an address is called one
        answers = set()
        for name in names:
            cache.clear()
            response = Client().post(LOGIN, {"login": name, "password": "wrong password"})
            answers.add((response.status_code, page_of(response).replace(name, "…")))
        assert len(answers) == 1 and next(iter(answers))[0] == 200


def test_the_right_password_of_a_closed_account_is_answered_like_a_wrong_one(accounts):
    answers = set()
    for password in (make.PASSWORD, "wrong password"):
        response = Client().post(LOGIN, {"login": "left", "password": password})
        answers.add((response.status_code, page_of(response)))
        assert "_auth_user_id" not in response.client.session
    assert len(answers) == 1


def test_every_account_costs_one_check_of_a_password(accounts, monkeypatch):
    spent = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: spent.append(password) or encode(self, password, salt),
    )
    for name in NAMES:
        cache.clear()
        spent.clear()
        Client().post(LOGIN, {"login": name, "password": "wrong password"})
        assert len(spent) == 1, name


def test_a_letter_for_a_new_password_is_asked_for_with_one_answer(accounts):
    answers = set()
    for address in ("known@example.org", "nobody@example.org", "left@example.org"):
        response = Client().post(RESET, {"email": address}, follow=True)
        answers.add((response.status_code, page_of(response).replace(address, "…")))
    letters.submit(int).result()  # the one thread has sent what it was given before
    assert len(answers) == 1
    assert [letter.to for letter in mail.outbox] == [["known@example.org"]]


def test_a_slow_mail_server_keeps_nobody_waiting(accounts, monkeypatch):
    monkeypatch.setattr("project.login._send", lambda letter: time.sleep(1.5))
    started = time.perf_counter()
    Client().post(RESET, {"email": "known@example.org"})
    assert time.perf_counter() - started < 1.2
    letters.submit(int).result()


def test_nobody_signs_up_and_nobody_learns_who_has_an_account(accounts):
    pages = {
        page_of(Client().post("/accounts/signup/", {"username": name, "email": f"{name}@x.org"}))
        for name in ("known", "nobody")
    }
    assert len(pages) == 1 and User.objects.count() == 3


@pytest.mark.parametrize("text", ["x" * 100_000, "x@" + "y" * 100_000, "\0", "a\0b", "😀" * 5000])
def test_absurd_names_and_passwords_are_plainly_refused(accounts, text):
    for given in ({"login": text, "password": "p"}, {"login": "known", "password": text}):
        cache.clear()
        response = Client().post(LOGIN, given)
        assert response.status_code == 200 and "_auth_user_id" not in response.client.session
    assert Client().post(RESET, {"email": text}).status_code == 200


@pytest.mark.parametrize("password", ["короткий", "password1234", "1234567890", "qwertyuiop"])
def test_a_poor_password_is_not_taken(accounts, password):
    client = Client()
    client.force_login(User.objects.get(username="known"))
    given = {"oldpassword": make.PASSWORD, "password1": password, "password2": password}
    client.post("/accounts/password/change/", given)
    assert User.objects.get(username="known").check_password(make.PASSWORD)


# --- Limits -------------------------------------------------------------------------------------


def test_five_wrong_passwords_close_the_door_for_that_name_only(accounts):
    for _time in range(5):
        Client().post(LOGIN, {"login": "known", "password": "wrong password"})
    late = Client().post(LOGIN, {"login": "known", "password": make.PASSWORD})
    assert "_auth_user_id" not in late.client.session
    other = Client().post(LOGIN, {"login": "odd", "password": make.PASSWORD})
    assert "_auth_user_id" in other.client.session


def test_letters_for_one_address_are_limited(accounts):
    found = [Client().post(RESET, {"email": "known@example.org"}).status_code for _ in range(8)]
    assert found[0] == 302 and found[-1] == 429


def test_the_address_behind_a_proxy_is_the_one_our_proxy_saw(settings, rf):
    from project.middleware import ClientAddressMiddleware

    seen = []
    middleware = ClientAddressMiddleware(lambda request: seen.append(Act.of(request).address))
    forged = {"HTTP_X_FORWARDED_FOR": "6.6.6.6, 198.51.100.7, 10.0.0.2", "REMOTE_ADDR": "10.0.0.1"}
    for count in (0, 1, 2, 9):
        settings.TRUSTED_PROXIES = count
        request = rf.get("/", **forged)
        request.user = None
        middleware(request)
    settings.TRUSTED_PROXIES = 1
    request = rf.get("/", HTTP_X_FORWARDED_FOR="<script>", REMOTE_ADDR="10.0.0.1")
    request.user = None
    middleware(request)
    assert seen == ["10.0.0.1", "10.0.0.2", "198.51.100.7", "10.0.0.1", "10.0.0.1"]


# --- The second factor --------------------------------------------------------------------------


@pytest.fixture
def region(settings) -> make.Region:
    settings.MFA_REQUIRED_ROLES = ("coordinator", "administrator")
    return make.region()


def signed_in(person: User) -> Client:
    client = Client()
    client.post(LOGIN, {"login": person.username, "password": make.PASSWORD})
    return client


def confirm(client: Client) -> None:
    """Enter the password once more: what comes next touches the account."""
    url = reverse("account_reauthenticate") + "?next=/"
    assert client.post(url, {"password": make.PASSWORD}).status_code == 302


def with_factor(person: User) -> tuple[Client, str]:
    """The person signed in with a second factor just switched on, and its secret."""
    client = signed_in(person)
    confirm(client)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'code-key">([A-Z2-7]+)<', page)[1]
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    return client, secret


def test_who_needs_a_second_factor_gets_nowhere_without_one(region):
    client = signed_in(region.coordinator)
    activation = reverse("mfa_activate_totp")
    for name in ("home", "inbox", "plans", "region", "mfa_index"):
        assert client.get(reverse(name))["Location"] == activation, name
    assert client.post("/plans/1/send/")["Location"] == activation
    assert client.get("/", headers={"HX-Request": "true"})["HX-Redirect"] == activation
    assert client.get(activation, follow=True).request["PATH_INFO"] == "/accounts/reauthenticate/"
    confirm(client)
    assert client.get(activation).status_code == 200
    for name in ("public-plans", "help", "display", "health-live"):
        assert client.get(reverse(name)).status_code == 200, name
    assert client.post("/accounts/logout/").status_code == 302


def test_who_needs_none_is_not_asked(region):
    assert signed_in(region.executor).get("/").status_code == 200


def test_the_administration_asks_for_it_too(region):
    root = make.user("root", is_staff=True, is_superuser=True)
    assert signed_in(root).get("/admin/")["Location"] == reverse("mfa_activate_totp")
    client, _secret = with_factor(root)
    assert client.get("/admin/").status_code == 200


def test_with_the_app_on_a_login_takes_password_and_code(region):
    client, secret = with_factor(region.coordinator)
    assert client.get("/").status_code == 200
    again = signed_in(region.coordinator)
    assert again.get("/").status_code == 302 and "_auth_user_id" not in again.session
    page = again.get(reverse("mfa_authenticate")).content.decode()
    assert "Введите код" in page and "Двухфакторная" not in page
    wrong = again.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200 and "_auth_user_id" not in again.session
    cache.clear()  # the code used for switching on may not be used twice
    assert again.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).status_code == 302
    assert again.get("/").status_code == 200


def test_a_recovery_code_lets_in_once(region):
    client, _secret = with_factor(region.coordinator)
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    codes = re.findall(r"<li><code>(\d+)</code>", page)
    assert len(codes) == 10
    for expected in (302, 200):
        again = signed_in(region.coordinator)
        answer = again.post(reverse("mfa_authenticate"), {"code": codes[0]})
        assert answer.status_code == expected


def test_guessing_codes_is_limited(region):
    with_factor(region.coordinator)
    cache.clear()
    again = signed_in(region.coordinator)
    for _time in range(6):
        page = again.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()
    assert "лишком много" in page


@pytest.mark.parametrize("given", [{}, {"code": ""}, {"code": "x" * 100_000}, {"code": "\0"}])
def test_absurd_codes_are_answered(region, given):
    with_factor(region.coordinator)
    cache.clear()
    again = signed_in(region.coordinator)
    assert again.post(reverse("mfa_authenticate"), given).status_code == 200
    assert "_auth_user_id" not in again.session


def test_who_must_have_it_cannot_switch_it_off(region, settings):
    client, _secret = with_factor(region.coordinator)
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=region.coordinator, type="totp").exists()
    settings.MFA_REQUIRED_ROLES = ()
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=region.coordinator).exists()


def test_the_secret_does_not_lie_open_in_the_database(region, settings):
    _client, secret = with_factor(region.coordinator)
    stored = Authenticator.objects.get(user=region.coordinator, type="totp").data["secret"]
    assert secret not in stored and SecondFactorAdapter().decrypt(stored) == secret
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new one"
    assert SecondFactorAdapter().decrypt(stored) == secret, "after the key was changed"


def test_the_pages_of_the_second_factor_are_in_russian(region):
    client, _secret = with_factor(region.coordinator)
    for name in (
        "mfa_index",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_deactivate_totp",
    ):
        page = client.get(reverse(name)).content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        words = re.sub(r"<[^>]+>|&\w+;", " ", main)
        assert re.search("[а-яё]{4}", words) and not re.search("[A-Za-z]{4,}", words), name


def test_a_session_with_an_address_too_long_for_the_trail_does_not_fail(settings, client):
    settings.TRUSTED_PROXIES = 1
    region = make.region()
    client.force_login(region.administrator)
    response = client.post(
        reverse("audit-verify", args=[region.own.pk]),
        headers={"X-Forwarded-For": "2001:0db8:85a3:0000:0000:8a2e:0370:7334"},
    )
    assert response.status_code == 302
    assert AuditEvent.objects.last().address == "2001:db8:85a3::8a2e:370:7334"
