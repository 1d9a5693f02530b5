"""Letters and the tries to deliver them."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notifications.models.states import (
    FINAL,
    RESENDABLE,
    UNSENT,
    Channel,
    DeliveryState,
    Reason,
)

Viewer = AbstractBaseUser | AnonymousUser


class Duties(Protocol):
    """What AUTH_USER_MODEL promises about a person: `user.jurisdiction()` gives this.

    The user model belongs to compliance, which may not be imported here. Its manager promises
    `working_only_under(duties, *roles)`.
    """

    def covers(self, field: str, *roles: str) -> Q: ...
    def paths(self, *roles: str) -> tuple[str, ...]: ...


LONGEST_WAIT = timedelta(days=1)
"""No letter waits longer for its next try: a night, or the pause after a failed try."""

LONGEST_LEASE = timedelta(hours=1)
"""No sender holds a letter for longer without renewing its claim."""

ADMINISTRATOR = "administrator"


# Nothing is ever set further ahead: a later time was set by a clock that has gone back since.
def is_due(now: datetime) -> Q:
    """The condition that a letter's next try has come."""
    return Q(next_try_at__lte=now) | Q(next_try_at__gt=now + LONGEST_WAIT)


def lease_is_over(now: datetime) -> Q:
    """The condition that nobody holds a letter any more."""
    return Q(lease_until__lt=now) | Q(lease_until__gt=now + LONGEST_LEASE)


def _duties(user: Viewer) -> Duties | None:
    """The person's duties; None for a visitor who has not signed in."""
    found: Duties | None = user.jurisdiction() if hasattr(user, "jurisdiction") else None
    return found


def administers_anybody(user: Viewer) -> bool:
    """Whether the person is an administrator somewhere."""
    duties = _duties(user)
    return bool(duties and duties.paths(ADMINISTRATOR))


class MessageQuerySet(models.QuerySet["Message"]):
    def addressed_to(self, user: Viewer) -> MessageQuerySet:
        """The user's own letters that have been put into words."""
        return self.filter(addressee_id=user.pk).exclude(text="")

    def undelivered(self, since: date) -> MessageQuerySet:
        """Letters of these days that came back, or did not leave because others had."""
        withheld = Q(state=DeliveryState.SKIPPED, reason=Reason.ADDRESS_SUSPENDED)
        return self.filter(Q(state=DeliveryState.PERMANENT) | withheld, day__gte=since)

    def administered_by(self, user: Viewer) -> MessageQuerySet:
        """Letters about places where the user is administrator, whoever they were written to.

        One that is not in words yet is about no place: it belongs to those who administer every
        place in which its addressee works today.
        """
        duties = _duties(user)
        if duties is None:
            return self.none()
        manager: Any = get_user_model()._default_manager
        people = manager.working_only_under(duties, ADMINISTRATOR)
        unwritten = Q(branch="", addressee__in=people.values("pk"))
        return self.filter(duties.covers("branch", ADMINISTRATOR) | unwritten)

    def sent_under(self, user: Viewer) -> MessageQuerySet:
        """Letters that the user oversees: as administrator; in the demo everybody oversees all."""
        return self.all() if settings.DEMO else self.administered_by(user)

    def visible_to(self, user: Viewer) -> MessageQuerySet:
        """Letters the user may open: their own, and those they oversee."""
        mine, overseen = self.addressed_to(user), self.sent_under(user)
        return self.filter(Q(pk__in=mine.values("pk")) | Q(pk__in=overseen.values("pk")))

    def resendable(self) -> MessageQuerySet:
        """Letters that somebody may have sent again: they failed, or may not have arrived."""
        return self.filter(state__in=RESENDABLE)

    def ready(self, now: datetime) -> MessageQuerySet:
        """Letters to be sent now: due ones, and those whose sender died before it began."""
        due = Q(state__in=UNSENT) & is_due(now)
        dropped = Q(state=DeliveryState.CLAIMED, sending_since__isnull=True)
        return self.filter(due | dropped & lease_is_over(now))

    def abandoned(self, now: datetime) -> MessageQuerySet:
        """Letters whose sender died after it began: nobody knows whether they arrived."""
        return self.filter(
            lease_is_over(now),
            state=DeliveryState.CLAIMED,
            sending_since__isnull=False,
        )


class Message(models.Model):
    """One digest letter: an addressee, a channel, a day. Its words are kept as sent."""

    addressee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="letters",
        verbose_name=_("addressee"),
    )
    channel = models.CharField(_("channel"), max_length=20, choices=Channel, default=Channel.EMAIL)
    day = models.DateField(_("day"))
    # Of the addressee's organisation: letters are sent in its daytime.
    time_zone = models.CharField(max_length=50)
    state = models.CharField(
        _("state"), max_length=20, choices=DeliveryState, default=DeliveryState.WAITING
    )
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    created_at = models.DateTimeField(_("created at"))
    next_try_at = models.DateTimeField(_("next try"))
    # Tries that the mail server answered; tries while it is down do not count.
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    # The fencing token: each claim sets a new one, and only its holder may write.
    claim = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    # Committed before the first byte leaves: tells a letter never begun from a doubtful one.
    sending_since = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    address = models.CharField(_("address"), max_length=254, blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=200, blank=True)
    provider_id = models.CharField(_("provider's number"), max_length=200, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True)
    # The branch ("/1/5/") whose administrators answer for the letter; "/" where it is about two
    # regions. Empty until it is put into words.
    branch = models.CharField(max_length=200, blank=True, db_index=True, editable=False)
    resent_at = models.DateTimeField(_("sent again at"), null=True, blank=True)
    resent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent again by"),
    )
    resent_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("in the name of"),
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-day", "-id"]
        constraints = [
            # A letter that turned out not to be needed does not use up its addressee's day.
            models.UniqueConstraint(
                fields=["addressee", "channel", "day"],
                condition=~Q(state="skipped"),
                name="message_one_a_day",
            ),
            models.UniqueConstraint(
                fields=["message_id"], condition=~Q(message_id=""), name="message_id_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(claim__isnull=False, lease_until__isnull=False),
                name="message_claimed_on_lease",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(FINAL), finished_at__isnull=False)
                | (~Q(state__in=sorted(FINAL)) & Q(finished_at__isnull=True)),
                name="message_final_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["permanent", "unknown", "skipped"]) | ~Q(reason=""),
                name="message_not_sent_for_a_reason",
            ),
            # What was sent, or may have been, is on record word for word.
            models.CheckConstraint(
                condition=~(Q(state="accepted") | Q(sending_since__isnull=False))
                | ~(Q(text="") | Q(address="") | Q(message_id="")),
                name="message_sent_is_kept",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(state__in=["waiting", "temporary"]),
                name="message_ready",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state="claimed"), name="message_on_lease"
            ),
            models.Index(fields=["addressee", "-day", "-id"], name="message_by_addressee"),
            models.Index(fields=["-day", "-id"], name="message_latest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.addressee_id} · {self.day}"

    def get_absolute_url(self) -> str:
        """The page with its words and how it was delivered."""
        return reverse("letter", args=[self.pk])

    @property
    def token(self) -> uuid.UUID:
        """The token under which the letter is held."""
        if self.claim is None:
            raise ValueError(f"letter {self.pk} is not claimed by anybody")
        return self.claim

    @property
    def can_be_resent(self) -> bool:
        """Whether "send again" makes sense: it failed, or nobody knows."""
        return self.state in RESENDABLE


class DeliveryAttempt(models.Model):
    """One try to send a letter: written as unknown before it begins, corrected by the answer."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attempts")
    claim = models.UUIDField(unique=True, default=uuid.uuid4)
    began_at = models.DateTimeField(_("began at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=20, choices=DeliveryState, default=DeliveryState.UNKNOWN
    )
    error = models.TextField(_("answer"), blank=True)
    # Whether the answer says that the address takes no letters.
    refuses_address = models.BooleanField(default=False)
    provider_id = models.CharField(max_length=200, blank=True)
    # When the provider first reported each of these, and in which words.
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    returned_at = models.DateTimeField(_("came back at"), null=True, blank=True)
    complained_at = models.DateTimeField(_("reported as unwanted at"), null=True, blank=True)
    report = models.TextField(_("report"), blank=True)

    class Meta:
        verbose_name = _("try to deliver")
        verbose_name_plural = _("tries to deliver")
        ordering = ["began_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["accepted", "temporary", "permanent", "unknown"]),
                name="attempt_has_an_outcome",
            ),
        ]
        indexes = [
            models.Index(
                fields=["provider_id"],
                condition=~Q(provider_id=""),
                name="attempt_by_provider_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} · {self.get_outcome_display()}"
