"""Organisations form a tree: ministry → institutions and the public council."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compliance.domain.calendar import shifting
from compliance.models.jurisdictions import HasDuties


def validate_time_zone(value: str) -> None:
    """Refuse a name that the tz database does not know."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValidationError(_("Unknown time zone: %(name)s."), params={"name": value}) from error


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def active(self) -> OrganisationQuerySet:
        """Organisations that have not been closed."""
        return self.filter(is_active=True)

    def institutions(self) -> OrganisationQuerySet:
        """Organisations that provide services and owe plans."""
        return self.filter(kind=Organisation.Kind.INSTITUTION)

    def within(self, organisation: Organisation) -> OrganisationQuerySet:
        """The organisation and everything below it."""
        return self.filter(path__startswith=organisation.path)

    def visible_to(self, user: HasDuties) -> OrganisationQuerySet:
        """Organisations inside a jurisdiction in which the user has a role today."""
        return self.filter(user.jurisdiction().covers("path")).distinct()


class Checkpoints(models.TextChoices):
    """How often continuous work is reported on."""

    WEEKLY = "weekly", _("Weekly")
    MONTHLY = "monthly", _("Monthly")
    QUARTERLY = "quarterly", _("Quarterly")
    HALF_YEARLY = "half_yearly", _("Twice a year")
    YEARLY = "yearly", _("Yearly")


class Interims(models.TextChoices):
    """How often the course of work is asked for inside a long period."""

    QUARTERLY = "quarterly", _("Quarterly")
    HALF_YEARLY = "half_yearly", _("Twice a year")
    NONE = "none", _("Not at all")


class Shift(models.TextChoices):
    """Where a due date moves from a non-working day."""

    BEFORE = shifting.BEFORE, _("To the working day before")
    AFTER = shifting.AFTER, _("To the working day after")
    NONE = shifting.NONE, _("Stays where it is")


class Organisation(models.Model):
    """A ministry, an institution, a public council or a department of any of them."""

    class Kind(models.TextChoices):
        MINISTRY = "ministry", _("Ministry")
        INSTITUTION = "institution", _("Institution")
        COUNCIL = "council", _("Public council")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=500)
    short_name = models.CharField(_("short name"), max_length=200, blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    # "/1/5/": ids from the root down; makes "everything below" one indexed prefix comparison.
    path = models.CharField(max_length=200, blank=True, editable=False, db_index=True)
    rating_group = models.CharField(_("rating group"), max_length=200, blank=True)
    municipality = models.CharField(_("municipality"), max_length=200, blank=True)
    website = models.URLField(_("website"), blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=50, default="Europe/Moscow", validators=[validate_time_zone]
    )
    is_active = models.BooleanField(_("active"), default=True)
    continuous_checkpoints = models.CharField(
        _("checkpoints of continuous measures"),
        max_length=20,
        choices=Checkpoints,
        default=Checkpoints.QUARTERLY,
        help_text=_("How often “постоянно” is reported on in this organisation's own plans."),
    )
    # What follows is set for a whole region: only a ministry's settings apply.
    interim_checkpoints = models.CharField(
        _("the course of work inside a long period is asked for"),
        max_length=20,
        choices=Interims,
        default=Interims.QUARTERLY,
        help_text=_(
            "A measure due at the end of a year or two: its executor is reminded to tell the course"
            " of work. The ministry's setting holds for the whole region."
        ),
    )
    period_end_shift = models.CharField(
        _("the end of a period on a non-working day"),
        max_length=10,
        choices=Shift,
        default=Shift.BEFORE,
        help_text=_("The ministry's setting holds for the whole region."),
    )
    named_date_shift = models.CharField(
        _("a named date on a non-working day"),
        max_length=10,
        choices=Shift,
        default=Shift.AFTER,
        help_text=_("The ministry's setting holds for the whole region."),
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="organisation_name_in_parent"),
            models.CheckConstraint(
                condition=Q(kind="ministry") | Q(parent__isnull=False),
                name="organisation_has_a_ministry",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row and update the paths of the whole branch."""
        before = self.path
        super().save(*args, **kwargs)
        path = f"{self.parent.path if self.parent else '/'}{self.pk}/"
        if path != self.path:
            self.path = path
            type(self).objects.filter(pk=self.pk).update(path=path)
            if before:
                for child in self.children.all():
                    child.parent = self
                    child.save()

    @property
    def jurisdiction_path(self) -> str:
        """The branch that its people look after: a council looks after its ministry's region."""
        if self.kind == self.Kind.COUNCIL and self.parent:
            return self.parent.path
        return self.path

    @property
    def root_path(self) -> str:
        """The path of the ministry at the top: one region."""
        return f"/{self.path.split('/')[1]}/"

    @property
    def region_id(self) -> int:
        """The id of the ministry at the top."""
        return int(self.path.split("/")[1])

    def today(self, at: datetime) -> date:
        """The organisation's own calendar date at an instant (Russia has eleven time zones)."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()


def names_apart(places: Iterable[Organisation]) -> dict[int, str]:
    """The name of each by its id; to one that several share, what tells them apart is added: the
    municipality, or in its place the full name.
    """
    rows = list(places)
    often = Counter(str(one) for one in rows)
    there = Counter((str(one), one.municipality) for one in rows)

    def name(one: Organisation) -> str:
        if often[str(one)] == 1:
            return str(one)
        if one.municipality and there[str(one), one.municipality] == 1:
            return f"{one} ({one.municipality})"
        return one.name

    return {one.pk: name(one) for one in rows}
