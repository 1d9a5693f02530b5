"""What every page shows around its content: who is here, where they may go, how they see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from compliance.models import User
from compliance.models.jurisdictions import OVERSEEING, WATCHING
from compliance.models.people import KEEPING_PEOPLE
from compliance.models.roles import Role
from compliance.services.calendars import Calendars, missing_year
from compliance.views.display import display_of
from notifications.services.notices import unread_count
from workflows.services.people.look_ups import may_look_up
from workflows.services.tasks.stranded import Stranded, left_behind

EVERYBODY = frozenset(Role)


@dataclass(frozen=True)
class MenuPlace:
    """One entry of the main menu and the roles that need it."""

    name: str  # of the URL pattern
    label: str | Promise
    roles: frozenset[str] = EVERYBODY
    is_open_in_demo: bool = False


# Where people work every day. A person's letters are in their own menu, published plans in the
# footer: both are seldom looked for.
EVERYDAY = (
    MenuPlace("home", _("Home")),
    MenuPlace("inbox", _("My tasks")),
    MenuPlace("plans", _("Plans")),
    MenuPlace("overdue", _("Overdue"), OVERSEEING | {Role.DIRECTOR}),
    MenuPlace("petitions", _("Petitions"), OVERSEEING | {Role.DIRECTOR}),
    MenuPlace("inspections", _("Inspections"), OVERSEEING | {Role.DIRECTOR, Role.EXECUTOR}),
    MenuPlace("region", _("Region"), WATCHING),
    MenuPlace("incentives", _("Bonuses"), OVERSEEING | {Role.HR, Role.DIRECTOR}),
)
# Where the system is maintained.
KEEPING = (
    MenuPlace("people", _("People"), KEEPING_PEOPLE),
    MenuPlace("rights", _("Rights"), frozenset({Role.ADMINISTRATOR, Role.COORDINATOR})),
    MenuPlace("plan-types", _("Plan types"), frozenset({Role.ADMINISTRATOR})),
    MenuPlace("reminder-steps", _("Reminder steps"), frozenset({Role.ADMINISTRATOR})),
    MenuPlace("calendar", _("Calendar"), frozenset({Role.ADMINISTRATOR})),
    MenuPlace(
        "mail", _("Journal of letters"), frozenset({Role.ADMINISTRATOR}), is_open_in_demo=True
    ),
    MenuPlace("work", _("How the system works"), frozenset({Role.ADMINISTRATOR})),
    MenuPlace("audit", _("Audit trail"), frozenset({Role.ADMINISTRATOR})),
)
FOLDED_FROM = 3  # fewer places are shown beside the others: folded away they would only be hidden


@dataclass(frozen=True)
class MenuLink:
    """One entry of the menu as this page shows it."""

    label: str | Promise
    url: str
    is_current: bool


@dataclass(frozen=True)
class Menu:
    """The main menu as one person sees it: places side by side, and those under a fold."""

    links: list[MenuLink]
    folded: list[MenuLink]

    def __bool__(self) -> bool:
        return bool(self.links or self.folded)

    @property
    def is_current_folded(self) -> bool:
        """Whether the current page is under the fold."""
        return any(link.is_current for link in self.folded)


def page(request: HttpRequest) -> dict[str, Any]:
    """The variables of the page frame; the database is asked only when a page shows them."""
    found = getattr(request, "user", None)
    user = found if isinstance(found, User) else None
    memberships = SimpleLazyObject(lambda: user.own_memberships if user else [])
    return {
        "is_demo": settings.DEMO,
        "moment": timezone.now(),
        "calendars": SimpleLazyObject(Calendars),
        "display": display_of(request),
        "display_next": request.get_full_path(),
        "start_url": reverse("home" if user else "public-plans"),
        "menu": SimpleLazyObject(lambda: _menu(user, request.path)),
        "organisations": SimpleLazyObject(
            lambda: list(dict.fromkeys(str(row.organisation) for row in memberships))
        ),
        "memberships": memberships,
        "unread": SimpleLazyObject(lambda: unread_count(user.pk) if user else ""),
        "left_behind": SimpleLazyObject(lambda: _left_behind(user)),
        "looks_rights_up": SimpleLazyObject(lambda: user is not None and may_look_up(user)),
        "calendar_lacks": SimpleLazyObject(lambda: _calendar_lacks(user)),
    }


def _left_behind(user: User | None) -> list[Stranded]:
    """People who hold work they can no longer do, for those who have to reassign it."""
    return left_behind(user, user.today(timezone.now())) if user else []


def _calendar_lacks(user: User | None) -> str:
    """The year that the calendar lacks, for those who can add it; else empty."""
    keepers = {Role.ADMINISTRATOR, Role.COORDINATOR}
    if user is None or not (user.is_superuser or user.jurisdiction().roles & keepers):
        return ""
    return str(missing_year(timezone.localdate()) or "")


def _menu(user: User | None, path: str) -> Menu:
    """The menu by the person's duties; nobody has one without duties."""
    roles = user.jurisdiction().roles if user else frozenset()
    everyday, keeping = (list(_links(places, roles, path)) for places in (EVERYDAY, KEEPING))
    if len(keeping) < FOLDED_FROM:
        return Menu(everyday + keeping, [])
    return Menu(everyday, keeping)


def _links(places: tuple[MenuPlace, ...], roles: frozenset[str], path: str) -> Iterator[MenuLink]:
    for place in places:
        if roles & place.roles or (roles and place.is_open_in_demo and settings.DEMO):
            url = reverse(place.name)
            yield MenuLink(place.label, url, path == url or (url != "/" and path.startswith(url)))
