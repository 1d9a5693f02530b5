"""Words of the bonus pages."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.formats import number_format

from compliance.domain.incentives.scale import without_zeros
from compliance.wording.quarters import quarter_words

register = template.Library()

register.filter("quarter_words", quarter_words)


@register.filter
def short(value: Decimal | None) -> str:
    """A number without needless zeros: 94,00 is 94. Empty for None."""
    return "" if value is None else str(number_format(without_zeros(value)))


TONES = {
    "in_time": "good",
    "late": "soon",
    "not_done": "bad",
    "waiting": "info",
    "waived": "quiet",
}


@register.filter
def outcome_tone(outcome: str) -> str:
    """The tone of an outcome's badge."""
    return TONES.get(outcome, "quiet")
