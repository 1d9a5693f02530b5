"""The kinds of plans: who plays which party, and what a new plan begins with."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from compliance.models.organisations import Interims, Organisation
from compliance.models.roles import Role

# The names that come with an installation; a ministry names its own kinds in its own words.
_USUAL_TYPES = (
    gettext_noop("Improvement plan of an institution"),
    gettext_noop("Improvement plan of a region"),
)


# Who has plans: a council decides on others' plans and has none of its own.
OWNER_KINDS = [
    (kind.value, kind.label) for kind in (Organisation.Kind.INSTITUTION, Organisation.Kind.MINISTRY)
]


class PlanTypeQuerySet(models.QuerySet["PlanType"]):
    def offered(self) -> PlanTypeQuerySet:
        """Types for new plans, oldest first; plans of other types go on."""
        return self.filter(retired_at__isnull=True).order_by("pk")


class PlanType(models.Model):
    """Who draws up, publishes, reports on and accepts plans of this kind: data, not code.

    Who agrees and approves, one after another, is in its `steps`.
    """

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    drafted_by = models.CharField(_("drafted by"), max_length=20, choices=Role)
    published_by = models.CharField(_("published by"), max_length=20, choices=Role)
    reported_by = models.CharField(_("reported by"), max_length=20, choices=Role)
    accepted_by = models.CharField(_("report accepted by"), max_length=20, choices=Role)
    owner_kind = models.CharField(
        _("whose plans"),
        max_length=20,
        choices=OWNER_KINDS,
        default=Organisation.Kind.INSTITUTION,
    )
    # One a line, "I. …": the sections of a plan begun by hand. Criteria change, so they are data.
    headings = models.TextField(_("sections of a new plan"), blank=True, default="")
    retired_at = models.DateTimeField(_("no new plans since"), null=True, blank=True)
    drafters_decide = models.BooleanField(
        _("whoever drafted a plan may also agree or approve it"),
        default=False,
    )

    interim_checkpoints = models.CharField(
        _("the course of work inside a long period is asked for"),
        max_length=20,
        choices=Interims,
        blank=True,
        default="",
        help_text=_("Empty: as each region says."),
    )

    objects = PlanTypeQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan type")
        verbose_name_plural = _("plan types")

    def __str__(self) -> str:
        return str(_(self.name))

    def role_of(self, party: str) -> str:
        """The role of a party of which there is just one ("drafts", "publishes", …)."""
        return {
            "drafts": self.drafted_by,
            "publishes": self.published_by,
            "reports": self.reported_by,
            "accepts": self.accepted_by,
            "coordinates": Role.COORDINATOR,
        }[party]

    def roles_of(self, party: str) -> frozenset[str]:
        """The roles that play a party; several may agree or approve."""
        if party in {"agrees", "approves"}:
            return frozenset(step.role for step in self.steps.all() if step.kind == party)
        return frozenset({self.role_of(party)})
