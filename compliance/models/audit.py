"""The audit trail: append-only, one chain of hashes per organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compliance.models.organisations import Organisation
from compliance.models.roles import Role

if TYPE_CHECKING:
    from compliance.models.people import User


def in_branch(path: str) -> Q:
    """A condition: the event belongs to the branch; a whole region has an index of its own."""
    ids = path.strip("/").split("/")
    return Q(region=int(ids[0])) if len(ids) == 1 else Q(organisation__path__startswith=path)


def about(*subjects: models.Model) -> Q:
    """A condition: the event is about one of the objects."""
    condition = Q(pk__in=[])
    for subject in subjects:
        condition |= Q(subject_kind=subject._meta.model_name, subject_id=subject.pk)
    return condition


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def visible_to(self, user: User) -> AuditEventQuerySet:
        """Events of the branches that the user administers."""
        condition = Q(pk__in=[])
        for branch in user.jurisdiction().paths(Role.ADMINISTRATOR):
            condition |= in_branch(branch)
        return self.filter(condition)

    def latest_first(self) -> AuditEventQuerySet:
        """By the moment of the act, latest first."""
        return self.order_by("-at", "-id")

    def with_names(self) -> AuditEventQuerySet:
        """With the people and the organisation that a list prints."""
        return self.select_related("actor", "on_behalf_of", "organisation")

    def about(self, *subjects: models.Model) -> AuditEventQuerySet:
        """The timeline of one object, or of several that belong together."""
        return self.filter(about(*subjects))


class AuditEvent(models.Model):
    """Who did what to which object, when, from where, in whose name and why."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # The ministry at the top when the event was written: gives a region's own list its index.
    region = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    sequence = models.PositiveBigIntegerField()
    # Which fields the hash covers (`services.audit.trail`).
    version = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    address = models.CharField(_("from where"), max_length=45, blank=True)
    action = models.CharField(_("what"), max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    # The task of the engine through which it was done; an id only: tasks live above compliance.
    task_id = models.BigIntegerField(null=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(_("why"), blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["organisation", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "sequence"], name="audit_in_sequence")
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="audit_by_subject"),
            models.Index(fields=["region", "-at", "-id"], name="audit_by_region"),
            models.Index(fields=["region", "action", "-at", "-id"], name="audit_by_action"),
            models.Index(
                fields=["region", "-at", "-id"],
                condition=~Q(reason=""),
                name="audit_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}/{self.sequence} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Append; a stored event is never changed."""
        if not self._state.adding:
            raise ValidationError("An audit event is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: an audit event is never deleted."""
        raise ValidationError("An audit event is never deleted.")


class AuditHead(models.Model):
    """How long a chain is and how it ends; locked last in an act, so nobody waits for others."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    count = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("head of an audit chain")
        verbose_name_plural = _("heads of audit chains")

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.count}"
