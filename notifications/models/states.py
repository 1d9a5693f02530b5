"""How far a reminder or a letter has come, and why it ended there."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting to be sent")
    CLAIMED = "claimed", _("Being sent")
    TEMPORARY = "temporary", _("Will be tried again")
    # The four final ones. "Unknown" is honest: the other side may or may not have it.
    ACCEPTED = "accepted", _("Sent")
    PERMANENT = "permanent", _("Not delivered")
    UNKNOWN = "unknown", _("Not known whether it arrived")
    SKIPPED = "skipped", _("Not needed any more")


UNSENT = frozenset({DeliveryState.WAITING, DeliveryState.TEMPORARY})
FINAL = frozenset(
    {
        DeliveryState.ACCEPTED,
        DeliveryState.PERMANENT,
        DeliveryState.UNKNOWN,
        DeliveryState.SKIPPED,
    }
)
RESENDABLE = frozenset({DeliveryState.PERMANENT, DeliveryState.UNKNOWN})


class Reason(models.TextChoices):
    """Why a letter or one of its reminders ended without being sent."""

    NOT_WAITING = "not_waiting", _("it no longer waits for a report")
    NOT_EXECUTED = "not_executed", _("the plan is no longer being executed")
    NOT_RESPONSIBLE = "not_responsible", _("another person is responsible now")
    BEGUN = "begun", _("work on it has begun")
    DEADLINE_MOVED = "deadline_moved", _("the date has been moved")
    TASK_DONE = "task_done", _("the task is already done")
    OUTDATED = "outdated", _("it is no longer news")
    GONE = "gone", _("it is no longer there")
    NOTHING_LEFT = "nothing_left", _("nothing was left to remind of")
    PERSON_INACTIVE = "person_inactive", _("the person no longer works here")
    NO_ADDRESS = "no_address", _("the person has no e-mail address")
    ADDRESS_SUSPENDED = "address_suspended", _("letters to this address came back")
    REFUSED = "refused", _("the mail server refused it")
    RETURNED = "returned", _("it came back")
    TRIED_OFTEN = "tried_often", _("given up after several tries")
    CONNECTION_LOST = "connection_lost", _("the connection broke before the answer came")
    SENDER_DIED = "sender_died", _("the sending program stopped before it noted the answer")


UNADDRESSED = frozenset({Reason.NO_ADDRESS, Reason.ADDRESS_SUSPENDED})
"""Why a reminder could not be sent although what it says holds: its addressee reads it here."""

PASSING = frozenset({Reason.NOT_WAITING, Reason.NOT_EXECUTED, Reason.NOT_RESPONSIBLE})
"""Why a reminder was left out by what may be otherwise an hour later: then it is planned anew."""
