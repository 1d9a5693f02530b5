"""Django's SMTP backend that also knows whether the body of a letter has begun to leave."""

from __future__ import annotations

import smtplib
from typing import Any

from django.core.mail.backends import smtp


class _BodyWatched(smtplib.SMTP):
    """A conversation that notes when the body begins: until then nothing can have arrived.

    smtplib sends commands as text and, after the server's "354 go ahead", the body as bytes.
    """

    body_begun = False

    def sendmail(self, *args: Any, **kwargs: Any) -> dict[str, tuple[int, bytes]]:
        """The refused addressees, as smtplib returns them."""
        self.body_begun = False
        refused: dict[str, tuple[int, bytes]] = super().sendmail(*args, **kwargs)
        return refused

    def send(self, s: Any) -> None:
        """Send a command (text) or the body (bytes)."""
        if isinstance(s, bytes):
            self.body_begun = True
        super().send(s)


class _BodyWatchedSsl(_BodyWatched, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


class EmailBackend(smtp.EmailBackend):
    """Sends as Django's own does; `body_begun` tells a refused letter from a doubtful one."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The kind of conversation that `open` starts."""
        return _BodyWatchedSsl if self.use_ssl else _BodyWatched

    @property
    def body_begun(self) -> bool:
        """Whether the body of the last letter had begun to leave."""
        return bool(getattr(self.connection, "body_begun", False))
