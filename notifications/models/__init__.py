"""The rows of notifications: the schedule, the ledger, and the letters."""

from notifications.models.clocks import ClockRecord, ClockStatement
from notifications.models.letters import DeliveryAttempt, Message
from notifications.models.reminders import Reminder, ReminderStep
from notifications.models.secret_letters import SecretLetter
from notifications.models.states import Channel, DeliveryState, Reason
from notifications.models.suspensions import AddressSuspension
from notifications.models.sweeps import SweepRecord

__all__ = [
    "AddressSuspension",
    "Channel",
    "ClockRecord",
    "ClockStatement",
    "DeliveryAttempt",
    "DeliveryState",
    "Message",
    "Reason",
    "Reminder",
    "ReminderStep",
    "SecretLetter",
    "SweepRecord",
]
