"""Jobs: long work that goes on without its asker, one row from the request to the result."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from compliance.models.organisations import Organisation
from compliance.models.roles import Role

if TYPE_CHECKING:
    from compliance.models.people import User

KEPT_FOR = timedelta(days=7)


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User) -> JobQuerySet:
        """The person's own jobs, and those about organisations that they administer."""
        branch = user.jurisdiction().covers("organisation__path", Role.ADMINISTRATOR)
        return self.filter(Q(owner=user) | branch)

    def open(self) -> JobQuerySet:
        """Jobs that have no end yet."""
        return self.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])

    def ready(self, now: datetime) -> JobQuerySet:
        """Jobs that somebody has to take: new ones, and those whose worker's lease has ended."""
        return self.filter(
            Q(state=Job.State.WAITING) | Q(state=Job.State.RUNNING, lease_until__lte=now)
        )

    def about(self, subject_kind: str, subject_id: object) -> JobQuerySet:
        """Jobs about one thing."""
        return self.filter(subject_kind=subject_kind, subject_id=str(subject_id))

    def over(self, now: datetime) -> JobQuerySet:
        """Ended jobs whose week is over."""
        return self.filter(finished_at__lte=now - KEPT_FOR)


class Job(models.Model):
    """A job: who asked for it, how far it is, what came of it.

    A worker holds it by `token` until `lease_until`; when the worker dies the lease ends, another
    takes the job, and the old token can no longer write.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("ready")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    kind = models.CharField(
        max_length=40
    )  # of the function that does it (services/jobs/running.py)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    address = models.CharField(max_length=45, blank=True)  # where the request came from
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=200)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    page = models.CharField(max_length=300, help_text=_("Where its result is seen."))
    arguments = models.JSONField(default=dict, blank=True)
    input = models.FileField(max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    done_count = models.PositiveIntegerField(default=0)
    total_count = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True, blank=True)
    output = models.FileField(max_length=200, blank=True)  # kept as long as the row
    failure_code = models.CharField(max_length=60, blank=True)
    failure_values = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["owner", "-created_at", "-id"], name="job_of_owner"),
            models.Index(fields=["subject_kind", "subject_id"], name="job_subject"),
            models.Index(
                fields=["created_at", "id"],
                name="job_to_take",
                condition=Q(state__in=["waiting", "running"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="job_end_has_its_time",
                condition=Q(state__in=["waiting", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page with its state."""
        return reverse("job", args=[self.pk])

    def output_name(self, tried: int) -> str:
        """What the file of its so manieth try is called: a worker that dies leaves it behind."""
        return f"jobs/{self.pk}-{tried}.{self.ending}"

    @property
    def ending(self) -> str:
        """What the name of its file ends in."""
        return str(self.arguments.get("ending", "xlsx"))

    @property
    def is_open(self) -> bool:
        """Whether it has no end yet."""
        return self.state in {self.State.WAITING, self.State.RUNNING}

    @property
    def is_being_cancelled(self) -> bool:
        """Whether it was cancelled, and its worker does not know yet."""
        return self.is_open and self.cancel_asked_at is not None
