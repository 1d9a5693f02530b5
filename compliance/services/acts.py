"""An act: who does something, when, from where and in whose name. Every service takes one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from compliance.models import User


@dataclass(frozen=True)
class Act:
    """The circumstances of one act; `user` is None when the system itself acts."""

    user: User | None
    at: datetime
    address: str = ""
    on_behalf_of: User | None = None
    task_id: int | None = None  # the engine's task through which it is done

    def through(self, task_id: int) -> Act:
        """The same act, done by taking a step of the engine."""
        return replace(self, task_id=task_id)

    @property
    def person(self) -> User:
        """Who acts, where only a person can; the system never comes here."""
        assert self.user is not None, "this act needs a person"
        return self.user

    @classmethod
    def of(cls, request: HttpRequest) -> Act:
        """The act of the person behind a request, now."""
        user = request.user if isinstance(request.user, User) else None
        return cls(user=user, at=timezone.now(), address=request.META.get("REMOTE_ADDR", ""))

    @classmethod
    def of_system(cls, at: datetime | None = None) -> Act:
        """An act of the system: a sweep, a command."""
        return cls(user=None, at=at or timezone.now())
