"""The words of what proves a measure, for pages and refusals."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.domain.evidence.proofs import Part

WORDS: dict[Part, str | Promise] = {
    Part.BEFORE: _("photo “before”"),
    Part.AFTER: _("photo “after”"),
    Part.PHOTO: _("photo"),
    Part.DOCUMENT: _("act or other document"),
    Part.LINK: _("link to the publication"),
    Part.NUMBER: _("result in numbers"),
}


def proof_words(parts: Iterable[Part]) -> str:
    """The parts in words, as an enumeration."""
    return ", ".join(str(WORDS[part]) for part in parts)
