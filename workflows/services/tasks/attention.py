"""What needs an administrator's attention: counts, each with the list that it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.models import User
from compliance.services.people.lists import PeopleSelection, PeopleShow, listed
from compliance.services.people.suspensions import suspended_under
from notifications.models import DeliveryState, Message
from notifications.services.clock import clock_state
from notifications.services.sweeps import standings
from workflows.services.tasks.stranded import left_behind


@dataclass(frozen=True)
class Care:
    """How many things need an administrator's attention, what they are, where they are listed."""

    count: int
    words: str | Promise
    url: str


def cares(user: User, now: datetime) -> list[Care]:
    """What needs the administrator's attention now in their branch; empty when all is well."""
    today = user.today(now)
    late = sum(one.is_late for one in standings(now))
    letters = Message.objects.sent_under(user)
    lost, unsure = DeliveryState.PERMANENT, DeliveryState.UNKNOWN
    people, mail = reverse("people"), reverse("mail")
    found = (
        Care(
            int(clock_state().doubt is not None),
            _("clock that may be wrong: no letters leave"),
            reverse("work"),
        ),
        Care(late, _("background sweeps are late"), reverse("work")),
        Care(
            letters.filter(state=lost).count(), _("letters not delivered"), f"{mail}?state={lost}"
        ),
        Care(
            letters.filter(state=unsure).count(),
            _("letters that may not have arrived"),
            f"{mail}?state={unsure}",
        ),
        Care(
            suspended_under(user, today).count(),
            _("addresses that letters do not reach"),
            reverse("addresses"),
        ),
        Care(
            listed(user, PeopleSelection(PeopleShow.UNREACHED), today).count(),
            _("people whom the invitation did not reach"),
            f"{people}?show={PeopleShow.UNREACHED}",
        ),
        Care(
            listed(user, PeopleSelection(PeopleShow.NEVER), today).count(),
            _("people who have never signed in"),
            f"{people}?show={PeopleShow.NEVER}",
        ),
        Care(
            len(left_behind(user, today)),
            _("people with work that they can no longer do"),
            reverse("overdue"),
        ),
    )
    return [care for care in found if care.count]


__all__ = ["Care", "cares"]
