"""What the parties were shown, each time a text was sent to them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compliance.models.plans import Revision


class Sending(models.Model):
    """The text of a revision as sent to the parties; a later round is compared with it."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="sendings")
    sent_at = models.DateTimeField(_("sent at"))
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    content = models.JSONField(_("text"))  # `domain.plans.differences.PlanText` as JSON

    class Meta:
        verbose_name = _("sending to the parties")
        verbose_name_plural = _("sendings to the parties")
        ordering = ["sent_at", "id"]

    def __str__(self) -> str:
        return f"{self.revision} · {timezone.localtime(self.sent_at):%d.%m.%Y}"
