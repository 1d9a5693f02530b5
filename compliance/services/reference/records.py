"""What the audit trail keeps of reference data that administrators change in the administration.

E-mail addresses are shortened: the change is evidence, the address itself is not needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from compliance.models import IncentiveScheme, Membership, Organisation, User
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell

Facts = dict[str, Any]
KEPT: dict[type[models.Model], tuple[str, ...]] = {
    Organisation: (
        "kind",
        "name",
        "short_name",
        "parent",
        "rating_group",
        "municipality",
        "website",
        "time_zone",
        "is_active",
        "continuous_checkpoints",
        "interim_checkpoints",
        "period_end_shift",
        "named_date_shift",
    ),
    User: ("username", "full_name", "email", "is_active", "is_staff", "is_superuser"),
    Membership: ("user", "organisation", "role", "post", "starts_on", "ends_on"),
    IncentiveScheme: ("region", "title", "legal_basis", "valid_from", "late_weight"),
}
ACTIONS = {
    Organisation: ("organisation.add", "organisation.change", "organisation.remove"),
    User: ("person.add", "person.change", "person.remove"),
    Membership: ("membership.add", "membership.change", "membership.remove"),
    IncentiveScheme: (
        "incentive_scheme.add",
        "incentive_scheme.change",
        "incentive_scheme.remove",
    ),
}


def facts_of(row: models.Model | None) -> Facts:
    """What the trail keeps of a row as it is stored now; empty for a row that is not stored."""
    stored = row and type(row)._default_manager.filter(pk=row.pk).first()
    if stored is None:
        return {}
    facts = {name: _plain(name, getattr(stored, name)) for name in KEPT[type(stored)]}
    if isinstance(stored, IncentiveScheme):
        facts["bands"] = [
            f"{band.points_from}–{band.points_to}: {band.share} %" for band in stored.bands.all()
        ]
    return facts


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, models.Model):
        return str(value)
    return shortened(value) if name == "email" else value


def shortened(address: str) -> str:
    """An e-mail address by its first letter and its host."""
    local, _at, host = address.partition("@")
    return f"{local[:1]}…@{host}" if host else ""


def chains_of(row: models.Model, act: Act) -> list[Organisation]:
    """The organisations whose chains record a change of the row, in the order of locking."""
    if isinstance(row, Organisation):
        return [row]
    if isinstance(row, Membership):
        return [row.organisation]
    if isinstance(row, IncentiveScheme):
        return [row.region]
    assert isinstance(row, User), "no other reference data are recorded"
    # For a person without a place: the administrator's place, or else every region.
    places = _places(row, act) or _places(act.user, act)
    return list(places or Organisation.objects.filter(parent=None).order_by("pk"))


def _places(person: User | None, act: Act) -> QuerySet[Organisation]:
    """Where the person works or will work, or else last worked."""
    roles = Membership.objects.standing(timezone.localdate(act.at)).filter(user=person)
    return Organisation.objects.filter(pk__in=roles.values("organisation")).order_by("pk")


@transaction.atomic
def record_reference(
    row: models.Model, *, before: Mapping[str, Any], after: Mapping[str, Any], act: Act
) -> None:
    """Record that reference data were added, changed or removed; nothing if they were not."""
    if dict(before) == dict(after):
        return
    added, changed, removed = ACTIONS[type(row)]
    action = changed if before and after else added if after else removed
    for organisation in chains_of(row, act):
        record_and_tell(
            act=act,
            organisation=organisation,
            action=action,
            subject=row,
            before=before,
            after=after,
        )
