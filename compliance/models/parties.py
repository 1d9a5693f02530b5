"""Who decides about a plan, in what order, on what basis: the type's rule, and a revision's run."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compliance.domain.plans.votes import Rules, VoteChoice
from compliance.models.plan_types import PlanType
from compliance.models.plans import Decision, Revision
from compliance.models.roles import Role


class PartyKind(models.TextChoices):
    AGREES = "agrees", _("Agrees")
    APPROVES = "approves", _("Approves")
    PUBLISHES = "publishes", _("Publishes")


class PartyRules(models.Model):
    """The rules for one party: its role, on what basis, within how many days, by what vote."""

    kind = models.CharField(_("what it does"), max_length=20, choices=PartyKind)
    position = models.PositiveSmallIntegerField(_("order"))
    role = models.CharField(_("who"), max_length=20, choices=Role)
    # Codes of Decision.Basis in the order offered; empty: none is asked for.
    bases = models.JSONField(_("on what basis"), default=list, blank=True)
    days = models.PositiveSmallIntegerField(_("working days for it"), default=5)
    is_vote = models.BooleanField(_("decided by vote"), default=False)
    quorum_share = models.PositiveSmallIntegerField(_("quorum, percent of the members"), default=50)
    quorum_count = models.PositiveSmallIntegerField(_("quorum, people at least"), default=1)
    majority_share = models.PositiveSmallIntegerField(
        _("for: more than, percent of the votes"), default=50
    )

    class Meta:
        abstract = True

    @property
    def basis_words(self) -> list[str]:
        """The bases as a page names them."""
        return [str(Decision.Basis(code).label) for code in self.bases]

    @property
    def rules(self) -> Rules:
        """What its vote needs."""
        return Rules(self.quorum_share, self.quorum_count, self.majority_share)


# The fields that a revision's party takes over from the type's step.
RULES = tuple(field.name for field in PartyRules._meta.local_fields)


def _lawful(prefix: str) -> list[models.BaseConstraint]:
    """What holds for a step, whoever writes it."""
    return [
        models.CheckConstraint(
            condition=Q(
                quorum_share__range=(1, 100),
                quorum_count__gte=1,
                majority_share__range=(1, 99),
                days__gte=1,
            ),
            name=f"{prefix}_numbers_make_sense",
        )
    ]


class PartyStep(PartyRules):
    """One party of a plan type that agrees or approves; the steps of a kind follow each other."""

    type = models.ForeignKey(PlanType, on_delete=models.CASCADE, related_name="steps")

    class Meta:
        verbose_name = _("party of a plan type")
        verbose_name_plural = _("parties of a plan type")
        ordering = ["type", "position"]
        constraints = [
            *_lawful("party_step"),
            models.UniqueConstraint(fields=["type", "position"], name="party_step_in_order"),
            models.CheckConstraint(
                condition=Q(kind__in=["agrees", "approves"]), name="party_step_decides"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} · {self.position} · {self.get_role_display()}"


class RevisionPartyQuerySet(models.QuerySet["RevisionParty"]):
    def called(self, revision: Revision) -> RevisionPartyQuerySet:
        """The parties of the revision's last sending, in their order."""
        last = self.filter(revision=revision).order_by("-round").values("round")[:1]
        return self.filter(revision=revision, round__in=last).order_by("position")


class RevisionParty(PartyRules):
    """A party of one revision, as the type defined it on the day the revision was sent.

    Each sending is a round of its own, so that votes of earlier rounds stay on record.
    """

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="parties")
    round = models.PositiveSmallIntegerField(_("round"))

    objects = RevisionPartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party of a revision")
        verbose_name_plural = _("parties of a revision")
        ordering = ["revision", "round", "position"]
        constraints = [
            *_lawful("revision_party"),
            models.UniqueConstraint(
                fields=["revision", "round", "position"], name="revision_party_in_order"
            ),
        ]
        indexes = [models.Index(fields=["role", "revision"], name="revision_party_by_role")]

    def __str__(self) -> str:
        return f"{self.revision} · {self.position} · {self.get_role_display()}"


class RevisionAuthor(models.Model):
    """Who wrote, changed or took out a measure of a revision while it was a draft."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="authors")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("author of a revision")
        verbose_name_plural = _("authors of a revision")
        constraints = [
            models.UniqueConstraint(fields=["revision", "person"], name="revision_author_once")
        ]

    def __str__(self) -> str:
        return f"{self.revision} · {self.person}"


class Vote(models.Model):
    """The vote of a member of a party that votes; one a round, and it cannot be changed."""

    class Choice(models.TextChoices):
        FOR = VoteChoice.FOR, _("For")
        AGAINST = VoteChoice.AGAINST, _("Against")
        ABSTAIN = VoteChoice.ABSTAIN, _("Abstain")

    party = models.ForeignKey(RevisionParty, on_delete=models.CASCADE, related_name="votes")
    # Whose vote it is, and who cast it. A vote is personal; only old rows may differ.
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cast_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    cast_at = models.DateTimeField(_("voted at"))
    choice = models.CharField(_("vote"), max_length=10, choices=Choice)
    comment = models.TextField(_("comment"), blank=True)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering = ["cast_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["party", "member"], name="vote_once_a_round"),
            models.CheckConstraint(
                condition=~Q(choice="against") | ~Q(comment=""), name="vote_against_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.get_choice_display()}"
