"""Who acts in whose name, from which day to which."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from compliance.models.people import User


class SubstitutionQuerySet(models.QuerySet["Substitution"]):
    def standing(self) -> SubstitutionQuerySet:
        """Substitutions that nobody has ended before their time."""
        return self.filter(ended_at__isnull=True)

    def current(self, today: date) -> SubstitutionQuerySet:
        """Substitutions that run on this day."""
        return self.standing().filter(starts_on__lte=today, ends_on__gte=today)

    def lasting(self, today: date) -> SubstitutionQuerySet:
        """Substitutions that run on this day or later."""
        return self.standing().filter(ends_on__gte=today)

    def overlapping(self, first: date, last: date) -> SubstitutionQuerySet:
        """Substitutions that share at least one of these days."""
        return self.standing().filter(starts_on__lte=last, ends_on__gte=first)

    def visible_to(self, user: User) -> SubstitutionQuerySet:
        """One's own, on either side, and those of people in the person's jurisdiction."""
        within = user.jurisdiction().covers("absent__memberships__organisation__path")
        mine = Q(absent=user) | Q(substitute=user)
        return self.filter(pk__in=Substitution.objects.filter(mine | within).values("pk"))


class Substitution(models.Model):
    """A person is away, and another acts in their name."""

    absent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="absences",
        verbose_name=_("who is away"),
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="substitutions",
        verbose_name=_("substitute"),
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=300)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField()
    # Set when it is called off before its last day; from that instant it gives no rights.
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SubstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("substitution")
        verbose_name_plural = _("substitutions")
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(absent=F("substitute")), name="substitution_by_another"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="substitution_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["substitute", "ends_on"], name="substitution_of_substitute"),
            models.Index(fields=["absent", "ends_on"], name="substitution_of_absent"),
        ]

    def __str__(self) -> str:
        return f"{self.substitute} ← {self.absent} · {self.starts_on} – {self.ends_on}"

    def runs_on(self, today: date) -> bool:
        """Whether it gives its substitute the rights of the absent person on this day."""
        return self.ended_at is None and self.starts_on <= today <= self.ends_on
