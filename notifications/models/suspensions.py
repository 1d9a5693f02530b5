"""Addresses to which no letters leave, because they came back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.domain.addresses import alike
from notifications.models.letters import Message


class AddressSuspensionQuerySet(models.QuerySet["AddressSuspension"]):
    def standing(self) -> AddressSuspensionQuerySet:
        """Suspensions that nobody has lifted."""
        return self.filter(lifted_at__isnull=True)

    def of_address(self, address: str) -> AddressSuspensionQuerySet:
        """The one suspension, if any, that stops letters to this address."""
        return self.standing().filter(address=alike(address))


class AddressSuspension(models.Model):
    """From a letter that came back until somebody lifts it: letters to the address are skipped."""

    class Cause(models.TextChoices):
        RETURNED = "returned", _("a letter came back")
        REFUSED = "refused", _("its server refused two letters in a row")
        COMPLAINED = "complained", _("a letter was reported as unwanted")

    address = models.CharField(_("address"), max_length=254)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("addressee"),
    )
    # None of an invitation: its words are kept nowhere.
    letter = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="+")
    cause = models.CharField(_("cause"), max_length=20, choices=Cause)
    words = models.TextField(_("answer"), blank=True)
    began_at = models.DateTimeField(_("since"))
    # When people were told of it; the app above decides whom.
    told_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lifted by"),
    )

    objects = AddressSuspensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suspended address")
        verbose_name_plural = _("suspended addresses")
        ordering = ["-began_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["address"],
                condition=Q(lifted_at__isnull=True),
                name="suspension_standing_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(told_at__isnull=True), name="suspension_to_be_told"
            ),
        ]

    def __str__(self) -> str:
        return self.address
