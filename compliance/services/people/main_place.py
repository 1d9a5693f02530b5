"""Where a person of several places mainly works: its clock decides when their letters leave."""

from __future__ import annotations

from django.db import transaction

from compliance.domain.refusals import Refusal
from compliance.models import Organisation, User
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell


def own_places(user: User) -> list[Organisation]:
    """The organisations in which the person has a role today, the oldest role first."""
    return list({row.organisation_id: row.organisation for row in user.own_memberships}.values())


@transaction.atomic
def choose_main_place(place: Organisation, *, act: Act) -> bool:
    """Whether this changed anything. Refusal when the person does not work there (any more)."""
    person = act.afresh().person
    if place not in own_places(person):
        raise Refusal("not_your_place")
    if person.main_organisation_id == place.pk:
        return False
    before = person.main_organisation
    person.main_organisation = place
    person.save(update_fields=["main_organisation"])
    record_and_tell(
        act=act,
        organisation=place,
        action="person.main_place",
        subject=person,
        before={"place": str(before)} if before else {},
        after={"place": str(place)},
    )
    return True
