"""The words for what proves a measure, for pages and refusals."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.domain.evidence.proofs import ProofPart

WORDS: dict[ProofPart, str | Promise] = {
    ProofPart.BEFORE: _("photo “before”"),
    ProofPart.AFTER: _("photo “after”"),
    ProofPart.PHOTO: _("photo"),
    ProofPart.DOCUMENT: _("act or other document"),
    ProofPart.LINK: _("link to the publication"),
    ProofPart.NUMBER: _("result in numbers"),
    ProofPart.ANYTHING: _("photo, document or link"),
}


def proof_words(parts: Iterable[ProofPart]) -> str:
    """The parts in words, as a list."""
    return ", ".join(str(WORDS[part]) for part in parts)
