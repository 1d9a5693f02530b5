"""The engine's rows: one process for each matter, one task for each step that is taken.

They build on viewflow's abstract models, so that our constraints and indexes are the tables' own.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import AbstractProcess, AbstractTask
from viewflow.workflow.status import PROCESS, STATUS

from compliance.models import (
    Evidence,
    ExecutionReport,
    Inspection,
    Occurrence,
    Organisation,
    Petition,
    Plan,
    Revision,
)
from compliance.models.roles import Role
from compliance.models.searching import naming

if TYPE_CHECKING:
    from compliance.models import User
    from compliance.models.jurisdictions import Jurisdiction

OPEN = [STATUS.NEW, STATUS.ASSIGNED, STATUS.STARTED]


class Process(AbstractProcess):
    """One matter on its way: an approval, an inspection, a report's acceptance, a petition."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, null=True, related_name="+")
    report = models.ForeignKey(
        ExecutionReport, on_delete=models.PROTECT, null=True, related_name="+"
    )
    petition = models.ForeignKey(Petition, on_delete=models.PROTECT, null=True, related_name="+")
    inspection = models.OneToOneField(
        Inspection, on_delete=models.PROTECT, null=True, related_name="process"
    )
    # How the last human step ended; the flow's switches read it.
    last_outcome = models.CharField(max_length=30, blank=True)
    data = models.JSONField(default=dict, blank=True)
    # The moment of the act that is moving the process now; never stored.
    acted_at: datetime | None = None

    class Meta:
        verbose_name = _("process")
        verbose_name_plural = _("processes")
        default_permissions = ("add", "change", "delete", "view", "manage")
        constraints = [
            models.UniqueConstraint(
                fields=["flow_class", "plan"],
                condition=Q(status=PROCESS.NEW, report__isnull=True, petition__isnull=True),
                name="process_one_running_for_a_plan",
            ),
            models.UniqueConstraint(
                fields=["flow_class", "report"],
                condition=Q(status=PROCESS.NEW, report__isnull=False),
                name="process_one_running_for_a_report",
            ),
            models.UniqueConstraint(
                fields=["flow_class", "petition"],
                condition=Q(status=PROCESS.NEW, petition__isnull=False),
                name="process_one_running_for_a_petition",
            ),
        ]

    @property
    def occurrence(self) -> Occurrence | None:
        """The due date that the matter is about, if it is about one."""
        subject = self.report or self.petition
        return subject.occurrence if subject else None

    @property
    def organisation(self) -> Organisation:
        """The organisation that the matter is about; its tasks wait in that branch's queues."""
        return self.occurrence.organisation if self.occurrence else self.plan.organisation

    @property
    def is_amendment(self) -> bool:
        """Whether it decides about a change of a text that binds already."""
        return self.revision is not None and self.revision.is_amendment

    @property
    def words(self) -> str:
        """What the matter is about: the measure's words, or the plan's title."""
        if self.inspection and self.occurrence:
            return f"{self.inspection.get_kind_display()}: {self.occurrence.version.text}"
        if self.occurrence:
            return str(self.occurrence.version.text)
        if self.revision and self.revision.is_amendment:
            return gettext("Change of the plan, revision %(number)s: %(title)s") % {
                "number": self.revision.number,
                "title": self.plan.title,
            }
        return str(self.plan.title)

    @property
    def due_by(self) -> date | None:
        """The day that was set when the matter was begun; None: so many days for each step."""
        return self.inspection.due_on if self.inspection else None

    @property
    def named(self) -> User | None:
        """The person named when the matter was begun; None: whoever takes it from the queue."""
        return self.inspection.inspector if self.inspection else None

    def get_absolute_url(self) -> str:
        """The page where its steps are taken: that of its subject, or that of the plan."""
        if self.inspection_id:
            return reverse("inspection", args=[self.inspection_id])
        if self.report_id:
            return reverse("verification", args=[self.pk])
        if self.petition_id:
            return reverse("petition", args=[self.petition_id])
        text: Revision | Plan = self.revision or self.plan
        return f"{text.get_absolute_url()}#task"


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> TaskQuerySet:
        """Human tasks that nobody has completed; `finished` lets the partial indexes serve."""
        return self.filter(flow_task_type="HUMAN", status__in=OPEN, finished__isnull=True)

    def mine(self, user: User) -> TaskQuerySet:
        """Open tasks that the person has taken or been given."""
        return self.open().filter(in_role_of(user.jurisdiction()), owner=user)

    def waiting_for(self, user: User) -> TaskQuerySet:
        """Open tasks the person may complete: their own, free ones, those of absent people."""
        theirs = Q(owner__in=user.stands_for())
        return self.open().filter(in_role_of(user.jurisdiction()), theirs | is_free())

    def naming(self, words: str) -> TaskQuerySet:
        """Tasks whose matter or organisation says each of the words."""
        return naming(
            self,
            words,
            "process__plan__title",
            "process__report__occurrence__version__text",
            "process__petition__occurrence__version__text",
            "organisation__name",
            "organisation__short_name",
        )

    def visible_to(self, user: User) -> TaskQuerySet:
        """Tasks of the roles that the person has today; none once the role has ended."""
        return self.filter(in_role_of(user.jurisdiction()))

    def of_plan_itself(self, plan: Plan) -> TaskQuerySet:
        """Steps of the plan as a whole, not of its reports and due dates."""
        return self.of_plans().filter(process__plan=plan)

    def of_plans(self) -> TaskQuerySet:
        """Steps of plans as a whole, not of their reports and due dates."""
        return self.filter(process__report__isnull=True, process__petition__isnull=True)

    def of_amendment(self, revision: Revision) -> TaskQuerySet:
        """Steps that decide about a revision of a plan."""
        return self.filter(process__revision=revision)

    def with_texts(self) -> TaskQuerySet:
        """With what a list prints of each row."""
        return self.select_related(
            "process__plan__organisation",
            "process__revision",
            "process__report__occurrence__version",
            "process__report__occurrence__organisation",
            "process__petition__occurrence__version",
            "process__petition__occurrence__organisation",
            "process__inspection",
            "organisation",
            "owner",
            "delegated_by",
            "note_by",
        )

    def soonest_first(self) -> TaskQuerySet:
        """By due date, undated last."""
        return self.order_by(F("due_on").asc(nulls_last=True), "id")


def is_free() -> Q:
    """A condition: nobody has taken the task, or somebody deactivated since."""
    return Q(owner__isnull=True) | Q(owner__is_active=False)


def in_role_of(duties: Jurisdiction) -> Q:
    """A condition: the task waits for one of these duties."""
    condition = Q(pk__in=[])
    for role in duties.roles:
        condition |= Q(role=role) & duties.covers("organisation__path", role)
    return condition


class Task(AbstractTask):
    """One step; a human one waits in the queue of a role until somebody takes it."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE)
    # viewflow's own field cascades: a task must outlive whoever completed it.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    owner_permission_content_type = models.ForeignKey(
        "contenttypes.ContentType", on_delete=models.PROTECT, null=True, related_name="+"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    role = models.CharField(_("whose turn"), max_length=20, choices=Role, blank=True)
    # Who asked the owner to prepare it, and will finish it.
    delegated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # What was said when it last changed hands: why, what is asked, what came of it.
    note = models.TextField(blank=True)
    # Who said it, where a substitute did; whose task it is to finish stands in `delegated_by`.
    note_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(_("due on"), null=True)
    outcome = models.CharField(_("outcome"), max_length=30, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    data = models.JSONField(default=dict, blank=True)
    # The first photo of the report that it is about, where a list shows it; never stored.
    photo: Evidence | None = None

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["-created"]
        constraints = [
            models.UniqueConstraint(
                fields=["process", "flow_task"],
                condition=Q(flow_task_type="HUMAN", status__in=["NEW", "ASSIGNED", "STARTED"]),
                name="task_one_open_at_a_step",
            ),
            models.CheckConstraint(
                condition=~Q(flow_task_type="HUMAN")
                | (Q(organisation__isnull=False) & ~Q(role="")),
                name="task_human_has_a_queue",
            ),
        ]
        indexes = [
            models.Index(
                F("owner"),
                F("created").desc(),
                F("id"),
                condition=Q(status="ASSIGNED"),
                name="task_mine",
            ),
            models.Index(
                fields=["role", "due_on"],
                condition=Q(flow_task_type="HUMAN", status="NEW"),
                name="task_queue",
            ),
            # The inbox. No parameter in the conditions, so that SQLite can use them as well.
            models.Index(
                fields=["role", "due_on", "id"],
                condition=Q(finished__isnull=True),
                name="task_open_by_role",
            ),
            models.Index(
                fields=["owner", "due_on", "id"],
                condition=Q(finished__isnull=True),
                name="task_open_by_owner",
            ),
        ]

    @property
    def step(self) -> Any:
        """The human step of the flow that this task stands for."""
        return self.flow_task

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act."""
        return self.status in OPEN

    @property
    def bases(self) -> list[str]:
        """The bases on which the party of the step may decide; none where none is asked for."""
        party = self.step.called(self.process)
        return party.bases if party else []

    def get_absolute_url(self) -> str:
        """The page where the step is taken."""
        url: str = self.process.get_absolute_url()
        return url
