"""The rows of notifications: the schedule, the ledger, and the letters."""

from notifications.models.letters import DeliveryAttempt, Message
from notifications.models.reminders import Reminder, ReminderStep
from notifications.models.states import Channel, DeliveryState, Reason
from notifications.models.sweeps import SweepRecord

__all__ = [
    "Channel",
    "DeliveryAttempt",
    "DeliveryState",
    "Message",
    "Reason",
    "Reminder",
    "ReminderStep",
    "SweepRecord",
]
