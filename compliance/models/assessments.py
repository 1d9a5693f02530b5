"""Independent quality assessments: results, findings and proposals of the public council."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.models.organisations import Organisation

if TYPE_CHECKING:
    from compliance.models.people import User


class Assessment(models.Model):
    """One round of assessment in a region."""

    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="assessments")
    title = models.CharField(_("title"), max_length=500)
    year = models.PositiveSmallIntegerField(_("year"))
    source_name = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-year", "id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "year", "title"], name="assessment_once")
        ]

    def __str__(self) -> str:
        return self.title


class AssessmentResultQuerySet(models.QuerySet["AssessmentResult"]):
    def visible_to(self, user: User) -> AssessmentResultQuerySet:
        """Results of organisations in the user's jurisdiction."""
        return self.filter(user.jurisdiction().covers("organisation__path"))


class AssessmentResult(models.Model):
    """An institution's integral score and its place in its rating group."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="results")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="assessment_results"
    )
    group = models.CharField(_("rating group"), max_length=200, blank=True)
    score = models.DecimalField(_("integral score"), max_digits=6, decimal_places=2)
    place = models.PositiveIntegerField(_("place"))

    objects = AssessmentResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment result")
        verbose_name_plural = _("assessment results")
        ordering = ["assessment", "group", "place", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "organisation"], name="assessment_result_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.score}"


class Finding(models.Model):
    """A shortcoming that the council found."""

    result = models.ForeignKey(AssessmentResult, on_delete=models.CASCADE, related_name="findings")
    text = models.TextField(_("finding"))

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["result", "id"]

    def __str__(self) -> str:
        return self.text


class Proposal(models.Model):
    """What the council proposes to do about an institution's shortcomings."""

    result = models.ForeignKey(AssessmentResult, on_delete=models.CASCADE, related_name="proposals")
    text = models.TextField(_("proposal"))

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["result", "id"]

    def __str__(self) -> str:
        return self.text
