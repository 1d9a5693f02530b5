"""Inspections of accepted reports: why planned, by whom held, what they found."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from compliance.models.evidence import StoredFile
from compliance.models.jurisdictions import OVERSEEING
from compliance.models.local_dates import LocalDates
from compliance.models.measures import MeasureVersion
from compliance.models.occurrences import ExecutionReport, Occurrence
from compliance.models.organisations import Organisation

if TYPE_CHECKING:
    from compliance.models.people import User

LARGEST_SEED = 2**32


class InspectionKind(models.TextChoices):
    """How an inspection is held."""

    DESK = "desk", _("Desk inspection")
    VISIT = "visit", _("Visit")
    CALL = "call", _("Control call")
    WEBSITE = "website", _("Check of the website")


class InspectionPolicy(models.Model):
    """A ministry's rule: this share of what is accepted is inspected in this way."""

    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=InspectionKind)
    proof = models.CharField(
        _("what proves the measure"),
        max_length=20,
        choices=MeasureVersion.Proof,
        blank=True,
        help_text=_("Empty: whatever proves it."),
    )
    share = models.PositiveSmallIntegerField(
        _("share, %"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    days = models.PositiveSmallIntegerField(
        _("working days after acceptance"),
        validators=[MinValueValidator(1), MaxValueValidator(250)],
    )
    # What was accepted before this day is left alone: no storm on the first night.
    starts_on = models.DateField(_("for what is accepted from"))
    is_active = models.BooleanField(_("active"), default=True)
    # Determines which reports are drawn: nobody who reports can predict it.
    seed = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("inspection policy")
        verbose_name_plural = _("inspection policies")
        ordering = ["region", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(share__range=(1, 100), days__range=(1, 250)),
                name="inspection_policy_within_bounds",
            ),
            models.CheckConstraint(
                condition=Q(seed__gte=0, seed__lt=LARGEST_SEED), name="inspection_policy_seed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.share} %"


class InspectionSample(models.Model):
    """One act of planning by share: everything needed to draw the same sample again."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=InspectionKind)
    accepted_from = models.DateField(_("accepted from"))
    accepted_to = models.DateField(_("accepted until"))
    share = models.PositiveSmallIntegerField(_("share, %"))
    seed = models.CharField(max_length=64)
    population = models.PositiveIntegerField()
    chosen = models.PositiveIntegerField()
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("inspection sample")
        verbose_name_plural = _("inspection samples")
        constraints = [
            models.CheckConstraint(
                condition=Q(share__range=(1, 100)), name="inspection_sample_within_bounds"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.chosen}/{self.population}"


class InspectionQuerySet(models.QuerySet["Inspection"]):
    def visible_to(self, user: User) -> InspectionQuerySet:
        """Inspections of occurrences the user may open."""
        return self.filter(occurrence__in=Occurrence.objects.visible_to(user))

    def open(self) -> InspectionQuerySet:
        """Inspections that nobody has closed."""
        return self.filter(status=Inspection.Status.OPEN)

    def counting(self) -> InspectionQuerySet:
        """Inspections that were not cancelled."""
        return self.exclude(status=Inspection.Status.CANCELLED)

    def late_at(self, dates: LocalDates) -> InspectionQuerySet:
        """Open inspections whose due date has passed where they are to be held."""
        late = dates.where("organisation__time_zone", lambda today: Q(due_on__lt=today))
        return self.open().filter(late)

    def due_at(self, dates: LocalDates, days: int) -> InspectionQuerySet:
        """Open inspections due from today to so many days ahead, where they are to be held."""
        return self.open().filter(
            dates.where(
                "organisation__time_zone",
                lambda today: Q(due_on__range=(today, today + timedelta(days=days))),
            )
        )

    def with_texts(self) -> InspectionQuerySet:
        """With what a list prints of each row, and the process whose page it leads to."""
        return self.select_related(
            "organisation", "occurrence__version", "inspector", "closed_by", "closed_for"
        )


class Inspection(models.Model):
    """One inspection of one accepted report; the inspected see the result once it is closed."""

    Kind = InspectionKind

    class Status(models.TextChoices):
        OPEN = "open", _("To be held")
        CONFIRMED = "confirmed", _("Execution confirmed")
        NOT_CONFIRMED = "not_confirmed", _("Execution not confirmed")
        CANCELLED = "cancelled", _("Cancelled")

    occurrence = models.ForeignKey(Occurrence, on_delete=models.PROTECT, related_name="inspections")
    report = models.ForeignKey(
        ExecutionReport, on_delete=models.PROTECT, related_name="inspections"
    )
    # A copy: an occurrence never changes its organisation.
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=InspectionKind)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.OPEN)
    policy = models.ForeignKey(
        InspectionPolicy, on_delete=models.PROTECT, null=True, related_name="inspections"
    )
    sample = models.ForeignKey(
        InspectionSample, on_delete=models.PROTECT, null=True, related_name="inspections"
    )
    reason = models.TextField(_("why it is planned"), blank=True)
    inspector = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    due_on = models.DateField(_("due on"))
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # In whose name, where a substitute planned or closed it.
    planned_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    held_on = models.DateField(_("held on"), null=True, blank=True)
    found = models.TextField(_("what was found"), blank=True)
    act_number = models.CharField(_("number of the act"), max_length=100, blank=True)
    remark = models.TextField(_("remark"), blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["occurrence"], condition=Q(status="open"), name="inspection_one_open"
            ),
            models.UniqueConstraint(
                fields=["policy", "report"],
                condition=Q(policy__isnull=False),
                name="inspection_once_by_policy",
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True, closed_by__isnull=True)
                | (~Q(status="open") & Q(closed_at__isnull=False, closed_by__isnull=False)),
                name="inspection_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "cancelled"])
                | (Q(held_on__isnull=False) & ~Q(found="")),
                name="inspection_held_and_found",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "cancelled"]) | ~Q(kind="visit", act_number=""),
                name="inspection_visit_has_its_act",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "confirmed"]) | ~Q(remark=""),
                name="inspection_refuted_with_remark",
            ),
            models.CheckConstraint(
                condition=Q(due_on__range=(date(2000, 1, 1), date(2100, 12, 31))),
                name="inspection_due_in_our_time",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "due_on"], name="inspection_by_organisation"),
            models.Index(fields=["due_on", "id"], name="inspection_by_date"),
            models.Index(
                fields=["due_on"], condition=Q(status="open"), name="inspection_open_by_date"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.due_on}"

    @property
    def is_open(self) -> bool:
        """Whether nobody has closed it."""
        return self.status == self.Status.OPEN

    def shows_result_to(self, user: User) -> bool:
        """Whether the person may read the findings: the ministry always, others after closing."""
        return not self.is_open or self.is_overseen_by(user)

    def is_overseen_by(self, user: User) -> bool:
        """Whether the person oversees the inspected institution."""
        duties, path = user.jurisdiction(), self.organisation.path
        return any(duties.holds(role, path) for role in OVERSEEING)


class InspectionPhotoQuerySet(models.QuerySet["InspectionPhoto"]):
    def visible_to(self, user: User) -> InspectionPhotoQuerySet:
        """Photos of inspections whose results the person may read."""
        ministry = user.jurisdiction().covers("inspection__organisation__path", *OVERSEEING)
        return self.filter(
            ministry | ~Q(inspection__status=Inspection.Status.OPEN),
            inspection__in=Inspection.objects.visible_to(user),
        )


class InspectionPhoto(StoredFile):
    """A photo that an inspector took."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="photos")

    objects = InspectionPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo of an inspection")
        verbose_name_plural = _("photos of an inspection")
        ordering = ["inspection", "id"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "sha256"], name="inspection_photo_once")
        ]

    def get_absolute_url(self) -> str:
        """The cleaned copy, for those who may see it."""
        return reverse("inspection-photo", args=[self.pk, "copy"])

    @property
    def alt(self) -> str:
        """The text in place of the picture where it is not seen."""
        return self.name
