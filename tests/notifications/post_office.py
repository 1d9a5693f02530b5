"""A real SMTP server on loopback whose manners a test can choose."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class PostOffice:
    """The handler: takes letters in, refuses, or hangs up, as the test says.

    `refusals` answers to an address ("451 later"); `answer` to the body of every letter; with
    `hangs_up` the letter is taken in, and then the connection breaks before the answer. The two
    `on_…` are called with each address and each letter, before the answer.
    """

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refusals: dict[str, str] = {}
        self.answer = "250 taken"
        self.pause = 0.0  # seconds that each letter takes
        self.hangs_up = False
        self.hangs_up_early = False
        self.on_address: Callable[[str], None] = lambda address: None
        self.on_letter: Callable[[EmailMessage], None] = lambda letter: None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        self.on_address(address)
        if self.hangs_up_early:
            server.transport.abort()
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        await asyncio.sleep(self.pause)
        if self.answer.startswith("250"):
            letter = email.message_from_bytes(content, EmailMessage, policy=email.policy.default)
            self.letters.append(letter)
            self.on_letter(letter)
        if self.hangs_up:
            server.transport.abort()
        return self.answer

    def addressees(self) -> list[str]:
        """To whom letters came, in order."""
        return [str(letter["To"]) for letter in self.letters]


class Counter(Controller):
    """The server around a post office, on a port of its own choice."""

    def __init__(self, office: PostOffice) -> None:
        super().__init__(office, hostname="127.0.0.1", port=0)
        self.office = office

    def _trigger_server(self) -> None:
        # aiosmtpd connects once to see whether it serves; with port 0 it must learn the port first.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
