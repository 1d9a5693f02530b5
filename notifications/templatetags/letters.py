"""Tags of the pages about letters."""

from __future__ import annotations

from django import template

from notifications.models import DeliveryState

register = template.Library()

TONES = {
    DeliveryState.WAITING: "quiet",
    DeliveryState.CLAIMED: "work",
    DeliveryState.TEMPORARY: "soon",
    DeliveryState.ACCEPTED: "good",
    DeliveryState.PERMANENT: "bad",
    DeliveryState.UNKNOWN: "bad",
    DeliveryState.SKIPPED: "quiet",
}


@register.filter
def tone(state: str) -> str:
    """The tone of a badge for a state of delivery."""
    return TONES[DeliveryState(state)]
