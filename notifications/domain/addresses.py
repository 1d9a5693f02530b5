"""When letters to an address stop: what a mail server's answer says about the address itself."""

from __future__ import annotations

import re

REFUSALS_THAT_SUSPEND = 2
"""So many refusals in a row, where nobody reports on letters. One may be a server's mistake."""

_POLICY = re.compile(r"\b5\.7\.\d{1,3}\b")


def is_about_the_address(code: int | None, words: str) -> bool:
    """Whether the answer means that the address takes no letters: 550 "mailbox unavailable"
    (RFC 5321, 4.2.3), unless its enhanced code is one of policy, 5.7.x (RFC 3463, 3.8): that means
    that our server is not liked, and every address would be suspended in turn.

    >>> is_about_the_address(550, "5.1.1 no such user")
    True
    >>> is_about_the_address(550, "5.7.1 blocked by a list")
    False
    >>> is_about_the_address(552, "mailbox full")
    False
    """
    return code == 550 and not is_policy(words)


def is_policy(words: str) -> bool:
    """Whether the answer is about policy: our server or our letter, not the address."""
    return _POLICY.search(words) is not None


def suspends(latest_first: list[bool]) -> bool:
    """Whether these answers, True for a refusal of the address, are enough to suspend it."""
    latest = latest_first[:REFUSALS_THAT_SUSPEND]
    return len(latest) == REFUSALS_THAT_SUSPEND and all(latest)


def alike(address: str) -> str:
    """The address as it is compared and kept: case makes no difference."""
    return address.strip().lower()
