"""The ledger rows of letters share their letters' fate."""

from __future__ import annotations

from notifications.models import DeliveryState, Reason, Reminder


def end_reminders(message_ids: list[int], state: DeliveryState, reason: Reason | str) -> None:
    """Let the ledger rows of these letters come to the letters' end; skipped ones stay skipped."""
    Reminder.objects.filter(message__in=message_ids).exclude(state=DeliveryState.SKIPPED).update(
        state=state, reason=reason
    )
