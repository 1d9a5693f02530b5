"""Who did something, as pages and papers print it."""

from __future__ import annotations

from django.utils.translation import gettext

from compliance.domain.people.names import with_initials
from compliance.models import User


def initialled(person: User | None, on_behalf_of: User | None = None) -> str:
    """`signature` with initials, as papers are signed."""
    if person is None:
        return ""
    name = with_initials(str(person))
    if on_behalf_of is None:
        return name
    absent = with_initials(str(on_behalf_of))
    return gettext("%(person)s for %(absent)s") % {"person": name, "absent": absent}


def signature(person: User | None, on_behalf_of: User | None = None) -> str:
    """Who did something, as a page or a document prints it: "B for A"; empty for the system."""
    if person is None:
        return ""
    if on_behalf_of is None:
        return str(person)
    return gettext("%(person)s for %(absent)s") % {"person": person, "absent": on_behalf_of}
