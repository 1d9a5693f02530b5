"""The plan, its revisions and what the parties decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from compliance.domain.calendar.periods import Period
from compliance.domain.plans.states import PlanState, lawful
from compliance.models.jurisdictions import OVERSEEING
from compliance.models.organisations import Organisation
from compliance.models.plan_types import PlanType
from compliance.models.roles import Role
from compliance.models.searching import naming

if TYPE_CHECKING:
    from compliance.models.people import User


class State(models.TextChoices):
    DRAFT = PlanState.DRAFT, _("Draft")
    AGREED = PlanState.AGREED, _("Agreed")
    APPROVED = PlanState.APPROVED, _("Approved")
    PUBLISHED = PlanState.PUBLISHED, _("Published")
    EXECUTING = PlanState.EXECUTING, _("Executing")
    REPORTED = PlanState.REPORTED, _("Reported")


# What a text says besides its sections and measures; its plan repeats those of the binding text.
FRAME = ("title", "period_start", "period_end")


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: User) -> PlanQuerySet:
        """Plans the user may open.

        The ministry sees its region; an institution its own plans and the regional plans it has a
        part in; a council the regional plans and all published plans of its region.
        """
        duties = user.jurisdiction()
        own = ("director", "executor", "hr")
        regional = duties.covers("organisation__path", Role.COUNCIL) & (
            Q(organisation__kind=Organisation.Kind.MINISTRY) | Q(published_on__isnull=False)
        )
        # A council that is asked to decide sees the plan it decides on.
        called = duties.covers("organisation__path", Role.COUNCIL) & Q(
            pk__in=Revision.objects.filter(parties__role=Role.COUNCIL).values("plan")
        )
        assigned = Q(
            pk__in=Plan.objects.filter(
                duties.covers("measures__assignments__organisation__path", *own)
            ).values("pk")
        )
        return self.filter(
            duties.covers("organisation__path", *OVERSEEING, *own) | regional | called | assigned
        )

    def naming(self, words: str) -> PlanQuerySet:
        """Plans whose title, organisation or municipality says each of the words."""
        names = [f"organisation__{name}" for name in ("name", "short_name", "municipality")]
        return naming(self, words, "title", *names)

    def regional(self) -> PlanQuerySet:
        """Plans of a ministry for its whole region."""
        return self.filter(organisation__kind=Organisation.Kind.MINISTRY)

    def published(self) -> PlanQuerySet:
        """Plans whose approved text anyone may read."""
        return self.filter(published_on__isnull=False)


class Plan(models.Model):
    """An improvement plan: one row for life, and the only one that carries `state`."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="plans",
        verbose_name=_("organisation"),
    )
    type = models.ForeignKey(PlanType, on_delete=models.PROTECT, verbose_name=_("plan type"))
    title = models.CharField(_("title"), max_length=1000)
    period_start = models.DateField(_("period from"))
    period_end = models.DateField(_("period until"))
    state = FSMField(
        _("state"), default=State.DRAFT, choices=State.choices, protected=True, max_length=20
    )
    published_on = models.DateField(_("published on"), null=True, blank=True)
    published_url = models.URLField(_("published at"), blank=True, max_length=1000)
    is_adopted = models.BooleanField(_("taken over from paper"), default=False)
    executes_from = models.DateField(_("executed from"), null=True, blank=True)
    source_name = models.CharField(_("source document"), max_length=300, blank=True)
    source_sha256 = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created at"))
    # The form through which it was begun: a form sent twice makes only one plan.
    form_key = models.UUIDField(null=True, blank=True, editable=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("improvement plan")
        verbose_name_plural = _("improvement plans")
        ordering = ["-period_start", "title", "id"]
        constraints = [
            models.UniqueConstraint(fields=["created_by", "form_key"], name="plan_once_a_form"),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")), name="plan_period_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "executing", "reported"])
                | Q(is_adopted=True)
                | (Q(published_on__isnull=False) & ~Q(published_url="")),
                name="plan_published_has_date_and_address",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state"], name="plan_by_organisation")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The plan's page."""
        return reverse("plan", args=[self.pk])

    def refresh_from_db(
        self, using: Any = None, fields: Any = None, from_queryset: Any = None
    ) -> None:
        """Read the row again; the protected state is lifted out first so that it can be set."""
        if fields is None or "state" in fields:
            self.__dict__.pop("state", None)
        super().refresh_from_db(using, fields, from_queryset)

    @property
    def period(self) -> Period:
        """The plan's period by the binding text, or by the draft until there is one."""
        return Period(self.period_start, self.period_end)

    @property
    def frame(self) -> dict[str, Any]:
        """Its title and period, for a text that repeats them."""
        return {name: getattr(self, name) for name in FRAME}

    @property
    def is_regional(self) -> bool:
        """Whether this is the plan of a ministry for its region."""
        return self.organisation.kind == Organisation.Kind.MINISTRY

    # The lawful changes of state. The methods are only names: sources, targets, parties and guards
    # are in `domain/plans/states.py`; only `services/plans/transitions.py` calls them.

    @transition(field=state, **lawful("agree"))
    def agree(self) -> None:
        """The agreeing party has agreed."""

    @transition(field=state, **lawful("approve"))
    def approve(self) -> None:
        """The approving party has approved."""

    @transition(field=state, **lawful("return_to_draft"))
    def return_to_draft(self) -> None:
        """The party holding the task has returned it."""

    @transition(field=state, **lawful("publish"))
    def publish(self) -> None:
        """The approved text is public."""

    @transition(field=state, **lawful("start"))
    def start(self) -> None:
        """Execution has begun."""

    @transition(field=state, **lawful("adopt"))
    def adopt(self) -> None:
        """A plan in force on paper has been taken over as it stands."""

    @transition(field=state, **lawful("accept_report"))
    def accept_report(self) -> None:
        """The ministry has accepted the report."""

    @transition(field=state, **lawful("reopen"))
    def reopen(self) -> None:
        """The ministry has put the plan back into execution."""


class RevisionQuerySet(models.QuerySet["Revision"]):
    def open(self) -> RevisionQuerySet:
        """Revisions that are being drafted or are with the parties."""
        return self.filter(status__in=[Revision.Status.DRAFTING, Revision.Status.WITH_PARTIES])

    def in_force(self) -> RevisionQuerySet:
        """Revisions that bind now; at most one a plan."""
        return self.filter(status=Revision.Status.IN_FORCE)

    def frozen(self) -> RevisionQuerySet:
        """Revisions that bind or once did: nothing in them changes any more."""
        return self.exclude(content_hash="")

    def visible_to(self, user: User) -> RevisionQuerySet:
        """Revisions the user may read: what has bound like the plan, others only from inside.

        Another institution with a part in a regional plan, and the council of an institution's
        published one, see no text that does not bind yet.
        """
        duties = user.jurisdiction()
        own = (*OVERSEEING, Role.DIRECTOR, Role.EXECUTOR, Role.HR)
        council = duties.covers("plan__organisation__path", Role.COUNCIL)
        inside = duties.covers("plan__organisation__path", *own) | (
            council & Q(plan__organisation__kind=Organisation.Kind.MINISTRY)
        )
        called = council & Q(
            pk__in=Revision.objects.filter(parties__role=Role.COUNCIL).values("pk")
        )
        return self.filter(
            inside | called | ~Q(content_hash=""), plan__in=Plan.objects.visible_to(user)
        )


class Revision(models.Model):
    """One version of a plan's content; measures keep their identity from one to the next.

    The plan's own title and period are those of the binding text; before there is one, of the
    first draft.
    """

    class Status(models.TextChoices):
        DRAFTING = "drafting", _("Being drafted")
        WITH_PARTIES = "with_parties", _("With the parties")
        IN_FORCE = "in_force", _("In force")
        SUPERSEDED = "superseded", _("Superseded")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFTING)
    title = models.CharField(_("title"), max_length=1000)
    period_start = models.DateField(_("period from"))
    period_end = models.DateField(_("period until"))
    content_hash = models.CharField(_("content hash"), max_length=64, blank=True)
    # What the hash covers: texts frozen before it covered the period have version 1.
    hash_version = models.PositiveSmallIntegerField(default=2, editable=False)
    reason = models.TextField(_("why the plan is changed"), blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    published_url = models.URLField(_("published at"), blank=True, max_length=1000)
    withdrawal_reason = models.TextField(_("why it was withdrawn"), blank=True)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="revision_number_once"),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(status="in_force"), name="revision_one_in_force"
            ),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(status__in=["drafting", "with_parties"]),
                name="revision_one_open",
            ),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")), name="revision_period_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["in_force", "superseded"]) | ~Q(content_hash=""),
                name="revision_in_force_is_frozen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} · {self.number}"

    def get_absolute_url(self) -> str:
        """The page where the text is worked on: the plan's or, for a later change, its own."""
        if self.is_amendment:
            return reverse("plan-revision", args=[self.plan_id, self.number])
        return reverse("plan", args=[self.plan_id])

    @property
    def period(self) -> Period:
        """The plan's period by this text."""
        return Period(self.period_start, self.period_end)

    @property
    def frame(self) -> dict[str, Any]:
        """Its title and period."""
        return {name: getattr(self, name) for name in FRAME}

    @property
    def is_amendment(self) -> bool:
        """Whether it changes a binding text: the plan and its execution go on meanwhile."""
        return self.number > 1

    @property
    def is_open(self) -> bool:
        """Whether it does not bind yet: being drafted, or with the parties."""
        return self.status in {self.Status.DRAFTING, self.Status.WITH_PARTIES}

    @property
    def is_editable(self) -> bool:
        """Whether its drafters may change it; with a party it is read-only."""
        return self.status == self.Status.DRAFTING


class Decision(models.Model):
    """What a party decided about a revision, and on what basis."""

    class Kind(models.TextChoices):
        AGREES = "agrees", _("Agreed")
        APPROVES = "approves", _("Approved")

    class Basis(models.TextChoices):
        ORDER = "order", _("Order")
        MINUTES = "minutes", _("Minutes")
        LETTER = "letter", _("Letter")
        SIGNATURE = "signature", _("Signature on the document")

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="decisions")
    kind = models.CharField(_("decision"), max_length=20, choices=Kind)
    party = models.CharField(_("party"), max_length=1000)
    # What a document prints about the party, as it was then. A body such as a council decides by
    # its minutes, so its decision names nobody; one found on paper has only these words.
    authority = models.CharField(_("authority"), max_length=500, blank=True)
    post = models.CharField(_("post"), max_length=300, blank=True)
    signed_by = models.CharField(_("signed by"), max_length=500, blank=True)
    basis = models.CharField(_("basis"), max_length=20, choices=Basis)
    basis_number = models.CharField(_("number"), max_length=100, blank=True)
    basis_date = models.DateField(_("date"), null=True, blank=True)
    is_as_found = models.BooleanField(
        _("as found on paper"),
        default=False,
        help_text=_("Recorded when a plan already in force was taken over."),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("decision of a party")
        verbose_name_plural = _("decisions of the parties")
        ordering = ["decided_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_as_found=True)
                | Q(basis="signature")
                | (~Q(basis_number="") & Q(basis_date__isnull=False)),
                name="decision_has_its_basis",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.party}"
