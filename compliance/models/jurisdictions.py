"""What a person's current roles let them see and act on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.db.models import Q

from compliance.models.roles import Role

# Roles that see everything inside their jurisdiction, drafts included.
OVERSEEING = frozenset({Role.COORDINATOR, Role.INSPECTOR, Role.HEAD, Role.ADMINISTRATOR})
# Roles that see how execution goes in their jurisdiction: a council sees only figures, no drafts,
# reports or remarks.
WATCHING = OVERSEEING | {Role.COUNCIL}


@dataclass(frozen=True)
class Duty:
    """One current membership, reduced to what a permission check needs.

    `holder_id` is the person's own, or that of somebody they substitute for.
    """

    role: str
    organisation_id: int
    path: str
    time_zone: str
    holder_id: int
    is_closed: bool = False  # its organisation was closed: it may be read but not acted on


@dataclass(frozen=True)
class Jurisdiction:
    """All current duties of a person: what they may look at and act on."""

    duties: tuple[Duty, ...]

    def paths(self, *roles: str) -> tuple[str, ...]:
        """Branches of the tree in which the person has one of the roles (any, if none is named)."""
        return tuple(sorted({duty.path for duty in self.duties if not roles or duty.role in roles}))

    def holds(self, role: str, path: str) -> bool:
        """Whether the person acts in the role for the organisation at this path."""
        acting = (duty.path for duty in self.duties if duty.role == role and not duty.is_closed)
        return any(path.startswith(branch) for branch in filter(None, acting))

    def acting(self) -> Jurisdiction:
        """The part of it that allows acting: a closed organisation may only be read."""
        return Jurisdiction(tuple(duty for duty in self.duties if not duty.is_closed))

    def looks_after(self, role: str, path: str) -> bool:
        """Whether the person may read in the role; people of a closed organisation may."""
        return any(path.startswith(branch) for branch in filter(None, self.paths(role)))

    def covers(self, field: str, *roles: str) -> Q:
        """A condition: the path in `field` lies in one of the branches. No branches, no rows."""
        condition = Q(pk__in=[])
        for branch in filter(None, self.paths(*roles)):
            condition |= Q(**{f"{field}__startswith": branch})
        return condition

    def of_each_holder(self) -> Iterable[tuple[int, Jurisdiction]]:
        """(person, their own duties) for everybody in whose name one may act; oneself first."""
        for holder in dict.fromkeys(duty.holder_id for duty in self.duties):
            own = tuple(duty for duty in self.duties if duty.holder_id == holder)
            yield holder, Jurisdiction(own)

    @property
    def roles(self) -> frozenset[str]:
        """The names of the person's roles."""
        return frozenset(duty.role for duty in self.duties)


class HasDuties(Protocol):
    """Somebody who looks at rows: a person, or a person with only some of their roles."""

    def jurisdiction(self) -> Jurisdiction:
        """Their current duties."""
        ...
