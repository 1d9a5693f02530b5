"""Letters that carry a secret, such as invitations: their words are kept nowhere, their fate is."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.models.states import DeliveryState


class SecretLetter(models.Model):
    """One try to send such a letter: to whom, where, and what the provider reported of it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("addressee"),
    )
    address = models.CharField(_("address"), max_length=254)
    token = models.UUIDField(unique=True, default=uuid.uuid4)
    provider_id = models.CharField(max_length=200, blank=True)
    began_at = models.DateTimeField(_("began at"))
    # Unknown also of a letter that was taken: a password letter has nobody who writes that down.
    outcome = models.CharField(
        _("outcome"), max_length=20, choices=DeliveryState, default=DeliveryState.UNKNOWN
    )
    # Whether the answer says that the address takes no letters.
    refuses_address = models.BooleanField(default=False)
    returned_at = models.DateTimeField(_("came back at"), null=True, blank=True)
    complained_at = models.DateTimeField(_("reported as unwanted at"), null=True, blank=True)
    report = models.TextField(_("report"), blank=True)

    class Meta:
        verbose_name = _("letter with a secret")
        verbose_name_plural = _("letters with a secret")
        indexes = [
            models.Index(
                fields=["provider_id"],
                condition=~Q(provider_id=""),
                name="secret_letter_by_provider_id",
            ),
            models.Index(fields=["person", "began_at"], name="secret_letter_of_person"),
        ]

    def __str__(self) -> str:
        return self.address
