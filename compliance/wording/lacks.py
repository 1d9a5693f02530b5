"""The words for what measures lack, for pages and refusals."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.domain.plans.lacks import Lack, Missing, Passed

WORDS: dict[Missing, str | Promise] = {
    Missing.TEXT: _("what is to be done"),
    Missing.EXECUTOR: _("who it is in the system"),
    Missing.DEADLINE: _("deadline"),
    Missing.PROOF: _("what will prove it"),
    Missing.CONFIRMATION: _("confirmation of the deadline"),
}
NAMED = 5  # measures in a sentence; a page lists them all


def lack_words(lacks: Sequence[Lack]) -> str:
    """The measures and what each lacks, as a list in words."""
    return _enumerated(
        [f"{one.name} — {', '.join(str(WORDS[part]) for part in one.missing)}" for one in lacks]
    )


def measure_words(lacks: Sequence[Lack]) -> str:
    """The measures alone, as a list in words."""
    return _enumerated([one.name for one in lacks])


def passed_words(passed: Sequence[Passed]) -> str:
    """The measures with their dates that have passed, as a list in words."""
    return _enumerated(
        [f"{one.name} ({', '.join(f'{day:%d.%m.%Y}' for day in one.dates)})" for one in passed]
    )


def _enumerated(words: Sequence[str]) -> str:
    shown = "; ".join(words[:NAMED])
    if len(words) <= NAMED:
        return shown
    return gettext("%(shown)s and %(count)s more") % {"shown": shown, "count": len(words) - NAMED}
