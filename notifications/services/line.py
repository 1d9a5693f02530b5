"""The connection to the mail server, opened and closed apart from sending.

So a server that is down is distinguished from a refused letter, and a server that ends the
conversation badly cannot turn an accepted letter into a failed one.
"""

from __future__ import annotations

import logging

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from notifications.services.outcomes import DeliveryOutcome, not_sent

logger = logging.getLogger("vekha.notifications")


class MailLine:
    """One connection for a batch of letters; after a failure it is not tried again."""

    def __init__(self) -> None:
        self.connection: BaseEmailBackend = get_connection()
        self.trouble: DeliveryOutcome | None = None
        self._is_open = False

    def open(self) -> DeliveryOutcome | None:
        """None when the connection stands, else what that means for a letter."""
        if not self._is_open and self.trouble is None:
            try:
                self.connection.open()
                self._is_open = True
            except Exception as error:
                logger.warning("No connection to the mail server: %s", error)
                self.trouble = not_sent(error)
        return self.trouble

    def close(self) -> None:
        """Close it; an error while closing changes nothing about what was accepted."""
        if not self._is_open:
            return
        self._is_open = False
        try:
            self.connection.close()
        except Exception as error:
            logger.info("The mail server did not end the conversation properly: %s", error)
