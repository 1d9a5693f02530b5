"""Files coming from a device over a bad line: parts that have been received stay received."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from compliance.models.evidence import Evidence
from compliance.models.inspections import Inspection
from compliance.models.occurrences import Occurrence

if TYPE_CHECKING:
    from compliance.models.people import User

WAITS_FOR = timedelta(days=7)  # as long as the device itself keeps the file


class IncomingFileQuerySet(models.QuerySet["IncomingFile"]):
    def unfinished(self, sender: User) -> IncomingFileQuerySet:
        """The person's own files that have not arrived completely."""
        return self.filter(sender=sender, finished_at__isnull=True)

    def over(self, at: datetime) -> IncomingFileQuerySet:
        """Files not heard of for too long, and finished ones that are no longer asked about."""
        return self.filter(heard_at__lte=at - WAITS_FOR)


class IncomingFile(models.Model):
    """One file that a device sends in parts; the device makes its key, once for the file.

    When the file is attached its parts go, and the row stays for a week: a device that missed the
    answer asks again and is told, and nothing is attached twice.
    """

    key = models.UUIDField(default=uuid.uuid4, editable=False)
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # For the draft report of a due date, or for what an inspector finds: one of the two.
    occurrence = models.ForeignKey(
        Occurrence, on_delete=models.CASCADE, related_name="+", null=True
    )
    inspection = models.ForeignKey(
        Inspection, on_delete=models.CASCADE, related_name="+", null=True
    )
    phase = models.CharField(_("phase"), max_length=10, choices=Evidence.Phase)
    name = models.CharField(_("file name"), max_length=255)
    size = models.PositiveIntegerField(help_text=_("Bytes of the whole file."))
    heard_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    # Handed to a job, which attaches it later or says why not.
    is_in_job = models.BooleanField(default=False)

    objects = IncomingFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file on its way")
        verbose_name_plural = _("files on their way")
        constraints = [
            models.UniqueConstraint(fields=["sender", "key"], name="one_file_a_key"),
            models.CheckConstraint(
                condition=Q(occurrence__isnull=True) ^ Q(inspection__isnull=True),
                name="a_file_goes_to_one_place",
            ),
        ]
        indexes = [models.Index(fields=["heard_at"], name="incoming_file_heard")]

    def __str__(self) -> str:
        return self.name

    @property
    def received(self) -> int:
        """Bytes that are stored; all of them once the file has been attached."""
        if self.finished_at:
            return self.size
        return self.parts.aggregate(bytes=Sum("size"))["bytes"] or 0


class IncomingPart(models.Model):
    """Bytes of a file from an offset on, in the order in which they were received."""

    file = models.ForeignKey(IncomingFile, on_delete=models.CASCADE, related_name="parts")
    offset = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = _("part of a file on its way")
        verbose_name_plural = _("parts of files on their way")
        ordering = ["file", "offset"]
        constraints = [
            models.UniqueConstraint(fields=["file", "offset"], name="a_part_is_stored_once")
        ]

    def __str__(self) -> str:
        return f"{self.file_id}: {self.offset}"
