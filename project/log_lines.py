"""What must not appear in a log."""

from __future__ import annotations

import logging
import re

SECRET = re.compile(r"(/invitation/\?key=)[^\s\"&]+")


class HideLinks(logging.Filter):
    """Blots out the secret of an invitation in the addresses that a server logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """True: the line stays, without the secret."""
        words = record.getMessage()
        if SECRET.search(words):
            record.msg, record.args = SECRET.sub(r"\1…", words), ()
        return True
