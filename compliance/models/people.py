"""People and their roles. Users are deactivated, never deleted."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.db.models.functions import Lower, StrIndex
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compliance.models.jurisdictions import Duty, Jurisdiction
from compliance.models.organisations import Organisation
from compliance.models.roles import Role

# Who looks after people; administrators and directors also change things (people/rights.py).
KEEPING_PEOPLE = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.DIRECTOR})


class PersonManager(UserManager["User"]):
    use_in_migrations = False

    def visible_to(self, user: User) -> models.QuerySet[User]:
        """People who work, will work or last worked where the user looks after people.

        Somebody who has left for another place can no longer be looked at.
        """
        if user.is_superuser:
            return self.all()
        here = user.jurisdiction().covers("organisation__path", *KEEPING_PEOPLE)
        return self.standing(Membership.objects.filter(here))

    def standing(self, rows: MembershipQuerySet) -> models.QuerySet[User]:
        """People who work or will work, or last worked, by one of these memberships."""
        theirs = rows.standing(timezone.localdate()).filter(user=OuterRef("pk"))
        return self.filter(Exists(theirs))

    def working_only_under(self, duties: Jurisdiction, *roles: str) -> models.QuerySet[User]:
        """People who work today, and only where the duties include one of the roles."""
        works = Membership.objects.current(timezone.localdate()).filter(user=OuterRef("pk"))
        here = duties.covers("organisation__path", *roles)
        return self.filter(Exists(works), ~Exists(works.exclude(here)))


class User(AbstractUser):
    """A person who can sign in, by name or e-mail."""

    full_name = models.CharField(_("full name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    # Of several places the one whose clock counts, as long as the person works there.
    main_organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("main place of work"),
    )

    objects = PersonManager()

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
        indexes = [models.Index(fields=["full_name", "username", "id"], name="user_by_name")]

    def __str__(self) -> str:
        return self.full_name or self.username

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: a person's acts stay in the record; deactivate instead."""
        raise ValidationError(_("People are deactivated, not deleted: their acts stay on record."))

    @cached_property
    def _jurisdiction(self) -> Jurisdiction:
        today = timezone.localdate()
        own = self.own_memberships
        away = self._absent if own else {}
        lent = [
            row
            for row in (_current_memberships(today, list(away)) if away else ())
            if any(_stands_in(mine.organisation, row.organisation) for mine in own)
        ]
        return Jurisdiction(tuple(_duty(row) for row in (*own, *lent)))

    @cached_property
    def own_memberships(self) -> list[Membership]:
        """The person's current roles with their organisations, oldest first."""
        return _current_memberships(timezone.localdate(), [self.pk])

    def post_for(self, organisation: Organisation, day: date) -> str:
        """The person's post on that day in the nearest body above the organisation, or nothing."""
        held = Membership.objects.current(day).filter(user=self).exclude(post="")
        rows = held.select_related("organisation")
        above = [row for row in rows if organisation.path.startswith(row.organisation.path)]
        nearest = max(above, key=lambda row: len(row.organisation.path), default=None)
        return nearest.post if nearest else ""

    @cached_property
    def _absent(self) -> dict[int, User]:
        """The people this person stands in for today, by id."""
        rows = Substitution.objects.current(timezone.localdate()).filter(substitute_id=self.pk)
        people = rows.order_by().values_list("absent_id", flat=True)
        return User.objects.in_bulk(list(people))

    def jurisdiction(self) -> Jurisdiction:
        """The person's current duties, then those of people they substitute for.

        Two queries, four for a substitute, kept for the life of this object (a request). A
        substitute gets what the absent person holds themselves: a duty is never lent on.
        """
        return self._jurisdiction

    def names_to_act_in(self) -> list[User]:
        """Oneself, then each absent person; each of them with their own duties only.

        Ask a predicate about each in turn to find in whose name the person may do something.
        """
        found: list[User] = []
        for holder, duties in self.jurisdiction().of_each_holder():
            name = copy(self if holder == self.pk else self._absent[holder])
            name._jurisdiction = duties
            # Duties are lent; the keys to the whole installation are not.
            name.is_superuser = self.is_superuser and holder == self.pk
            found.append(name)
        return found or [self]

    def with_only(self, membership: Membership) -> User:
        """This person with one of their roles and no other: ask it what that role gives them."""
        name = copy(self)
        name._jurisdiction = Jurisdiction((_duty(membership),))
        name.is_superuser = False
        return name

    def may(self, allows: Callable[..., bool], *about: object) -> bool:
        """Whether `allows(person, *about)` in one's own name or another's: what buttons check."""
        return any(allows(name, *about) for name in self.names_to_act_in())

    def stands_for(self) -> list[int]:
        """The ids of the people whose personal work this person does today; their own first."""
        return [one.pk for one in self.names_to_act_in()]

    def today(self, at: datetime) -> date:
        """The calendar date at that moment where the person mainly works."""
        home = self.home()
        zone = home.organisation.time_zone if home else settings.TIME_ZONE
        return at.astimezone(ZoneInfo(zone)).date()

    def home(self) -> Membership | None:
        """The role in the person's main place: the one they named, else that of the oldest role.

        The letters' planner says the same in SQL (`services/notices/digests.py`).
        """
        own = self.own_memberships
        named = [row for row in own if row.organisation_id == self.main_organisation_id]
        return next(iter(named or own), None)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, today: date) -> MembershipQuerySet:
        """Memberships that have begun and have not ended."""
        return self.filter(
            Q(starts_on__isnull=True) | Q(starts_on__lte=today),
            Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        )

    def acting(self, day: date) -> MembershipQuerySet:
        """Memberships by which somebody may act on this day: current, the person active, the place
        open. In a closed one people may read on but no longer act (decision 14).
        """
        return self.current(day).filter(user__is_active=True, organisation__is_active=True)

    def over(self, *organisations: Organisation) -> MembershipQuerySet:
        """Memberships in one of these organisations, in one above it, or in a council of these."""
        above = {int(pk) for one in organisations for pk in one.path.strip("/").split("/")}
        council = Q(organisation__kind=Organisation.Kind.COUNCIL)
        return self.filter(
            (~council & Q(organisation__in=above)) | (council & Q(organisation__parent__in=above))
        )

    def holding(self, role: str, organisation: Organisation, day: date) -> MembershipQuerySet:
        """The memberships by which people hold the role for the organisation on this day.

        The rule itself; `services.notices.addressees` says it in SQL for many organisations at
        once. Who else may act, in the name of one of these, is `User.names_to_act_in`.
        """
        return self.acting(day).over(organisation).filter(role=role)

    def holding_outer(self, role: str, path: str, day: date) -> MembershipQuerySet:
        """`holding` inside a subquery: `role` and `path` name columns of the outer rows."""
        branch = Case(
            When(
                organisation__kind=Organisation.Kind.COUNCIL, then=F("organisation__parent__path")
            ),
            default=F("organisation__path"),
        )
        rows = self.acting(day).filter(role=OuterRef(role)).annotate(branch=branch)
        return rows.annotate(place=StrIndex(OuterRef(path), F("branch"))).filter(place=1)

    def lent_to_outer(self, person: str, day: date) -> MembershipQuerySet:
        """Inside a subquery: memberships of people for whom the outer row's person stands in."""
        own = Membership.objects.acting(day).filter(
            user=OuterRef("substitute"), organisation__kind=OuterRef(OuterRef("organisation__kind"))
        )
        there = OuterRef(OuterRef("organisation__path"))
        own = own.annotate(
            below=StrIndex(F("organisation__path"), there),
            above=StrIndex(there, F("organisation__path")),
        ).filter(Q(below=1) | Q(above=1))
        standing_in = Substitution.objects.current(day).filter(
            Exists(own), absent=OuterRef("user"), substitute=OuterRef(OuterRef(person))
        )
        return self.filter(Exists(standing_in))

    def lasting(self, today: date) -> MembershipQuerySet:
        """Memberships that have not ended, including those that begin later."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))

    def standing(self, today: date) -> MembershipQuerySet:
        """Memberships that have not ended; for people without any, those that ended last."""
        later = Membership.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=OuterRef("ends_on")), user=OuterRef("user")
        )
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today) | ~Exists(later))

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


def _current_memberships(today: date, people: list[int]) -> list[Membership]:
    """The current memberships of these people, if active, with their organisations.

    Every request asks for them: sorting a few rows here costs less than putting it into SQL.
    """
    rows = Membership.objects.current(today).filter(user__in=people, user__is_active=True)
    found = rows.select_related("organisation", "organisation__parent")
    return sorted(found, key=lambda row: row.pk)


def _stands_in(own: Organisation, there: Organisation) -> bool:
    """Whether somebody of the one may stand in at the other: the same body, or its department.

    Bodies of different kinds watch over each other, so nobody stands in across them; and nobody
    acts out of a closed one.
    """
    is_near = own.path.startswith(there.path) or there.path.startswith(own.path)
    return own.is_active and own.kind == there.kind and is_near


def _duty(row: Membership) -> Duty:
    place = row.organisation
    return Duty(
        row.role,
        place.pk,
        place.jurisdiction_path,
        place.time_zone,
        row.user_id,
        is_closed=not place.is_active,
    )


class SubstitutionQuerySet(models.QuerySet["Substitution"]):
    def standing(self) -> SubstitutionQuerySet:
        """Substitutions that nobody has ended early."""
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
        """One's own, on either side, and those of people who work in the person's jurisdiction on
        one of their days.
        """
        there = Membership.objects.filter(
            Q(starts_on__isnull=True) | Q(starts_on__lte=OuterRef("ends_on")),
            Q(ends_on__isnull=True) | Q(ends_on__gte=OuterRef("starts_on")),
            user.jurisdiction().covers("organisation__path"),
            user=OuterRef("absent"),
        )
        return self.filter(Q(absent=user) | Q(substitute=user) | Exists(there))


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
    # Set when it is ended before its last day; from that moment it gives no rights.
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
