"""What is known about the clock: until when it was believed, and who said that it is right."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ClockRecord(models.Model):
    """One row: the latest time that was believed, and the last believed reading."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    believed_until = models.DateTimeField()
    read_at = models.DateTimeField()
    boot = models.CharField(max_length=64, blank=True)
    uptime = models.DurationField()

    class Meta:
        verbose_name = _("record of the clock")
        verbose_name_plural = _("records of the clock")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="clock_record_only_one"),
        ]

    def __str__(self) -> str:
        return f"{self.believed_until:%Y-%m-%d %H:%M}"


class ClockStatement(models.Model):
    """Somebody said that the clock is right, though nothing else proved it."""

    said_at = models.DateTimeField(_("said at"))
    # Empty when a command on the server said so.
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("said by"),
    )
    believed_until = models.DateTimeField(_("believed until then"))

    class Meta:
        verbose_name = _("statement about the clock")
        verbose_name_plural = _("statements about the clock")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.said_at:%Y-%m-%d %H:%M}"
