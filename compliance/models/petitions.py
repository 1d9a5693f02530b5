"""Petitions: what somebody asks the ministry about one due date, and what became of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from compliance.models.occurrences import Occurrence
from compliance.models.organisations import Organisation

if TYPE_CHECKING:
    from compliance.models.people import User


_UNENDORSED = Q(
    endorsed_at__isnull=True, occurrence__organisation__kind=Organisation.Kind.INSTITUTION
)


class PetitionQuerySet(models.QuerySet["Petition"]):
    def visible_to(self, user: User) -> PetitionQuerySet:
        """Petitions about occurrences the user may open."""
        return self.filter(occurrence__in=Occurrence.objects.visible_to(user))

    def open(self) -> PetitionQuerySet:
        """Petitions that nobody has decided."""
        return self.filter(status=Petition.Status.OPEN)

    def about_row(self) -> PetitionQuerySet:
        """Open petitions about the occurrence of an outer query."""
        return self.open().filter(occurrence=models.OuterRef("pk"))

    def waivers(self) -> PetitionQuerySet:
        """Work waived without being done, on request or by the ministry's own decision."""
        return self.filter(kind=Petition.Kind.WAIVER, status=Petition.Status.GRANTED)

    def unendorsed(self) -> PetitionQuerySet:
        """Open petitions waiting for the institution's director."""
        return self.open().filter(_UNENDORSED)

    def endorsed(self) -> PetitionQuerySet:
        """Open petitions waiting for the ministry: endorsed, or never in need of it."""
        return self.open().exclude(_UNENDORSED)

    def with_texts(self) -> PetitionQuerySet:
        """With what pages print of each row, without a query for each row."""
        return self.select_related(
            "occurrence__organisation",
            "occurrence__version",
            "occurrence__plan",
            "occurrence__assignment__executor",
        ).with_people()

    def with_people(self) -> PetitionQuerySet:
        """With who asked, endorsed and decided, and in whose names."""
        return self.select_related(
            "made_by", "made_for", "endorsed_by", "endorsed_for", "decided_by", "decided_for"
        )


class Petition(models.Model):
    """A reasoned request for a later date, or for waiving a measure."""

    class Kind(models.TextChoices):
        EXTENSION = "extension", _("Extension of the deadline")
        WAIVER = "waiver", _("Waiver: closed without execution")

    class Status(models.TextChoices):
        OPEN = "open", _("Under consideration")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        DECLINED = "declined", _("Declined by the director")
        WITHDRAWN = "withdrawn", _("Withdrawn by the asker")
        LAPSED = "lapsed", _("Lapsed: nothing is left to decide")

    occurrence = models.ForeignKey(Occurrence, on_delete=models.PROTECT, related_name="petitions")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.OPEN)
    reason = models.TextField(_("reason"))
    # The date when it was made, the date asked for, and the date granted, which may be earlier than
    # that; the last two are already on a working day.
    due_on = models.DateField(_("due on"))
    new_due_on = models.DateField(_("new date"), null=True, blank=True)
    granted_due_on = models.DateField(_("date granted"), null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("asked by"),
    )
    # In whose name a substitute did it; likewise with the two below.
    made_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(_("asked at"))
    endorsed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    endorsed_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    endorsed_at = models.DateTimeField(null=True, blank=True)
    # Who ended it, in whatever way; empty where the system let it lapse.
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(_("decision"), blank=True)

    objects = PetitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("petition")
        verbose_name_plural = _("petitions")
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["occurrence"], condition=Q(status="open"), name="petition_one_open"
            ),
            models.CheckConstraint(
                condition=Q(kind="extension", new_due_on__isnull=False, new_due_on__gt=F("due_on"))
                | Q(kind="waiver", new_due_on__isnull=True),
                name="petition_extension_asks_a_later_date",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind="extension",
                    status="granted",
                    granted_due_on__isnull=False,
                    granted_due_on__lte=F("new_due_on"),
                )
                | (~Q(kind="extension", status="granted") & Q(granted_due_on__isnull=True)),
                name="petition_granted_date_within_what_was_asked",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="petition_has_its_reason"),
            models.CheckConstraint(
                condition=Q(endorsed_by__isnull=True, endorsed_at__isnull=True)
                | Q(endorsed_by__isnull=False, endorsed_at__isnull=False),
                name="petition_endorsed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status="open", decided_at__isnull=True, decided_by__isnull=True)
                | Q(status="lapsed", decided_at__isnull=False)
                | Q(
                    status__in=["granted", "refused", "declined", "withdrawn"],
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
                name="petition_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["refused", "declined", "lapsed"]) | ~Q(decision=""),
                name="petition_refused_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-made_at", "-id"], name="petition_by_status"),
            models.Index(fields=["-made_at", "-id"], name="petition_latest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.occurrence_id}"

    def get_absolute_url(self) -> str:
        """The page where it is read and decided."""
        return reverse("petition", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide it."""
        return self.status == self.Status.OPEN

    @property
    def moves_to(self) -> date | None:
        """The date it moves the deadline to: the one granted or, until then, the one asked for."""
        return self.granted_due_on or self.new_due_on

    @property
    def is_unasked(self) -> bool:
        """Whether the ministry waived without a request: nobody decides on their own request."""
        granted = self.status == self.Status.GRANTED
        return granted and self.decided_by_id == self.made_by_id

    @property
    def is_granted_otherwise(self) -> bool:
        """Whether the date granted is not the date asked for."""
        return self.granted_due_on not in {None, self.new_due_on}

    @property
    def askers(self) -> frozenset[int | None]:
        """The ids of the person who asked and of the one they asked for: neither may decide."""
        return frozenset({self.made_by_id, self.made_for_id} - {None})

    @property
    def needs_endorsement(self) -> bool:
        """Whether the institution's director comes before the ministry and has not endorsed it yet.

        A ministry's and a council's own share of a regional plan has no director.
        """
        kind = self.occurrence.organisation.kind
        return self.endorsed_at is None and kind == Organisation.Kind.INSTITUTION


__all__ = ["Petition"]
