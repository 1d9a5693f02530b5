"""Who did something, as pages and papers print it."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext

from compliance.domain.people.names import with_initials
from compliance.models import User


def initialled(person: User | None, on_behalf_of: User | None = None) -> str:
    """`signature` with initials, as papers are signed."""
    return _signed(person, on_behalf_of, lambda user: with_initials(str(user)))


def signature(person: User | None, on_behalf_of: User | None = None) -> str:
    """Who did something, as a page or a document prints it: "B for A"; empty for the system."""
    return _signed(person, on_behalf_of, str)


def _signed(person: User | None, absent: User | None, name_of: Callable[[User], str]) -> str:
    if person is None:
        return ""
    if absent is None:
        return name_of(person)
    names = {"person": name_of(person), "absent": name_of(absent)}
    return gettext("%(person)s for %(absent)s") % names
