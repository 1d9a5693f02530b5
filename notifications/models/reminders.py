"""The reminder schedule and the ledger: who is to be reminded of what, each exactly once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from notifications.models.letters import Message
from notifications.models.states import (
    FINAL,
    PASSING,
    UNADDRESSED,
    Channel,
    DeliveryState,
    Reason,
)


class ReminderStepQuerySet(models.QuerySet["ReminderStep"]):
    def active(self) -> ReminderStepQuerySet:
        """Steps that the planner follows."""
        return self.filter(is_active=True)


class ReminderStep(models.Model):
    """One line of the schedule: so many working days before or after a due date, tell these."""

    class Who(models.TextChoices):
        EXECUTOR = "executor", _("Responsible executor")
        DIRECTOR = "director", _("Director of the institution")
        MINISTRY = "ministry", _("Ministry")
        # Of a task: whoever has it, or the people of its queue; and those above them.
        OWNER = "owner", _("Whose turn it is")
        SUPERIOR = "superior", _("Director or coordinator above them")
        # Of an event: the people it concerns.
        CONCERNED = "concerned", _("Whom it concerns")

    # A kind of subject with a date ("occurrence", "task"), or an event by its name in the audit
    # trail ("report.return"): that one is told once, with offset 0.
    subject_kind = models.CharField(_("what about"), max_length=40, default="occurrence")
    offset = models.SmallIntegerField(
        _("working days"), help_text=_("Before the due date negative, after it positive.")
    )
    who = models.CharField(_("whom"), max_length=20, choices=Who)
    repeat_every = models.PositiveSmallIntegerField(
        _("then every so many working days"), null=True, blank=True
    )
    is_active = models.BooleanField(_("active"), default=True)
    unless_begun = models.BooleanField(
        _("only where nothing has been begun"),
        default=False,
        help_text=_("No report, be it a draft, no files, and no word of the course of work."),
    )

    objects = ReminderStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of the reminder schedule")
        verbose_name_plural = _("reminder schedule")
        ordering = ["subject_kind", "offset", "who"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "offset", "who"], name="reminder_step_once"
            ),
            # Only what is overdue is repeated; before the date each step has its own line.
            models.CheckConstraint(
                condition=Q(repeat_every__isnull=True) | Q(repeat_every__gte=1, offset__gte=1),
                name="reminder_step_repeats_when_overdue",
            ),
            # Executors are told in any case; after the date it is overdue, begun or not.
            models.CheckConstraint(
                condition=Q(unless_begun=False)
                | Q(subject_kind="occurrence", who="director", offset__lt=0),
                name="reminder_step_unless_begun",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offset:+d} · {self.get_who_display()}"

    @property
    def days_away(self) -> int:
        """How many working days lie between the step and the date."""
        return abs(self.offset)


# What people are told: all but what the sender has left out because it no longer held.
IS_TOLD = ~Q(state="skipped") | Q(reason__in=sorted(UNADDRESSED))


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def of_person(self, person_id: int, *, is_read: bool) -> ReminderQuerySet:
        """What this person is told and has read, or has not read."""
        return self.filter(IS_TOLD, addressee=person_id, read_at__isnull=not is_read)

    def newest_of_each(self, person_id: int, *, is_read: bool) -> ReminderQuerySet:
        """Of what this person is told, and has read or not, the last about each subject."""
        rows = self.of_person(person_id, is_read=is_read)
        later = Reminder.objects.of_person(person_id, is_read=is_read).filter(
            subject_kind=OuterRef("subject_kind"),
            subject_id=OuterRef("subject_id"),
            pk__gt=OuterRef("pk"),
        )
        return rows.filter(~Exists(later)).order_by("-pk")

    def unfinished(self) -> ReminderQuerySet:
        """Reminders that have not come to an end."""
        return self.exclude(state__in=FINAL)

    def loose(self) -> ReminderQuerySet:
        """Reminders that no letter has taken along yet."""
        return self.filter(state=DeliveryState.WAITING, message__isnull=True)

    def about(self, subject_kind: str, *subject_ids: int) -> ReminderQuerySet:
        """What people were or will be told about these subjects."""
        return self.filter(subject_kind=subject_kind, subject_id__in=subject_ids)


class Reminder(models.Model):
    """A row of the ledger: one step about one subject to one person, on its way to one end.

    The subject is named by kind and id: notifications knows no app above it. When a letter leaves,
    it takes its addressee's loose reminders along, so that none is lost between the two.
    """

    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    step = models.ForeignKey(
        ReminderStep, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # Counts the repetitions of a repeating step; 0 for the others.
    sequence = models.PositiveIntegerField(default=0)
    addressee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=20, choices=Channel, default=Channel.EMAIL)
    # Rises when a deadline moves: the new date has reminders of its own.
    deadline_revision = models.PositiveIntegerField(default=1)
    due_on = models.DateField(_("due on"))
    planned_at = models.DateTimeField(_("planned at"))
    state = models.CharField(
        _("state"), max_length=20, choices=DeliveryState, default=DeliveryState.WAITING
    )
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, null=True, blank=True, related_name="reminders"
    )
    # When its addressee said on the site that they have read it; its letter knows nothing of that.
    read_at = models.DateTimeField(null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "subject_id",
                    "addressee",
                    "step",
                    "sequence",
                    "deadline_revision",
                    "channel",
                    "subject_kind",
                ],
                # Not told because it was not theirs or did not wait just then: both may change
                # back on the same day.
                condition=~Q(state="skipped", reason__in=sorted(PASSING)),
                name="reminder_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*sorted(FINAL), "temporary"], message__isnull=False)
                | Q(state="waiting"),
                name="reminder_ends_in_a_letter",
            ),
            models.CheckConstraint(
                condition=~Q(state="skipped") | ~Q(reason=""), name="reminder_skipped_for_a_reason"
            ),
        ]
        indexes = [
            # What the planner makes letters for and the sender gathers; empty on a quiet day.
            models.Index(
                fields=["addressee", "channel"],
                condition=Q(state="waiting", message__isnull=True),
                name="reminder_loose",
            ),
            # The notices of a person, and their number in the head of every page.
            models.Index(
                fields=["addressee", "subject_kind", "subject_id"],
                condition=Q(read_at__isnull=True) & IS_TOLD,
                name="reminder_unread",
            ),
            models.Index(
                fields=["addressee", "subject_kind", "subject_id"],
                condition=Q(read_at__isnull=False) & IS_TOLD,
                name="reminder_read",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} → {self.addressee_id}"
