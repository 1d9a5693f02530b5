"""Bonus inputs: a ministry's band table and the assessment sheets of directors."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.quarters import quarter_code
from compliance.domain.incentives.outcomes import DueDateOutcome, OutcomeTally
from compliance.domain.incentives.scale import USUAL_LATE_WEIGHT, BandRow, Scale
from compliance.models.jurisdictions import OVERSEEING
from compliance.models.occurrences import Occurrence
from compliance.models.organisations import Organisation
from compliance.models.roles import Role

if TYPE_CHECKING:
    from compliance.models.people import User


class IncentiveSchemeQuerySet(models.QuerySet["IncentiveScheme"]):
    def valid_on(self, day: date) -> IncentiveSchemeQuerySet:
        """Schemes that had begun by the day, latest first."""
        return self.filter(valid_from__lte=day).order_by("-valid_from")


class IncentiveScheme(models.Model):
    """A ministry's table from points to a share of the bonus, with its legal basis."""

    region = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="incentive_schemes",
        verbose_name=_("region"),
    )
    title = models.CharField(_("title"), max_length=300)
    legal_basis = models.CharField(_("legal basis"), max_length=500, blank=True)
    valid_from = models.DateField(_("valid from"))
    late_weight = models.DecimalField(
        _("weight of what is done late"),
        max_digits=3,
        decimal_places=2,
        default=USUAL_LATE_WEIGHT,
        help_text=_("What is done in time weighs 1, what is not done 0."),
    )

    objects = IncentiveSchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("incentive scheme")
        verbose_name_plural = _("incentive schemes")
        ordering = ["region", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["region", "valid_from"], name="scheme_once_a_day"),
            models.CheckConstraint(
                condition=Q(late_weight__gte=0, late_weight__lte=1), name="scheme_weight_in_range"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def scale(self) -> Scale:
        """The band table, checked; raises Refusal "bands_incomplete" at a gap or an overlap."""
        return Scale.of(band.row for band in self.bands.all())


class Band(models.Model):
    """A line of the table as the ministry wrote it; `domain/incentives/scale.py` reads it."""

    scheme = models.ForeignKey(IncentiveScheme, on_delete=models.CASCADE, related_name="bands")
    points_from = models.DecimalField(_("points from"), max_digits=5, decimal_places=2)
    points_to = models.DecimalField(_("points up to"), max_digits=5, decimal_places=2)
    share = models.DecimalField(_("share of the bonus, %"), max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = _("band")
        verbose_name_plural = _("bands")
        ordering = ["scheme", "-points_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(points_to__gte=F("points_from"), points_from__gte=0)
                & Q(points_to__lte=100, share__gte=0, share__lte=100),
                name="band_in_range",
            )
        ]

    def __str__(self) -> str:
        return f"{self.points_from}–{self.points_to} → {self.share} %"

    @property
    def row(self) -> BandRow:
        """The line as the domain reads it."""
        return BandRow(self.points_from, self.points_to, self.share)


class IncentiveSheetQuerySet(models.QuerySet["IncentiveSheet"]):
    def visible_to(self, user: User) -> IncentiveSheetQuerySet:
        """Sheets for the ministry, personnel, and the director they are about."""
        return self.filter(
            user.jurisdiction().covers("organisation__path", *OVERSEEING, Role.DIRECTOR, Role.HR)
        )

    def with_texts(self) -> IncentiveSheetQuerySet:
        """With what pages and exports print of each sheet."""
        return self.select_related("organisation", "scheme", "calculated_by", "calculated_for")

    def of(self, period: Period) -> IncentiveSheetQuerySet:
        """Sheets of a quarter."""
        return self.filter(period_start=period.start, period_end=period.end)


class IncentiveSheet(models.Model):
    """The assessment sheet of a director for a quarter: an input; people decide."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="incentive_sheets"
    )
    scheme = models.ForeignKey(
        IncentiveScheme, on_delete=models.PROTECT, null=True, related_name="sheets"
    )
    period_start = models.DateField(_("period from"))
    period_end = models.DateField(_("period until"))
    as_of = models.DateField(_("as of"), help_text=_("Dates before this day were due."))
    due = models.PositiveIntegerField(_("due"))
    in_time = models.PositiveIntegerField(_("done in time"))
    late = models.PositiveIntegerField(_("done late"))
    not_done = models.PositiveIntegerField(_("not done"))
    waiting = models.PositiveIntegerField(_("waiting for the inspector"))
    waived = models.PositiveIntegerField(_("waived"), help_text=_("Not owed, not done."))
    returned = models.PositiveIntegerField(_("returned"))
    # None when nothing was due: no number, not 100 %.
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2, null=True)
    share = models.DecimalField(
        _("share of the bonus, %"), max_digits=5, decimal_places=2, null=True
    )
    calculated_at = models.DateTimeField(_("calculated at"))
    calculated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    calculated_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = IncentiveSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment sheet")
        verbose_name_plural = _("assessment sheets")
        ordering = ["-period_start", "organisation__name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "period_start", "period_end"], name="sheet_once_a_period"
            ),
            models.CheckConstraint(
                condition=Q(due=F("in_time") + F("late") + F("not_done") + F("waiting")),
                name="sheet_adds_up",
            ),
            # No number where nothing was decided; otherwise always one.
            models.CheckConstraint(
                condition=Q(points__isnull=True, share__isnull=True, due=F("waiting"))
                | Q(points__isnull=False, share__isnull=False, due__gt=F("waiting")),
                name="sheet_number_only_of_what_was_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.period_start}–{self.period_end}"

    def get_absolute_url(self) -> str:
        """The sheet's page, where every number opens its rows."""
        return reverse("incentive-sheet", args=[self.pk])

    @property
    def quarter(self) -> str:
        """The quarter's code, as 2026Q1."""
        return quarter_code(self.period_start)

    @property
    def tally(self) -> OutcomeTally:
        """The sheet's counts as the domain has them."""
        return OutcomeTally(
            in_time=self.in_time,
            late=self.late,
            not_done=self.not_done,
            waiting=self.waiting,
            waived=self.waived,
            returned=self.returned,
        )


class IncentiveLineQuerySet(models.QuerySet["IncentiveLine"]):
    def owed(self) -> IncentiveLineQuerySet:
        """Lines of what was owed; a waived one was not."""
        return self.exclude(outcome=IncentiveLine.Outcome.WAIVED)

    def with_texts(self) -> IncentiveLineQuerySet:
        """With what pages print of each line."""
        return self.select_related(
            "occurrence__plan",
            "occurrence__organisation",
            "occurrence__version",
            "occurrence__assignment__executor",
        )

    def returned(self) -> IncentiveLineQuerySet:
        """Lines whose reports were returned at least once."""
        return self.owed().filter(returns__gt=0)


class IncentiveLine(models.Model):
    """One occurrence that a sheet counted, and how."""

    class Outcome(models.TextChoices):
        IN_TIME = DueDateOutcome.IN_TIME, _("Done in time")
        LATE = DueDateOutcome.LATE, _("Done late")
        NOT_DONE = DueDateOutcome.NOT_DONE, _("Not done")
        WAITING = DueDateOutcome.WAITING, _("Waiting for the inspector")
        WAIVED = DueDateOutcome.WAIVED, _("Waived")

    sheet = models.ForeignKey(IncentiveSheet, on_delete=models.CASCADE, related_name="lines")
    occurrence = models.ForeignKey(Occurrence, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome)
    due_on = models.DateField(_("due on"))
    late_after = models.DateField(_("last day in time"))  # by which the outcome was decided
    done_on = models.DateField(_("reported on"), null=True)
    returns = models.PositiveIntegerField(_("times returned"), default=0)

    objects = IncentiveLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a sheet")
        verbose_name_plural = _("lines of sheets")
        ordering = ["sheet", "due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "occurrence"], name="line_once_in_a_sheet")
        ]

    def __str__(self) -> str:
        return f"{self.occurrence_id}: {self.outcome}"
