"""People and their roles. Users are deactivated, never deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compliance.models.organisations import Organisation


class Role(models.TextChoices):
    EXECUTOR = "executor", _("Responsible executor")
    DIRECTOR = "director", _("Director of the institution")
    COORDINATOR = "coordinator", _("Coordinator")
    INSPECTOR = "inspector", _("Inspector")
    HEAD = "head", _("Head of the authority")
    COUNCIL = "council", _("Member of the public council")
    HR = "hr", _("Personnel and bonuses")
    ADMINISTRATOR = "administrator", _("Administrator")


# Roles that see everything inside their jurisdiction, drafts included.
OVERSEEING = frozenset({Role.COORDINATOR, Role.INSPECTOR, Role.HEAD, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Duty:
    """One current membership, reduced to what a permission check needs."""

    role: str
    organisation_id: int
    path: str
    time_zone: str


@dataclass(frozen=True)
class Jurisdiction:
    """All current duties of a person: what they may look at and act on."""

    duties: tuple[Duty, ...]

    def paths(self, *roles: str) -> tuple[str, ...]:
        """Branches of the tree in which the person has one of the roles (any, if none named)."""
        return tuple(sorted({duty.path for duty in self.duties if not roles or duty.role in roles}))

    def holds(self, role: str, path: str) -> bool:
        """Whether the person has the role for the organisation at this path."""
        return any(path.startswith(branch) for branch in filter(None, self.paths(role)))

    def covers(self, field: str, *roles: str) -> Q:
        """A condition: the path in `field` lies in one of the branches. No branch, no row."""
        condition = Q(pk__in=[])
        for branch in filter(None, self.paths(*roles)):
            condition |= Q(**{f"{field}__startswith": branch})
        return condition

    @property
    def roles(self) -> frozenset[str]:
        """The names of the person's roles."""
        return frozenset(duty.role for duty in self.duties)


class User(AbstractUser):
    """A person who can sign in, by name or e-mail."""

    full_name = models.CharField(_("full name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    objects = UserManager()

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="user_email_unique",
                violation_error_message=_("Another person already uses this e-mail."),
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: a person's acts stay in the record; deactivate instead."""
        raise ValidationError(_("People are deactivated, not deleted: their acts stay on record."))

    @cached_property
    def _jurisdiction(self) -> Jurisdiction:
        memberships = (
            Membership.objects.current(timezone.localdate())
            .filter(user_id=self.pk, user__is_active=True)
            .select_related("organisation", "organisation__parent")
            .order_by("pk")
        )
        return Jurisdiction(
            tuple(
                Duty(
                    row.role,
                    row.organisation_id,
                    row.organisation.jurisdiction_path,
                    row.organisation.time_zone,
                )
                for row in memberships
            )
        )

    def jurisdiction(self) -> Jurisdiction:
        """The person's current duties: one query, kept for the life of this object (a request)."""
        return self._jurisdiction

    def today(self, at: datetime) -> date:
        """The calendar date at an instant where the person works (their first duty's place)."""
        duties = self.jurisdiction().duties
        zone = duties[0].time_zone if duties else settings.TIME_ZONE
        return at.astimezone(ZoneInfo(zone)).date()


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, today: date) -> MembershipQuerySet:
        """Memberships that have begun and have not ended."""
        return self.filter(
            Q(starts_on__isnull=True) | Q(starts_on__lte=today),
            Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        )

    def visible_to(self, user: User) -> MembershipQuerySet:
        """Memberships in organisations of the user's jurisdiction."""
        return self.filter(user.jurisdiction().covers("organisation__path"))


class Membership(models.Model):
    """A person's role and post in an organisation, from day to day."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("user")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("organisation"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    post = models.CharField(_("post"), max_length=300, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(ends_on__isnull=True),
                name="membership_open_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "role"], name="membership_by_role")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organisation}"
