"""Evidence: the sealed original of a photo and its cleaned copies. Never public by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from compliance.models.occurrences import ExecutionReport, Occurrence

if TYPE_CHECKING:
    from compliance.models.people import User


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User) -> EvidenceQuerySet:
        """Evidence of occurrences the user may open."""
        return self.filter(report__occurrence__in=Occurrence.objects.visible_to(user))


class Evidence(models.Model):
    """One photo of a report. The original's bytes are as received and never leave unchanged."""

    class Phase(models.TextChoices):
        BEFORE = "before", _("Before")
        AFTER = "after", _("After")

    report = models.ForeignKey(ExecutionReport, on_delete=models.PROTECT, related_name="evidence")
    phase = models.CharField(_("phase"), max_length=10, choices=Phase, default=Phase.AFTER)
    name = models.CharField(_("file name"), max_length=255)
    content_type = models.CharField(max_length=50)
    size = models.PositiveIntegerField(help_text=_("Bytes of the original."))
    sha256 = models.CharField(max_length=64, db_index=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    original = models.FileField(max_length=200)
    copy = models.FileField(max_length=200)
    thumbnail = models.FileField(max_length=200)
    # By the camera, unconfirmed: shown to the inspector beside the server's time.
    camera_at = models.DateTimeField(null=True, blank=True)
    camera_latitude = models.FloatField(null=True, blank=True)
    camera_longitude = models.FloatField(null=True, blank=True)
    received_at = models.DateTimeField()
    received_from = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["report", "id"]
        constraints = [
            models.UniqueConstraint(fields=["report", "sha256"], name="evidence_once_in_a_report")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The cleaned copy, for those who may see it."""
        return reverse("evidence", args=[self.pk, "copy"])

    @property
    def alt(self) -> str:
        """What stands for the picture where it is not seen."""
        return f"{self.get_phase_display()}: {self.name}"
