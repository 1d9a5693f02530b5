"""Interim dates: when an executor is asked for the course of work inside a long period."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from compliance.models.due_conditions import seen_by
from compliance.models.measures import Assignment
from compliance.models.occurrences import Occurrence
from compliance.models.organisations import Organisation
from compliance.models.plans import Plan, State

if TYPE_CHECKING:
    from compliance.models.people import User


class InterimDateQuerySet(models.QuerySet["InterimDate"]):
    def visible_to(self, user: User) -> InterimDateQuerySet:
        """Interim dates of work whose due dates the user may open."""
        return self.filter(seen_by(user))

    def untold(self) -> InterimDateQuerySet:
        """Interim dates that nobody has answered."""
        return self.filter(noted_at__isnull=True)

    def told(self) -> InterimDateQuerySet:
        """Answered interim dates, latest first."""
        return self.filter(noted_at__isnull=False).order_by("-asked_on", "-id")

    def with_people(self) -> InterimDateQuerySet:
        """With the people concerned, without a query for each row."""
        return self.select_related("organisation", "assignment", "noted_by", "noted_for")

    def asking(self) -> InterimDateQuerySet:
        """Interim dates still asked about: the plan is executed, with open work ahead of them."""
        return (
            self.untold()
            .filter(plan__state=State.EXECUTING, assignment__ended_at__isnull=True)
            .filter(Exists(_work_ahead()))
        )

    def with_occurrence(self) -> InterimDateQuerySet:
        """With `work_ahead`: the next open due date of the same work; its page has the question."""
        return self.annotate(work_ahead=Subquery(_work_ahead().values("pk")[:1]))


def _work_ahead() -> models.QuerySet[Occurrence]:
    """For an interim date: the open due dates after it, the nearest first."""
    return (
        Occurrence.objects.open()
        .filter(assignment=OuterRef("assignment"), due_on__gt=OuterRef("asked_on"))
        .order_by("due_on", "pk")
    )


class InterimDate(models.Model):
    """A day on which the course of work is asked for. It is never overdue and on no sheet."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="interims")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="interims")
    version = models.ForeignKey(
        "compliance.MeasureVersion", on_delete=models.PROTECT, related_name="+"
    )
    intended_on = models.DateField(
        _("intended for"), help_text=_("Before any shift for non-working days.")
    )
    asked_on = models.DateField(_("asked for on"))
    note = models.TextField(_("course of work"), blank=True, default="")
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    noted_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    noted_at = models.DateTimeField(null=True, blank=True)

    objects = InterimDateQuerySet.as_manager()

    class Meta:
        verbose_name = _("interim date")
        verbose_name_plural = _("interim dates")
        ordering = ["asked_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "intended_on"], name="interim_once"),
            models.CheckConstraint(
                condition=Q(asked_on__range=(date(2000, 1, 1), date(2100, 12, 31))),
                name="interim_in_our_time",
            ),
            models.CheckConstraint(
                condition=Q(noted_at__isnull=True, note="", noted_by__isnull=True)
                | (Q(noted_at__isnull=False, noted_by__isnull=False) & ~Q(note="")),
                name="interim_told_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_on", "assignment"],
                condition=Q(noted_at__isnull=True),
                name="interim_untold_by_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} · {self.asked_on}"

    @property
    def occurrence_id(self) -> int | None:
        """The due date on whose page it is answered, after `with_occurrence`; None if all done."""
        found: int | None = vars(self)["work_ahead"]
        return found
