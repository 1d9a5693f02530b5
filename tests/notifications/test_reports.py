"""What a provider reports of letters: through its own address, behind the secret, in any order."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from notifications.models import AddressSuspension, DeliveryAttempt, Message, Reminder
from notifications.services.delivery import claim, deliver_messages, settle_abandoned
from notifications.services.resending import send_again
from tests.notifications import factories as make
from tests.notifications.conftest import House
from tests.notifications.post_office import PostOffice
from workflows.services.notices.reminders import plan_reminders

NOW = make.moment()
URL = "/hooks/mail/"
SECRET = "vekha:correct-horse-battery"


@pytest.fixture(autouse=True)
def _reported(settings: Any) -> None:
    settings.MAIL_REPORTS, settings.MAIL_PROVIDER = True, "mailgun"
    settings.ANYMAIL = {"MAILGUN_API_KEY": "key", "WEBHOOK_SECRET": SECRET}


@pytest.fixture
def sent(house: House, post_office: PostOffice) -> Message:
    """The executor's letter, which the provider took."""
    make.due(make.assignment(house.plan, house.executor), make.MONDAY)
    plan_reminders(NOW)
    deliver_messages(NOW)
    return Message.objects.get()


def login(secret: str = SECRET) -> str:
    return "Basic " + base64.b64encode(secret.encode()).decode()


def event(letter: Message, name: str, **said: Any) -> dict[str, Any]:
    """Mailgun's own words for what happened to the letter's last try."""
    signature = hmac.new(b"key", b"17token", hashlib.sha256).hexdigest()
    data = {
        "event": name,
        "timestamp": 1773648000.5,
        "id": f"{name}-{letter.pk}",
        "recipient": letter.address,
        "user-variables": {"vekha_letter": str(letter.pk), "vekha_try": str(letter.claim)},
        "message": {"headers": {"message-id": "7@example.org"}},
        **said,
    }
    return {
        "signature": {"token": "token", "timestamp": "17", "signature": signature},
        "event-data": data,
    }


def bounce(letter: Message, **said: Any) -> dict[str, Any]:
    status = {"code": 550, "message": "5.1.1 no such user", "description": ""}
    said = {"severity": "permanent", "reason": "bounce", "delivery-status": status, **said}
    return event(letter, "failed", **said)


def report(client: Client, body: Any, authorization: str | None = None, **extra: Any) -> int:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    found = client.post(
        URL, content, "application/json",
        headers={"Authorization": login() if authorization is None else authorization}, **extra,
    )  # fmt: skip
    return found.status_code


def states(letter: Message) -> tuple[str, str, set[tuple[str, str]]]:
    letter.refresh_from_db()
    return letter.state, letter.reason, set(Reminder.objects.values_list("state", "reason"))


ACCEPTED = ("accepted", "", {("accepted", "")})
RETURNED = ("permanent", "returned", {("permanent", "returned")})


def test_a_letter_that_came_back_is_not_delivered_and_its_address_rests(
    client: Client, sent: Message
) -> None:
    assert report(client, bounce(sent)) == 200
    assert states(sent) == RETURNED
    row = AddressSuspension.objects.get()
    assert (row.address, row.cause, row.person) == ("olga@example.org", "returned", sent.addressee)
    assert "no such user" in row.words and "no such user" in DeliveryAttempt.objects.get().report


def test_delivered_settles_a_letter_of_which_nobody_knew(client: Client, sent: Message) -> None:
    Message.objects.update(state="unknown", reason="connection_lost")
    Reminder.objects.update(state="unknown", reason="connection_lost")
    assert report(client, event(sent, "delivered")) == 200
    assert states(sent) == ACCEPTED
    assert DeliveryAttempt.objects.get().delivered_at is not None


def test_in_whatever_order_they_come_the_end_is_the_same(client: Client, sent: Message) -> None:
    for bodies in itertools.permutations(
        [event(sent, "delivered"), bounce(sent), event(sent, "opened")]
    ):
        Message.objects.update(state="accepted", reason="")
        DeliveryAttempt.objects.update(delivered_at=None, returned_at=None)
        for body in [*bodies, *bodies]:
            assert report(client, body) == 200
        assert states(sent)[:2] == ("permanent", "returned")
    assert AddressSuspension.objects.count() == 1


def test_who_complains_has_the_letter_and_gets_no_more(client: Client, sent: Message) -> None:
    assert report(client, event(sent, "complained")) == 200
    assert states(sent) == ACCEPTED
    assert AddressSuspension.objects.get().cause == "complained"


@pytest.mark.parametrize(
    "said",
    [
        {"severity": "temporary"},
        {"delivery-status": {"code": 550, "message": "5.7.1 your server is on a list"}},
        {"recipient": "another@example.org"},
    ],
)
def test_what_says_nothing_of_the_address_suspends_nothing(
    client: Client, sent: Message, said: dict[str, Any]
) -> None:
    assert report(client, bounce(sent, **said)) == 200
    assert not AddressSuspension.objects.exists()


def test_a_report_before_our_own_note_is_not_overwritten_by_it(
    client: Client, house: House, post_office: PostOffice
) -> None:
    """The provider is faster than our commit: it reports while the letter is still being sent."""
    make.due(make.assignment(house.plan, house.executor), make.MONDAY)
    plan_reminders(NOW)
    codes: list[int] = []

    def comes_back(_letter: object) -> None:
        codes.append(report(Client(), bounce(Message.objects.get())))

    from notifications.services import delivery, outcomes

    begun = delivery.send

    def send_and_hear(mail: Any, line: Any) -> outcomes.DeliveryOutcome:
        found = begun(mail, line)
        comes_back(mail)
        return found

    delivery.send = send_and_hear
    try:
        deliver_messages(NOW)
    finally:
        delivery.send = begun
    assert codes == [200]
    assert states(Message.objects.get()) == RETURNED


def test_a_sender_that_died_after_the_report_leaves_what_was_reported(
    client: Client, sent: Message
) -> None:
    lease = NOW + timedelta(minutes=10)
    Message.objects.update(state="claimed", lease_until=lease, finished_at=None)
    assert report(client, event(sent, "delivered")) == 200
    assert settle_abandoned(lease + timedelta(hours=1)) == 0
    assert states(sent) == ACCEPTED


def test_a_late_report_of_an_earlier_try_leaves_the_letter_alone(
    client: Client, sent: Message, house: House
) -> None:
    Message.objects.update(state="unknown", reason="connection_lost")
    old = bounce(sent)
    assert send_again(Message.objects.filter(pk=sent.pk), by=house.director, now=NOW)
    assert report(client, event(sent, "delivered")) == 200
    sent.refresh_from_db()
    assert sent.state == "waiting"
    claim(NOW, 1)
    assert report(client, old) == 200
    sent.refresh_from_db()
    assert sent.state == "claimed"


def test_by_the_providers_number_where_it_gives_ours_not_back(
    client: Client, sent: Message
) -> None:
    DeliveryAttempt.objects.update(provider_id="<7@example.org>")
    assert report(client, bounce(sent, **{"user-variables": {}})) == 200
    assert states(sent) == RETURNED


def test_the_same_report_again_does_not_suspend_what_somebody_has_lifted(
    client: Client, sent: Message
) -> None:
    report(client, bounce(sent))
    AddressSuspension.objects.update(lifted_at=NOW)
    assert report(client, bounce(sent)) == 200
    assert not AddressSuspension.objects.standing().exists()


# --- Who may report, and what else may come ------------------------------------------------------


def test_without_a_secret_there_is_no_such_address(client: Client, db: None, settings: Any) -> None:
    settings.MAIL_REPORTS = False
    assert report(client, {}) == 404


@pytest.mark.parametrize(
    "header",
    ["", "Basic", "Basic ===", "Bearer x", "Basic a b c", login("vekha:wrong"), login("é")],
)
def test_without_the_secret_nobody_is_heard(client: Client, sent: Message, header: str) -> None:
    assert report(client, bounce(sent), header) == 403
    assert states(sent) == ACCEPTED
    assert client.get(URL).status_code == 403


def test_the_providers_question_whether_somebody_is_there(client: Client, db: None) -> None:
    for ask in (client.get, client.head):
        assert ask(URL, headers={"Authorization": login()}).status_code == 200
    assert client.put(URL, headers={"Authorization": login()}).status_code == 405


def test_a_signature_that_is_not_the_providers_is_refused(client: Client, sent: Message) -> None:
    body = bounce(sent)
    body["signature"]["signature"] = "0" * 64
    assert report(client, body) == 403
    assert states(sent) == ACCEPTED


RUBBISH: list[Any] = [
    b"", b"\x00\xff", b"{", b"null", b"[]", b"7", b'"x"', b"{}", b"[" * 5000,
    {"signature": None}, {"signature": {"token": 1, "timestamp": 2, "signature": 3}},
]  # fmt: skip
PROVIDERS = [
    "brevo", "mailersend", "mailgun", "mailjet", "mailtrap", "mandrill", "postal", "postmark",
    "resend", "sparkpost", "unisender_go",
]  # fmt: skip


@pytest.mark.parametrize("provider", PROVIDERS)
def test_rubbish_is_refused_and_breaks_nothing(
    client: Client, db: None, settings: Any, provider: str
) -> None:
    keys = ("API_KEY", "API_TOKEN", "SECRET_KEY", "SIGNING_SECRET", "WEBHOOK_KEY", "SERVER_TOKEN")
    settings.MAIL_PROVIDER = provider
    settings.ANYMAIL = {f"{provider.upper()}_{key}": "key" for key in keys}
    settings.ANYMAIL["WEBHOOK_SECRET"] = SECRET
    client.raise_request_exception = False
    for body in RUBBISH:
        assert report(client, body) in {200, 400, 403}, body
        assert report(client, body, "") == 403, body


@pytest.mark.parametrize(
    "said",
    [
        {"user-variables": {"vekha_try": "x" * 5000}},
        {"user-variables": {"vekha_try": ["\x00"]}, "message": {"headers": {"message-id": "\x00"}}},
        {"recipient": "\ud800", "user-variables": {}, "message": {"headers": {}}},
        {"recipient": None, "user-variables": {}, "message": {}},
        {"user-variables": {}, "message": {"headers": {"message-id": "\ud800"}}},
        {"user-variables": [], "timestamp": "soon"},
        {"user-variables": {"vekha_try": "00000000-0000-0000-0000-000000000000"}},
    ],
)
def test_a_letter_that_nobody_knows_is_passed_over(
    client: Client, sent: Message, said: dict[str, Any]
) -> None:
    client.raise_request_exception = False
    assert report(client, bounce(sent, **said)) in {200, 400}
    assert not AddressSuspension.objects.exists()


def test_words_with_signs_that_no_database_takes_are_kept_without_them(
    client: Client, sent: Message
) -> None:
    status = {"code": 550, "message": "no\x00 such\ud800 user", "description": ""}
    assert report(client, bounce(sent, **{"delivery-status": status})) == 200
    assert "no such user" in DeliveryAttempt.objects.get().report


def test_a_body_beyond_all_reason_is_not_read(client: Client, sent: Message) -> None:
    body = json.dumps({**bounce(sent), "more": "x" * 2**20}).encode()
    assert report(client, body) == 413
    assert states(sent) == ACCEPTED
