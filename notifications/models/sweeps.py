"""What a sweep leaves behind, so that a missing one is noticed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SweepRecord(models.Model):
    """One sweep of the background: when it last ended well and how, and when it last failed."""

    name = models.CharField(_("sweep"), max_length=40, unique=True)
    ended_at = models.DateTimeField(_("last ended well"), null=True, blank=True)
    took = models.DurationField(_("took"), null=True, blank=True)
    counts = models.JSONField(_("counts"), default=dict, blank=True)
    alive_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    failed_at = models.DateTimeField(_("last failed"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("record of a sweep")
        verbose_name_plural = _("records of sweeps")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
