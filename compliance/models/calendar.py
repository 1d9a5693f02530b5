"""The working calendar: an editable table, seeded from the `holidays` package."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """A date that differs from the plain week: a holiday, a shortened or a transferred day."""

    class Kind(models.TextChoices):
        NON_WORKING = "non_working", _("Non-working")
        WORKING = "working", _("Working (transferred)")
        SHORT = "short", _("Shortened")

    # None: the whole country; otherwise the ministry whose region has days of its own.
    region = models.ForeignKey(
        "compliance.Organisation",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="calendar_days",
        verbose_name=_("region"),
    )
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = models.CharField(_("title"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["date", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "date"],
                condition=Q(region__isnull=False),
                name="calendar_day_once_in_a_region",
            ),
            models.UniqueConstraint(
                fields=["date"], condition=Q(region__isnull=True), name="calendar_day_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} · {self.get_kind_display()}"
