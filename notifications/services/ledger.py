"""The reminders in a letter end as the letter does."""

from __future__ import annotations

from notifications.models import DeliveryState, Reason, Reminder


def end_reminders(message_ids: list[int], state: DeliveryState, reason: Reason | str) -> None:
    """Give the reminders of these letters the letters' end; skipped ones stay skipped."""
    Reminder.objects.filter(message__in=message_ids).exclude(state=DeliveryState.SKIPPED).update(
        state=state, reason=reason
    )
