"""Letters through a provider's HTTP interface: anymail against a server on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from notifications.models import Message
from notifications.services.delivery import deliver_messages
from tests.notifications import factories as make
from tests.notifications.conftest import House
from workflows.services.notices.reminders import plan_reminders

NOW = make.moment()


class Provider(HTTPServer):
    """Answers every post with `status`, or hangs up after reading it (`status` 0)."""

    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.posts: list[bytes] = []


class _Desk(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        self.server.posts.append(self.rfile.read(int(self.headers["Content-Length"])))
        if not self.server.status:
            self.connection.close()
            return
        body = json.dumps({"id": "<provider-7@example.org>", "message": "Queued."}).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    provider = Provider()
    thread = threading.Thread(target=provider.serve_forever, args=[0.02])
    thread.start()
    settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
    settings.ANYMAIL = {
        "MAILGUN_API_KEY": "key",
        "MAILGUN_SENDER_DOMAIN": "example.org",
        "MAILGUN_API_URL": f"http://127.0.0.1:{provider.server_port}/v3",
        "REQUESTS_TIMEOUT": 2,
    }
    yield provider
    provider.shutdown()
    thread.join()
    provider.server_close()


@pytest.fixture
def due_today(house: House) -> House:
    make.due_each(house.plan, house.executor, make.MONDAY, 2)
    plan_reminders(NOW)
    return house


def test_the_providers_number_is_kept_and_ours_is_given(
    due_today: House, provider: Provider
) -> None:
    assert deliver_messages(NOW)["accepted"] == 1

    letter = Message.objects.get()
    assert letter.provider_id == "<provider-7@example.org>"
    (post,) = provider.posts
    fields = parse_qs(post.decode())
    assert fields["h:Message-Id"] == [letter.message_id]
    assert fields["v:vekha_letter"] == [str(letter.pk)]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (400, "permanent"),
        (401, "temporary"),
        (403, "temporary"),
        (429, "temporary"),
        (503, "temporary"),
        (500, "unknown"),
        (502, "unknown"),
        (0, "unknown"),
    ],
)
def test_what_a_provider_answers(
    due_today: House, provider: Provider, status: int, state: str
) -> None:
    provider.status = status

    assert deliver_messages(NOW)[state] == 1


def test_a_provider_that_cannot_be_reached_has_no_copy(
    due_today: House, provider: Provider, settings: Any
) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "MAILGUN_API_URL": "http://127.0.0.1:9/v3"}

    assert deliver_messages(NOW)["temporary"] == 1
