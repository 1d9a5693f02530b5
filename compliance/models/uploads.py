"""Uploaded files that their uploader checks before anything from them is stored."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.models.plans import Plan

if TYPE_CHECKING:
    from compliance.models.people import User

KEPT_FOR = timedelta(days=1)
Kept = TypeVar("Kept", bound="Upload")


class UploadQuerySet(models.QuerySet[Kept]):
    def fresh(self, person: User, at: datetime) -> UploadQuerySet[Kept]:
        """The person's own files that are not too old."""
        return self.filter(uploader=person, made_at__gt=at - KEPT_FOR)

    def over(self, at: datetime) -> UploadQuerySet[Kept]:
        """Files whose day is over."""
        return self.filter(made_at__lte=at - KEPT_FOR)


class Upload(models.Model):
    """A file kept for a day, for its uploader to check and confirm."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    file_name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField()
    # The reader's result as plain JSON: a preview does not read the file again.
    reading = models.JSONField(null=True, blank=True)
    stored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.file_name


class PeopleUpload(Upload):
    """An uploaded table of organisations and people."""

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("uploaded table of people")
        verbose_name_plural = _("uploaded tables of people")


class SourceDocument(models.Model):
    """The file that a plan was made from, as it came: never changed, never public.

    Its name and digest stand in the plan itself, so that lists do not read files.
    """

    plan = models.OneToOneField(Plan, on_delete=models.CASCADE, related_name="source")
    content = models.BinaryField()
    kept_at = models.DateTimeField()

    class Meta:
        verbose_name = _("source document of a plan")
        verbose_name_plural = _("source documents of plans")

    def __str__(self) -> str:
        return self.plan.source_name


class PlanUpload(Upload):
    """An uploaded document of a plan, and the draft that was made from it."""

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, null=True, blank=True, related_name="uploads"
    )

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("uploaded document of a plan")
        verbose_name_plural = _("uploaded documents of plans")
