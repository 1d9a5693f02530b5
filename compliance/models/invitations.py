"""One-time invitations."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compliance.models.organisations import Organisation
from notifications.models import DeliveryState
from notifications.models.letters import is_due, lease_is_over
from notifications.models.states import UNSENT

VALID_FOR = timedelta(days=7)  # from when the letter is sent


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> InvitationQuerySet:
        """Neither used nor withdrawn, though the link may still be too old."""
        return self.filter(used_at__isnull=True, revoked_at__isnull=True)

    def usable(self, now: datetime) -> InvitationQuerySet:
        """Invitations whose link still lets the person in."""
        return self.open().filter(
            Q(address__iexact=F("user__email")),
            user__is_active=True,
            user__last_login__isnull=True,
            valid_until__gt=now,
        )

    def ready(self, now: datetime) -> InvitationQuerySet:
        """Letters to be sent now: due ones, and those whose sender died before it began."""
        due = Q(state__in=UNSENT) & is_due(now)
        dropped = Q(state=DeliveryState.CLAIMED, sending_since__isnull=True)
        return self.open().filter(due | dropped & lease_is_over(now))

    def abandoned(self, now: datetime) -> InvitationQuerySet:
        """Letters whose sender died while sending: nobody knows whether they arrived."""
        return self.filter(
            lease_is_over(now),
            state=DeliveryState.CLAIMED,
            sending_since__isnull=False,
        )


class Invitation(models.Model):
    """A link that lets one person set a password, once. Only its digest is ever stored.

    The link is made when its letter is sent, so it exists only in the letter.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="invitations",
        verbose_name=_("user"),
    )
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("invited by"),
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    digest = models.CharField(max_length=64, blank=True, editable=False)
    address = models.CharField(_("address"), max_length=254, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    # How far the letter has come, in the terms of the other letters.
    state = models.CharField(
        _("state"), max_length=20, choices=DeliveryState, default=DeliveryState.WAITING
    )
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    claim = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    sending_since = models.DateTimeField(null=True, blank=True)
    error = models.TextField(_("answer"), blank=True)
    # The number of its latest try (`SecretLetter.token`), for what the provider reports of it.
    token = models.UUIDField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                name="invitation_open_once",
            ),
            models.UniqueConstraint(
                fields=["digest"], condition=~Q(digest=""), name="invitation_digest_once"
            ),
            models.CheckConstraint(
                condition=Q(digest="") | Q(valid_until__isnull=False),
                name="invitation_link_ends",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(state__in=["waiting", "temporary", "claimed"]),
                name="invitation_ready",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {timezone.localtime(self.made_at):%Y-%m-%d}"

    @property
    def is_on_its_way(self) -> bool:
        """Whether the letter has yet to be sent."""
        return self.state in {*UNSENT, DeliveryState.CLAIMED}
