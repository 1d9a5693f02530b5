"""What may not stand in a log."""

from __future__ import annotations

import logging
import re

SECRET = re.compile(r"(/invitation/\?key=)[^\s\"&]+")


class HideLinks(logging.Filter):
    """Blots out the secret of an invitation where a server logs the addresses it was asked for."""

    def filter(self, record: logging.LogRecord) -> bool:
        """True: the line stays, without the secret."""
        words = record.getMessage()
        if SECRET.search(words):
            record.msg, record.args = SECRET.sub(r"\1…", words), ()
        return True
