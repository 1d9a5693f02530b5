"""Each provider, and each way of sending, is set up by the environment alone, or does not start."""

from __future__ import annotations

import re

import pytest

from tests.building.places import ROOT
from tests.building.providers import ADDRESS, provider_on_loopback
from tests.test_settings import start

REAL = {
    "SECRET_KEY": "x" * 25 + "a1b2c3d4e5f6g7h8i9j0k1l2m3n4",
    "SITE_URL": "https://vekha.example",
    "ALLOWED_HOSTS": "vekha.example",
    "DEFAULT_FROM_EMAIL": "Веха <vekha@vekha.example>",
}
# What an operator sets for each provider, without the name before it.
KEYS: dict[str, dict[str, str]] = {
    "brevo": {"API_KEY": "geheim-1"},
    "mailersend": {"API_TOKEN": "geheim-1"},
    "mailgun": {"API_KEY": "geheim-1"},
    "mailjet": {"API_KEY": "geheim-1", "SECRET_KEY": "geheim-2"},
    "mailtrap": {"API_TOKEN": "geheim-1"},
    "mandrill": {"API_KEY": "geheim-1"},
    "postal": {"API_KEY": "geheim-1", "API_URL": "https://postal.example"},
    "postmark": {"SERVER_TOKEN": "geheim-1"},
    "resend": {"API_KEY": "geheim-1"},
    "scaleway": {"SECRET_KEY": "geheim-1", "PROJECT_ID": "project-1"},
    "sparkpost": {"API_KEY": "geheim-1"},
    "unisender_go": {"API_KEY": "geheim-1", "API_URL": "https://go1.unisender.ru/ru/v1"},
}
SEND = """
import django; django.setup()
import uuid
from django.core.mail import get_connection
from notifications.models import Message
from notifications.services.letters import as_mail
from notifications.services.outcomes import send
letter = Message(pk=7, claim=uuid.UUID(int=5), subject="Сроки", text="Текст", html="<p>Текст</p>",
                 address="olga@example.org", message_id="<7@vekha.example>")
line = get_connection(); line.open()
outcome = send(as_mail(letter, line), line)
print(outcome.state, outcome.error)
"""


def variables(provider: str, **keys: str) -> dict[str, str]:
    return {f"ANYMAIL_{provider.upper()}_{key}": value for key, value in keys.items()}


def test_every_provider_of_the_table_is_tried_here():
    from project.mail import PROVIDERS

    assert set(KEYS) == set(PROVIDERS)


@pytest.mark.parametrize("provider", KEYS)
def test_a_process_with_the_environment_only_sends_its_first_letter(provider):
    with provider_on_loopback(provider) as counter:
        keys = {**KEYS[provider], "API_URL": f"http://127.0.0.1:{counter.server_port}/"}
        found = start(
            "-c", SEND, **REAL, **variables(provider, **keys), EMAIL_URL=f"anymail:{provider}",
            DJANGO_SETTINGS_MODULE="project.settings",
        )  # fmt: skip
    assert found.stdout.startswith("accepted"), found.stdout + found.stderr
    ((headers, body),) = counter.posts
    assert ADDRESS in body or ADDRESS.replace("@", "%40") in body
    if provider != "mailjet" and provider != "mailgun":  # these two encode it
        assert "geheim-1" in headers + body


@pytest.mark.parametrize(
    ("provider", "missing"), [(name, key) for name, keys in KEYS.items() for key in keys]
)
def test_without_one_of_its_keys_it_does_not_start_and_names_the_variable(provider, missing):
    keys = {key: value for key, value in KEYS[provider].items() if key != missing}
    found = start(**REAL, **variables(provider, **keys), EMAIL_URL=f"anymail:{provider}")
    assert found.returncode == 1
    (line,) = found.stderr.strip().splitlines()
    assert f"ANYMAIL_{provider.upper()}_{missing}" in line and "geheim" not in line


def test_the_keys_may_stand_in_the_address():
    program = "from project.settings import ANYMAIL as a; print(a['MAILJET_SECRET_KEY'])"
    url = "anymail:mailjet?api_key=a&secret_key=b%2Fc"
    found = start("-c", program, **REAL, EMAIL_URL=url)
    assert found.stdout == "b/c\n", found.stderr


SECRET = "ANYMAIL_WEBHOOK_SECRET"
GOOD_SECRET = "vekha:correct-horse-battery"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"EMAIL_URL": "anymail:mailgun?api_kee=k"}, "api_key"),
        ({"EMAIL_URL": "anymail:mailgun", "ANYMAIL_MAILGUN_APIKEY": "k"}, "ANYMAIL_MAILGUN_APIKEY"),
        ({"EMAIL_URL": "anymail:sendgrid?api_key=k"}, "unisender_go"),
        ({"EMAIL_URL": "anymail:mailgun?api_key=k", SECRET: "short"}, SECRET),
        ({"EMAIL_URL": "anymail:mailgun?api_key=k", SECRET: "user:short"}, SECRET),
        (
            {"EMAIL_URL": "anymail:scaleway?secret_key=k&project_id=p", SECRET: GOOD_SECRET},
            "scaleway",
        ),
        (
            {"EMAIL_URL": "anymail:mandrill?api_key=k", SECRET: GOOD_SECRET},
            "ANYMAIL_MANDRILL_WEBHOOK_KEY",
        ),
    ],
)
def test_a_slip_stops_the_start(given, named):
    found = start(**REAL, **given)
    assert found.returncode == 1
    (line,) = found.stderr.strip().splitlines()
    assert named in line


SMTP = {"SECRET_KEY": "x", "EMAIL_URL": "smtp://mail.example"}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "SITE_URL"),
        ({"SITE_URL": "http://localhost:8000"}, "SITE_URL"),
        ({"SITE_URL": "https://[::1]"}, "SITE_URL"),
        ({"SITE_URL": "http://0.0.0.0"}, "SITE_URL"),
        ({"SITE_URL": "https://vekha.example"}, "DEFAULT_FROM_EMAIL"),
        (
            {"SITE_URL": "https://vekha.example", "DEFAULT_FROM_EMAIL": "Веха <vekha@127.0.0.1>"},
            "DEFAULT_FROM_EMAIL",
        ),
        ({"EMAIL_URL": "anymail:mailgun?api_key=k"}, "SITE_URL"),
    ],
)
def test_letters_to_people_do_not_link_to_this_machine_or_come_from_it(given, named):
    found = start(**{**SMTP, **given})
    assert found.returncode == 1
    (line,) = found.stderr.strip().splitlines()
    assert named in line


@pytest.mark.parametrize(
    "given",
    [{"DEBUG": "1"}, {"DEMO": "1"}, {"EMAIL_URL": "file:var/mail"}, REAL],
    ids=["debug", "demo", "into a folder", "real"],
)
def test_otherwise_it_starts(given):
    found = start(**{**SMTP, **given})
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"HSTS_SECONDS": "0"},
        {"HSTS_INCLUDE_SUBDOMAINS": "1", "HSTS_PRELOAD": "1"},
    ],
)
def test_the_check_of_a_deployment_finds_nothing(more):
    words = ["-W", "ignore", "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    found = start(*words, **REAL, **more)
    assert found.returncode == 0, found.stderr
    assert "no issues" in found.stdout


def test_the_list_of_browsers_asks_for_what_it_needs():
    found = start(**REAL, HSTS_PRELOAD="1")
    assert found.returncode == 1 and "HSTS_INCLUDE_SUBDOMAINS" in found.stderr


def test_the_page_for_operators_shows_the_same_table():
    from project.mail import PROVIDERS

    page = (ROOT / "docs" / "operations" / "mail.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*?) \|$", page, re.M)
    shown = {name: [re.findall(r"`(\w+)`", cell) for cell in cells] for name, *cells in rows}
    assert shown == {
        name: [list(one.required), list(one.optional), list(one.for_reports)]
        for name, one in PROVIDERS.items()
    }
