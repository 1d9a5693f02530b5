"""People as a list: who is chosen, in what order, and the same rows as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from compliance.domain.folding import search_words
from compliance.files.outgoing.spreadsheets import Cell, SheetColumn
from compliance.models import Invitation, Membership, User
from compliance.models.people import KEEPING_PEOPLE, MembershipQuerySet
from compliance.models.searching import says
from notifications.models import DeliveryState


class PeopleShow(models.TextChoices):
    """Which of the people to list."""

    WORKING = "working", _("Working now")
    NEVER = "never", _("Never signed in")
    UNREACHED = "unreached", _("The invitation did not arrive")
    ENDED = "ended", _("Without a role")
    INACTIVE = "inactive", _("Deactivated")
    ALL = "all", _("All")


@dataclass(frozen=True)
class PeopleSelection:
    """Which people a person asked to see."""

    show: str = PeopleShow.WORKING
    organisation: int | None = None
    role: str = ""
    words: str = ""


def listed(user: User, wanted: PeopleSelection, today: date) -> QuerySet[User]:
    """The chosen people, by name, with what a row prints; each word is somewhere in the row."""
    rows = _shown(User.objects.visible_to(user), wanted.show, today)
    here = visible_roles(user).lasting(today).filter(user=OuterRef("pk"))
    if wanted.organisation or wanted.role:
        narrowed = here
        if wanted.organisation:
            narrowed = narrowed.filter(organisation=wanted.organisation)
        if wanted.role:
            narrowed = narrowed.filter(role=wanted.role)
        rows = rows.filter(Exists(narrowed))
    roles = visible_roles(user).lasting(today)
    for word in search_words(wanted.words):
        named = says(User.objects.all(), word, "full_name", "email", "username")
        said = says(roles, word, "post", "organisation__name", "organisation__short_name")
        rows = rows.filter(Q(pk__in=named.values("pk")) | Q(pk__in=said.values("user")))
    return rows.order_by("full_name", "username", "pk")


def _shown(rows: QuerySet[User], show: str, today: date) -> QuerySet[User]:
    works = Exists(Membership.objects.lasting(today).filter(user=OuterRef("pk")))
    if show == PeopleShow.INACTIVE:
        return rows.filter(is_active=False)
    if show == PeopleShow.ENDED:
        return rows.filter(~works, is_active=True)
    if show == PeopleShow.ALL:
        return rows
    rows = rows.filter(works, is_active=True)
    if show == PeopleShow.NEVER:
        return rows.filter(last_login__isnull=True)
    if show == PeopleShow.UNREACHED:
        lost = Invitation.objects.open().filter(
            user=OuterRef("pk"), state__in=[DeliveryState.PERMANENT, DeliveryState.UNKNOWN]
        )
        return rows.filter(Exists(lost), last_login__isnull=True)
    return rows


def visible_roles(user: User) -> MembershipQuerySet:
    """The roles that this person may know of."""
    if user.is_superuser:
        return Membership.objects.all()
    return Membership.objects.filter(
        user.jurisdiction().covers("organisation__path", *KEEPING_PEOPLE)
    )


def with_roles(rows: QuerySet[User], user: User, today: date) -> QuerySet[User]:
    """The people with `roles` (those that have not ended) and `invited`, two more statements."""
    roles = visible_roles(user).lasting(today).select_related("organisation").order_by("pk")
    invited = Invitation.objects.open()
    return rows.prefetch_related(
        Prefetch("memberships", queryset=roles, to_attr="roles"),
        Prefetch("invitations", queryset=invited, to_attr="invited"),
    )


def entry_words(person: User) -> str:
    """Whether the person has ever signed in and, if not, what became of the invitation."""
    if not person.is_active:
        return gettext("Deactivated")
    if person.last_login:
        when = timezone.localtime(person.last_login)
        return gettext("Signed in on %(date)s") % {"date": f"{when:%d.%m.%Y}"}
    invited: list[Invitation] = getattr(person, "invited", [])
    return invitation_words(invited[0]) if invited else gettext("Not invited yet")


def invitation_words(invitation: Invitation) -> str:
    """What became of an invitation, in a few words."""
    if invitation.used_at:
        return pgettext("invitation", "Accepted")
    if invitation.revoked_at:
        return pgettext("invitation", "Withdrawn")
    if invitation.is_on_its_way:
        return gettext("The invitation is on its way")
    if invitation.state == DeliveryState.PERMANENT:
        return gettext("The invitation was not delivered")
    if invitation.state == DeliveryState.UNKNOWN:
        return gettext("Not known whether the invitation arrived")
    if invitation.valid_until and invitation.valid_until <= timezone.now():
        return gettext("The invitation is too old")
    return gettext("Invited, has not signed in yet")


Line = tuple[User, Membership | None]
"""A person with one of their roles; None for the role of people without any."""


def people_columns() -> list[SheetColumn[Line]]:
    """The headings, and what a person's role has under each."""
    return [
        SheetColumn(gettext("Full name"), 36, lambda line: str(line[0])),
        SheetColumn(gettext("E-mail"), 30, lambda line: line[0].email),
        SheetColumn(gettext("Organisation"), 50, _of_role(lambda role: role.organisation.name)),
        SheetColumn(gettext("Role"), 28, _of_role(lambda role: role.get_role_display())),
        SheetColumn(gettext("Post"), 30, _of_role(lambda role: role.post)),
        SheetColumn(gettext("From"), 12, _of_role(lambda role: role.starts_on)),
        SheetColumn(gettext("Until"), 12, _of_role(lambda role: role.ends_on)),
        SheetColumn(gettext("Access"), 34, lambda line: entry_words(line[0])),
    ]


def _of_role(value: Callable[[Membership], Cell]) -> Callable[[Line], Cell]:
    return lambda line: value(line[1]) if line[1] else None


def people_lines(rows: Iterable[User]) -> Iterator[Line]:
    """One line a role; somebody without a role has one line too."""
    for person in rows:
        roles: list[Membership | None] = list(getattr(person, "roles", [])) or [None]
        for role in roles:
            yield person, role
