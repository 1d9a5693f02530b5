"""An act: who does something, when, from where and in whose name. Every service takes one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.http import HttpRequest
from django.utils import timezone

from compliance.models import User


@dataclass
class Act:
    """The circumstances of one act; `user` is None when the system itself acts.

    In whose name it is done is decided where its right is checked (`may`), and nowhere else.
    """

    user: User | None
    at: datetime
    address: str = ""
    on_behalf_of: User | None = None
    task_id: int | None = None  # the engine's task through which it is done

    def through(self, task_id: int) -> Act:
        """The same act, done by taking a step of the engine."""
        return replace(self, task_id=task_id)

    def afresh(self) -> Act:
        """The same act, its person locked and their duties read again.

        Take this lock before any other: then nobody is given work while they are being let go.
        """
        return replace(
            self, user=User.objects.select_for_update(no_key=True).get(pk=self.person.pk)
        )

    @property
    def person(self) -> User:
        """Who acts, where only a person can; never called for the system."""
        assert self.user is not None, "this act needs a person"
        return self.user

    @property
    def people(self) -> frozenset[int]:
        """The ids of the person acting and of the one they act for: a ban on either bans both."""
        return frozenset(one.pk for one in (self.user, self.on_behalf_of) if one is not None)

    def may(self, allows: Callable[..., bool], *about: object) -> bool:
        """Whether `allows(person, *about)` for the person acting, or for one they substitute for.

        One's own right comes first. A right that only an absent person has makes this an act in
        their name, and it is recorded so. A name settled earlier in the same act stays.
        """
        if self.user is None:
            return allows(None, *about)
        names = self.user.names_to_act_in()
        if self.on_behalf_of is not None:
            names.sort(key=lambda name: name != self.on_behalf_of)
        for name in names:
            if allows(name, *about):
                self.on_behalf_of = name if name != self.user else None
                return True
        return False

    def local_day(self) -> date:
        """The calendar date of the act in the time zone of the pages."""
        return timezone.localdate(self.at)

    @classmethod
    def of(cls, request: HttpRequest) -> Act:
        """The act of the person behind a request, now."""
        user = request.user if isinstance(request.user, User) else None
        return cls(user=user, at=timezone.now(), address=request.META.get("REMOTE_ADDR", ""))

    @classmethod
    def of_system(cls, at: datetime | None = None) -> Act:
        """An act of the system: a sweep, a command."""
        return cls(user=None, at=at or timezone.now())
