"""Measures: an identity for life, its words in each revision, and who carries it out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.domain.deadlines import Deadline
from compliance.domain.evidence.proofs import in_order
from compliance.domain.evidence.suggestions import suggested
from compliance.models.organisations import Organisation
from compliance.models.plans import Plan, Revision

if TYPE_CHECKING:
    from compliance.models.people import User


class Section(models.Model):
    """A numbered part of a revision, by criterion; an empty one is kept (decree 457)."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveIntegerField(_("position"))
    number = models.CharField(_("number"), max_length=20, blank=True)
    title = models.CharField(_("title"), max_length=1000)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["revision", "position"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "position"], name="section_position_once")
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}" if self.number else self.title


class Measure(models.Model):
    """One measure of a plan, for life: occurrences, reports and evidence belong to it."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="measures")
    # Rises when a revision put in force changes the deadline; reminders of older ones stop.
    deadline_revision = models.PositiveIntegerField(default=1)
    # What was due before this day was owed under the previous deadline.
    deadline_changed_on = models.DateField(null=True, blank=True)
    removed_by = models.ForeignKey(
        Revision, on_delete=models.PROTECT, null=True, blank=True, related_name="removed_measures"
    )
    # What the document that the plan was made from says of it beside its text: points, execution,
    # result, cost (`wording.documents.FOUND` has the names). Binds nobody; shown inside only.
    found = models.JSONField(_("what else the document says"), default=dict, blank=True)

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ["plan", "id"]

    def __str__(self) -> str:
        return f"{_('measure')} {self.pk}"


class MeasureVersionQuerySet(models.QuerySet["MeasureVersion"]):
    def shown_to(self, user: User) -> MeasureVersionQuerySet:
        """Measures of the text on each plan's page (`text_shown`) that the user may read there."""
        shown = Q(status=Revision.Status.IN_FORCE) | Q(
            status__in=[Revision.Status.DRAFTING, Revision.Status.WITH_PARTIES], number=1
        )
        return self.filter(revision__in=Revision.objects.visible_to(user).filter(shown))

    def unsettled(self) -> MeasureVersionQuerySet:
        """Measures whose deadline nobody has confirmed yet."""
        return self.filter(deadline_confirmed_at__isnull=True)

    def incomplete(self) -> MeasureVersionQuerySet:
        """Measures without words, a known executor or an agreed proof."""
        nobody = ~models.Exists(
            Responsible.objects.filter(version=models.OuterRef("pk")).exclude(
                kind=Responsible.Kind.UNKNOWN
            )
        )
        return self.filter(Q(text="") | Q(deadline_text="") | Q(proof="") | nobody)


class MeasureVersion(models.Model):
    """What a revision says about a measure; the deadline as written and as understood."""

    class Proof(models.TextChoices):
        PHOTO = "photo", _("Photo")
        BEFORE_AFTER = "before_after", _("Photos before and after")
        DOCUMENT = "document", _("Act or other document")
        LINK = "link", _("Link to the publication")
        NUMBER = "number", _("Result in numbers")

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="versions")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="versions")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="versions")
    position = models.PositiveIntegerField(_("position"))
    number = models.CharField(_("number"), max_length=20, blank=True)
    indicator = models.TextField(_("indicator"), blank=True)
    finding = models.TextField(_("finding"), blank=True)
    text = models.TextField(_("measure"))
    form = models.TextField(_("form of implementation"), blank=True)
    # Empty until a person has chosen it: a plan is not agreed before, one on paper may be adopted.
    proof = models.CharField(_("what will prove it"), max_length=20, choices=Proof, blank=True)
    # Further kinds asked for, comma-separated; photos before and after are always in `proof`.
    further_proof = models.CharField(_("and besides"), max_length=100, blank=True, default="")
    deadline_text = models.CharField(_("deadline as written"), max_length=2000, blank=True)
    deadline = models.JSONField(_("deadline as understood"), default=dict)
    # Dates set by a person where the words fix none; ISO dates.
    deadline_dates = models.JSONField(_("dates set by a person"), default=list, blank=True)
    # The day of the event that a relative deadline waits for, once a person has set it.
    deadline_anchor = models.DateField(_("day of the event"), null=True, blank=True)
    deadline_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    deadline_confirmed_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    deadline_confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = MeasureVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a measure")
        verbose_name_plural = _("versions of measures")
        ordering = ["revision", "section__position", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "measure"], name="measure_once_in_a_revision"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.text}".strip()

    @property
    def proofs(self) -> list[str]:
        """Everything that will prove it, in the order in which pages ask."""
        return in_order([self.proof, *self.further_proof.split(",")])

    @property
    def proof_words(self) -> str:
        """What will prove it, in words; that nobody has chosen it, if so."""
        if not self.proofs:
            return capfirst(gettext("not chosen"))
        return capfirst(", ".join(str(self.Proof(kind).label).lower() for kind in self.proofs))

    @property
    def suggested_proof(self) -> str:
        """The kind that its words suggest while none is chosen; empty where they suggest none."""
        return "" if self.proof else suggested(self.text, self.form)

    @property
    def suggested_words(self) -> str:
        """The suggested kind in words; empty if there is none."""
        kind = self.suggested_proof
        return str(self.Proof(kind).label) if kind else ""

    @property
    def understood(self) -> Deadline:
        """The deadline as the reader understood it."""
        return Deadline.from_json(self.deadline)

    @property
    def dates_set(self) -> list[date]:
        """The dates that a person has set in place of what the words say."""
        return [date.fromisoformat(day) for day in self.deadline_dates]


class Responsible(models.Model):
    """One responsible party as the plan names it, and what it means in the system."""

    class Kind(models.TextChoices):
        ORGANISATION = "organisation", _("Organisation")
        PERSON = "person", _("Person")
        INSTITUTIONS = "institutions", _("All institutions of the region")
        EXTERNAL = "external", _("Outside body, by consent")
        UNKNOWN = "unknown", _("Not known yet")

    version = models.ForeignKey(
        MeasureVersion, on_delete=models.CASCADE, related_name="responsibles"
    )
    position = models.PositiveIntegerField(default=0)
    text = models.CharField(_("as written"), max_length=1000)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.UNKNOWN)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_lead = models.BooleanField(_("lead"), default=False)

    class Meta:
        verbose_name = _("responsible party")
        verbose_name_plural = _("responsible parties")
        ordering = ["version", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="organisation") | Q(organisation__isnull=False),
                name="responsible_organisation_is_named",
            ),
            models.CheckConstraint(
                condition=~Q(kind="person") | Q(organisation__isnull=False, person__isnull=False),
                name="responsible_person_is_named",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def current(self) -> AssignmentQuerySet:
        """Assignments that still bind."""
        return self.filter(ended_at__isnull=True)

    def visible_to(self, user: User) -> AssignmentQuerySet:
        """Assignments of the user's jurisdiction."""
        return self.filter(user.jurisdiction().covers("organisation__path"))


class Assignment(models.Model):
    """Who carries a measure out; made when execution starts, ended, never deleted."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="assignments")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="assignments"
    )
    executor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name=_("responsible executor"),
    )
    is_lead = models.BooleanField(_("lead"), default=False)
    created_at = models.DateTimeField()
    # From a later revision: what was due before this day is not owed. Empty: from the beginning.
    owes_from = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["measure", "-is_lead", "organisation__name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "organisation"],
                condition=Q(ended_at__isnull=True),
                name="assignment_one_for_an_organisation",
            )
        ]
        indexes = [models.Index(fields=["executor"], name="assignment_by_executor")]

    def __str__(self) -> str:
        return f"{self.measure} · {self.organisation}"
