"""A mail provider on loopback: answers every post as the real ones do, and keeps what came."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ADDRESS = "olga@example.org"
TAKEN: dict[str, Any] = {
    "brevo": {"messageId": "<1@x>"},
    "mailersend": {},
    "mailgun": {"id": "<1@x>", "message": "Queued."},
    "mailjet": {
        "Messages": [
            {
                "Status": "success",
                "To": [{"Email": ADDRESS, "MessageID": 1, "MessageUUID": "u", "MessageHref": "h"}],
            }
        ]
    },
    "mailtrap": {"success": True, "message_ids": ["1"]},
    "mandrill": [{"email": ADDRESS, "status": "sent", "_id": "1"}],
    "postal": {
        "status": "success",
        "data": {"message_id": "1", "messages": {ADDRESS: {"id": 1, "token": "t"}}},
    },
    "postmark": {"ErrorCode": 0, "Message": "OK", "MessageID": "1", "To": ADDRESS},
    "resend": {"id": "1"},
    "scaleway": {
        "emails": [{"message_id": "1", "status": "sending", "mail_rcpt": ADDRESS, "id": "1"}]
    },
    "sparkpost": {
        "results": {"total_rejected_recipients": 0, "total_accepted_recipients": 1, "id": "1"}
    },
    "unisender_go": {"status": "success", "job_id": "1", "emails": [ADDRESS]},
}
"""What each provider says to a letter that it takes."""


class Counter(ThreadingHTTPServer):
    """Keeps (headers, body) of every post."""

    def __init__(self, provider: str) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.answer = json.dumps(TAKEN[provider]).encode()
        self.posts: list[tuple[str, str]] = []


class _Desk(BaseHTTPRequestHandler):
    server: Counter

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((str(self.headers), body.decode()))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("x-message-id", "1")
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *args: Any) -> None:
        """Keep quiet."""


@contextmanager
def provider_on_loopback(name: str) -> Iterator[Counter]:
    counter = Counter(name)
    thread = threading.Thread(target=counter.serve_forever, args=[0.02])
    thread.start()
    yield counter
    counter.shutdown()
    thread.join()
    counter.server_close()
