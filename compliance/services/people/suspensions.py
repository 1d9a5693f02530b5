"""People whom letters do not reach: reported to those who can help, listed, lifted."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Lower
from django.utils import timezone

from compliance.domain.people.contacts import masked_address
from compliance.domain.refusals import Conflict
from compliance.models import Membership, Organisation, User
from compliance.models.roles import Role
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.people.rights import standing_memberships
from notifications.models import AddressSuspension
from notifications.services import suspending

BATCH = 100


def tell_suspensions(act: Act) -> int:
    """How many suspensions were entered into the trail, which tells the directors of them."""
    told = 0
    while ids := list(_untold().values_list("pk", flat=True)[:BATCH]):
        for pk in ids:
            told += _tell(pk, act)
    return told


def _untold() -> QuerySet[AddressSuspension]:
    return AddressSuspension.objects.filter(told_at__isnull=True).order_by("pk")


@transaction.atomic
def _tell(pk: int, act: Act) -> bool:
    """Whether this one was reported now: in each organisation in which the person works."""
    row = _untold().select_for_update(of=("self",)).select_related("person").filter(pk=pk).first()
    if row is None:
        return False
    row.told_at = act.at
    row.save(update_fields=["told_at"])
    for organisation in _homes(row.person, act):
        record_and_tell(
            act=act,
            organisation=organisation,
            action="address.suspend",
            subject=row.person,
            after={"address": masked_address(row.address)},
            reason=str(AddressSuspension.Cause(row.cause).label),
        )
    return True


def _homes(person: Any, act: Act) -> list[Organisation]:
    """The organisations in which the person works, in the order in which chains are locked."""
    standing = standing_memberships([person], timezone.localdate(act.at))[person.pk]
    places = {row.organisation_id: row.organisation for row in standing}
    return [places[pk] for pk in sorted(places)]


def suspended_under(user: User, today: date) -> QuerySet[AddressSuspension]:
    """The suspended addresses of people whom the user administers, with `holder`: who has it now.

    An address that nobody has any longer needs nobody's attention.
    """
    people = User.objects.filter(is_active=True)
    if not user.is_superuser:
        rows = Membership.objects.lasting(today).filter(
            user.jurisdiction().covers("organisation__path", Role.ADMINISTRATOR)
        )
        people = people.filter(pk__in=rows.values("user"))
    holders = people.alias(mail=Lower("email", output_field=CharField())).filter(
        mail=OuterRef("address")
    )
    standing = AddressSuspension.objects.standing()
    return standing.annotate(holder=Subquery(holders.order_by("pk").values("pk")[:1])).filter(
        holder__isnull=False
    )


@transaction.atomic
def lift_suspension(suspension: AddressSuspension, *, act: Act) -> User:
    """The person to whom letters are sent again."""
    assert act.user is not None, "a person lifts it"
    if not suspending.lift(suspension, by=act.user, now=act.at):
        raise Conflict("address_already_lifted", address=suspension.address)
    person = User.objects.filter(email__iexact=suspension.address).order_by("pk").get()
    for organisation in _homes(person, act):
        record_and_tell(
            act=act,
            organisation=organisation,
            action="address.lift",
            subject=person,
            after={"address": masked_address(suspension.address)},
        )
    return person
