"""Evidence: the sealed original and, for a photo, its cleaned copies. Never public by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from compliance.domain.evidence.pdf import CONTENT_TYPE
from compliance.models.occurrences import ExecutionReport, Occurrence

if TYPE_CHECKING:
    from compliance.models.people import User


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User) -> EvidenceQuerySet:
        """Evidence of occurrences the user may open."""
        return self.filter(report__occurrence__in=Occurrence.objects.visible_to(user))


class StoredFile(models.Model):
    """A photo or a PDF as it was received.

    The original of a photo is never given out: people see its copies. A PDF has none, so its bytes
    are given out as an attachment and never shown in a page.
    """

    name = models.CharField(_("file name"), max_length=255)
    content_type = models.CharField(max_length=50)
    size = models.PositiveIntegerField(help_text=_("Bytes of the original."))
    sha256 = models.CharField(max_length=64, db_index=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    # What the picture looks like (domain/evidence/likeness.py); empty if it shows too little.
    likeness = models.BigIntegerField(null=True, blank=True, db_index=True)
    original = models.FileField(max_length=200)
    copy = models.FileField(max_length=200, blank=True)
    thumbnail = models.FileField(max_length=200, blank=True)
    # According to the camera, unconfirmed: shown to the inspector beside the server's time.
    camera_at = models.DateTimeField(null=True, blank=True)
    camera_latitude = models.FloatField(null=True, blank=True)
    camera_longitude = models.FloatField(null=True, blank=True)
    received_at = models.DateTimeField()
    received_from = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def is_document(self) -> bool:
        """Whether it is a PDF, given out as an attachment only."""
        return self.content_type == CONTENT_TYPE


class Evidence(StoredFile):
    """One photo or document of a report."""

    class Phase(models.TextChoices):
        BEFORE = "before", _("Before")
        AFTER = "after", _("After")
        DOCUMENT = "document", _("Document")

    report = models.ForeignKey(ExecutionReport, on_delete=models.PROTECT, related_name="evidence")
    phase = models.CharField(_("phase"), max_length=10, choices=Phase, default=Phase.AFTER)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["report", "id"]
        constraints = [
            models.UniqueConstraint(fields=["report", "sha256"], name="evidence_once_in_a_report")
        ]

    def get_absolute_url(self) -> str:
        """The cleaned copy, or the document to download, for those who may see it."""
        return reverse("evidence", args=[self.pk, "file" if self.is_document else "copy"])

    @property
    def alt(self) -> str:
        """The text in place of the picture where it is not seen."""
        return f"{self.get_phase_display()}: {self.name}"
