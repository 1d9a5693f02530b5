"""Occurrences: one due date of a measure for one assignment, and what was reported about it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from compliance.domain.deadlines.lateness import counted_to, days_late
from compliance.models.due_conditions import due_condition, overdue_condition, seen_by
from compliance.models.local_dates import LocalDates
from compliance.models.measures import Assignment
from compliance.models.organisations import Organisation
from compliance.models.plans import Plan
from compliance.models.roles import Role

if TYPE_CHECKING:
    from compliance.models.people import User


EXPLAINED_AHEAD = timedelta(days=14)
"""How long before its date somebody may say that a measure will not be done."""


class OccurrenceQuerySet(models.QuerySet["Occurrence"]):
    def visible_to(self, user: User) -> OccurrenceQuerySet:
        """Occurrences the user may open."""
        return self.filter(seen_by(user))

    def counted_for(self, user: User) -> OccurrenceQuerySet:
        """Occurrences in figures that the user may see: their own, and a council's whole region."""
        duties = user.jurisdiction()
        if Role.COUNCIL not in duties.roles:
            return self.visible_to(user)
        watched = duties.covers("organisation__path", Role.COUNCIL)
        return self.filter(Q(pk__in=self.model.objects.visible_to(user).values("pk")) | watched)

    def on_control(self) -> OccurrenceQuerySet:
        """Occurrences not closed yet: still open, or waiting for an inspector."""
        return self.filter(status__in=[Occurrence.Status.OPEN, Occurrence.Status.SUBMITTED])

    def unsettled(self) -> OccurrenceQuerySet:
        """Open or waiting occurrences without a reason why they are not done."""
        return self.on_control().filter(not_done_reason="")

    def open(self) -> OccurrenceQuerySet:
        """Occurrences that wait for a report."""
        return self.filter(status=Occurrence.Status.OPEN)

    def overdue(self, today: date) -> OccurrenceQuerySet:
        """Open occurrences whose last day in time was before today.

        A report waiting for the inspector is not overdue.
        """
        return self.open().filter(late_after__lt=today)

    def overdue_at(self, dates: LocalDates) -> OccurrenceQuerySet:
        """Open occurrences whose last day in time has passed where their organisation is."""
        return self.filter(overdue_condition(dates))

    def due_at(self, dates: LocalDates, first: int, last: int) -> OccurrenceQuerySet:
        """Open occurrences due from `first` to `last` days after their organisation's today."""
        return self.filter(due_condition(dates, first, last))

    def waiting(self) -> OccurrenceQuerySet:
        """Occurrences whose report waits for the inspector."""
        return self.filter(status=Occurrence.Status.SUBMITTED)

    def done(self) -> OccurrenceQuerySet:
        """Occurrences that are done and verified; a waived one never is."""
        return self.filter(status=Occurrence.Status.ACCEPTED)

    def waived(self) -> OccurrenceQuerySet:
        """Occurrences that the ministry waived: closed without execution."""
        return self.filter(status=Occurrence.Status.WAIVED)

    def lasting(self) -> OccurrenceQuerySet:
        """Occurrences that were not cancelled with their measure."""
        return self.exclude(status=Occurrence.Status.CANCELLED)

    def with_returns(self) -> OccurrenceQuerySet:
        """With `was_returned`: whether a report of it was sent back or its acceptance revoked."""
        returned = ExecutionReport.objects.filter(
            occurrence=models.OuterRef("pk"),
            status__in=[ExecutionReport.Status.RETURNED, ExecutionReport.Status.REVOKED],
        )
        return self.annotate(was_returned=models.Exists(returned))

    def lacking_before_photo(self) -> OccurrenceQuerySet:
        """Open occurrences whose work must be photographed before it begins and has not been yet.

        For recurring work only the next date counts.
        """
        taken = ExecutionReport.objects.filter(
            occurrence=models.OuterRef("pk"), status="draft", evidence__phase="before"
        )
        nearer = Occurrence.objects.open().filter(
            assignment=models.OuterRef("assignment"), due_on__lt=models.OuterRef("due_on")
        )
        return (
            self.open()
            .filter(version__proof="before_after")
            .exclude(models.Exists(taken))
            .exclude(models.Exists(nearer))
        )

    def with_texts(self) -> OccurrenceQuerySet:
        """With what pages print of each row, without a query for each row."""
        return self.select_related(
            "organisation",
            "plan",
            "plan__organisation",
            "assignment__measure",
            "assignment__executor",
            "version",
            "version__section",
        )


class Occurrence(models.Model):
    """One due date of a measure. Overdue is derived from dates, never stored."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        SUBMITTED = "submitted", _("Waiting for the inspector")
        ACCEPTED = "accepted", _("Done and verified")
        WAIVED = "waived", _("Waived")
        CANCELLED = "cancelled", _("Cancelled with the measure")

    class Kind(models.TextChoices):
        DEADLINE = "deadline", _("Deadline")
        CHECKPOINT = "checkpoint", _("Reporting checkpoint")

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="occurrences", db_index=False
    )
    # Copied from the assignment, where it never changes: one index serves a region's pages.
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="occurrences"
    )
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="occurrences")
    # The words in force when this occurrence was made or last confirmed.
    version = models.ForeignKey(
        "compliance.MeasureVersion", on_delete=models.PROTECT, related_name="occurrences"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.DEADLINE)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.OPEN)
    intended_on = models.DateField(
        _("intended for"), help_text=_("Before any shift for non-working days.")
    )
    due_on = models.DateField(
        _("due on"), help_text=_("Planned and reminded: a working day where there is one.")
    )
    # Whoever sets `due_on` sets this too: the later of it and the date as written or granted.
    late_after = models.DateField(
        _("last day in time"), help_text=_("What is done by then is done in time.")
    )
    original_due_on = models.DateField(_("originally due on"))
    extension_count = models.PositiveSmallIntegerField(_("extensions"), default=0)
    deadline_revision = models.PositiveIntegerField(default=1)
    accepted_report = models.OneToOneField(
        "compliance.ExecutionReport",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="closes",
    )
    done_on = models.DateField(_("reported on"), null=True, blank=True)
    close_reason = models.TextField(_("reason"), blank=True)
    not_done_reason = models.TextField(_("why it is not done"), blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("occurrence")
        verbose_name_plural = _("occurrences")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "intended_on"],
                condition=~Q(status="cancelled"),
                name="occurrence_once_a_date",
            ),
            # One absurd date must never stop a sweep over everybody.
            models.CheckConstraint(
                condition=Q(due_on__range=(date(2000, 1, 1), date(2100, 12, 31))),
                name="occurrence_due_in_our_time",
            ),
            # It is never late by the planned date alone, nor before the written one.
            models.CheckConstraint(
                condition=Q(late_after__gte=models.F("due_on"), late_after__lte=date(2100, 12, 31))
                & Q(late_after__gte=models.F("intended_on")),
                name="occurrence_late_after_both_dates",
            ),
            # Invariant 1: done only with an accepted report (whose own constraint asks for proof);
            # a waiver needs a reason and never counts as done.
            models.CheckConstraint(
                condition=Q(status="accepted", accepted_report__isnull=False, done_on__isnull=False)
                | (~Q(status="accepted") & Q(accepted_report__isnull=True, done_on__isnull=True)),
                name="occurrence_done_only_with_report",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["waived", "cancelled"]) | ~Q(close_reason=""),
                name="occurrence_closed_with_reason",
            ),
            # Invariant 3: what has not been closed stays open.
            models.CheckConstraint(
                condition=Q(status__in=["open", "submitted"], closed_at__isnull=True)
                | Q(status__in=["accepted", "waived", "cancelled"], closed_at__isnull=False),
                name="occurrence_stays_on_control",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "assignment"],
                condition=Q(status="open"),
                name="occurrence_open_by_date",
            ),
            # What boards and homes count, without history: most of them read nothing but the index,
            # and so does the order of a board's rows (hence the id; the rows themselves were read
            # from end to end without it: 0.65 s in place of 0.16 for five regions).
            models.Index(
                fields=["organisation", "status", "late_after", "due_on", "assignment", "id"],
                condition=Q(status__in=["open", "submitted"]),
                name="occurrence_on_control",
            ),
            models.Index(fields=["organisation", "late_after"], name="occurrence_by_organisation"),
            models.Index(
                fields=["organisation"], condition=Q(status="accepted"), name="occurrence_done"
            ),
            # The planner looks for an assignment's date before this one.
            models.Index(fields=["assignment", "due_on"], name="occurrence_of_assignment"),
            models.Index(fields=["plan", "status"], name="occurrence_by_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} · {self.due_on}"

    def get_absolute_url(self) -> str:
        """The page where its executor reports."""
        return reverse("occurrence", args=[self.pk])

    def is_overdue(self, today: date) -> bool:
        """Whether it waits for a report and the last day in time has passed."""
        return self.status == self.Status.OPEN and self.late_after < today

    def counted_to(self, today: date) -> date:
        """The day that counts today: the planned one until it has passed, then the last in time."""
        return counted_to(self.due_on, self.late_after, today)

    def days_overdue(self, today: date) -> int:
        """How many calendar days it is overdue; 0 when it is not."""
        return days_late(self.late_after, today) if self.is_overdue(today) else 0

    @property
    def is_extended(self) -> bool:
        """Whether a decision has moved its date."""
        return self.extension_count > 0

    def can_be_explained(self, today: date) -> bool:
        """Whether somebody may say already that it will not be done: the date is near or past."""
        return self.status == self.Status.OPEN and self.due_on <= today + EXPLAINED_AHEAD


class ExecutionReportQuerySet(models.QuerySet["ExecutionReport"]):
    def visible_to(self, user: User) -> ExecutionReportQuerySet:
        """Reports on occurrences the user may open."""
        return self.filter(occurrence__in=Occurrence.objects.visible_to(user))


class ExecutionReport(models.Model):
    """What an executor says was done for an occurrence; drafts are kept, returns are answered."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waiting for the inspector")
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Returned")
        # Accepted once, then not confirmed by an inspection: the due date is open again.
        REVOKED = "revoked", _("Acceptance revoked")
        # Taken back before anybody verified it; what was sent stays as it was.
        RECALLED = "recalled", _("Recalled by its sender")
        NOTED = "noted", _("Interim, taken note of")  # informs, closes nothing

    occurrence = models.ForeignKey(Occurrence, on_delete=models.PROTECT, related_name="reports")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # In whose name a substitute wrote it; neither of the two may verify it.
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT)
    is_interim = models.BooleanField(
        _("interim information"),
        default=False,
        help_text=_("The measure is not finished yet; such a report closes nothing."),
    )
    text = models.TextField(_("what was done"), blank=True)
    number = models.DecimalField(
        _("result in numbers"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    link = models.URLField(_("link to the publication"), max_length=1000, blank=True)
    # Counted when the report is submitted: photos and documents, a link, a number.
    proof_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_on = models.DateField(
        null=True, blank=True, help_text=_("The date in the organisation's own time zone.")
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # In whose name a substitute accepted or returned it.
    decided_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    remark = models.TextField(_("remark"), blank=True)

    objects = ExecutionReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("execution report")
        verbose_name_plural = _("execution reports")
        ordering = ["occurrence", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["occurrence"],
                condition=Q(status__in=["draft", "submitted"]),
                name="report_one_open",
            ),
            # Invariants 1 and 2: no acceptance without proof, none of interim information.
            models.CheckConstraint(
                condition=~Q(status="accepted") | Q(is_interim=False, proof_count__gte=1),
                name="report_accepted_only_with_proof",
            ),
            models.CheckConstraint(
                condition=~Q(status="returned") | ~Q(remark=""),
                name="report_returned_with_remark",
            ),
            models.CheckConstraint(
                condition=~Q(status="revoked") | ~Q(remark=""),
                name="report_revoked_with_remark",
            ),
            models.CheckConstraint(
                condition=~Q(status="noted") | Q(is_interim=True), name="report_noted_is_interim"
            ),
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(submitted_at__isnull=False, submitted_on__isnull=False),
                name="report_submitted_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occurrence_id} · {self.get_status_display()}"

    @property
    def is_in_time(self) -> bool | None:
        """Whether it came in time, by the date as it is now; None until it is submitted."""
        return (
            None if self.submitted_on is None else self.submitted_on <= self.occurrence.late_after
        )


__all__ = ["ExecutionReport", "Occurrence"]
