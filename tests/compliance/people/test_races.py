"""Two at once: one table is stored once, one director is named, one link lets in once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from compliance.domain.refusals import Conflict
from compliance.models import Invitation, Membership, Organisation, User
from compliance.services.audit.trail import broken_chains
from compliance.services.people import accounts
from compliance.services.people.accounts import RoleGrant
from compliance.services.people.imports import storing
from compliance.services.people.invitations import accept_invitation, digest_of, invite
from tests.building import factories as make
from tests.building.people_workbooks import institution, person, workbook
from tests.workflows.tasks.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

NEW = "ГБУ «Новый дом-интернат»"


def table() -> bytes:
    return workbook(
        [institution(NEW)], [person("Учебнова Анна", "anna@example.org", NEW, "Директор")]
    )


def uploaded(who: User) -> tuple:
    act = make.act(who)
    upload = storing.keep_upload(table(), "люди.xlsx", act=act)
    return upload.pk, storing.preview(upload, act).fingerprint


def no_doubles() -> None:
    assert Organisation.objects.filter(name=NEW).count() == 1
    assert User.objects.filter(email="anna@example.org").count() == 1
    assert Membership.objects.filter(organisation__name=NEW).count() == 1
    assert list(broken_chains()) == []


def test_the_same_upload_is_stored_once():
    region = make.region()
    pk, fingerprint = uploaded(region.administrator)
    acts = [make.act(region.administrator) for _ in range(3)]
    found = at_once(
        *(lambda act=act: storing.store_upload(pk, fingerprint, act=act) for act in acts)
    )
    assert found == {"won": 1, "upload_over": 2}
    no_doubles()


def test_two_administrators_with_the_same_table_make_no_doubles():
    region = make.region()
    other = make.member(region.ministry, "administrator", "other-admin")
    pairs = [(uploaded(who), make.act(who)) for who in (region.administrator, other)]
    found = at_once(
        *(
            lambda pk=pk, seen=seen, act=act: storing.store_upload(pk, seen, act=act)
            for (pk, seen), act in pairs
        )
    )
    assert found == {"won": 1, "people_changed": 1}
    no_doubles()


def test_two_directors_are_not_named_at_once():
    region = make.region()
    place = make.institution(region.ministry, name=NEW)
    acts = [make.act(region.administrator) for _ in range(2)]
    folk = (region.stranger, region.executor)
    found = at_once(
        *(
            lambda who=who, act=act: accounts.grant_role(
                who.pk, RoleGrant(place.pk, "director"), act=act
            )
            for who, act in zip(folk, acts, strict=True)
        )
    )
    assert found == {"won": 1, "second_leader": 1}
    assert Membership.objects.filter(organisation=place).count() == 1


def test_one_link_is_used_once():
    region = make.region()
    invite(region.executor.pk, act=make.act(region.administrator))
    now = timezone.now()
    Invitation.objects.update(
        digest=digest_of("secret"),
        address=region.executor.email,
        state="accepted",
        valid_until=now + timedelta(days=1),
    )
    acts = [make.act(None) for _ in range(3)]
    found = at_once(
        *(
            lambda act=act, n=n: accept_invitation(digest_of("secret"), f"пароль-{n}", act=act)
            for n, act in enumerate(acts)
        )
    )
    assert found == {"won": 1, "invitation_over": 2}


def test_two_invitations_at_once_leave_one_that_is_open():
    region = make.region()
    acts = [make.act(region.administrator) for _ in range(3)]
    found = at_once(*(lambda act=act: invite(region.executor.pk, act=act) for act in acts))
    assert found["won"] == 3
    assert Invitation.objects.open().count() == 1
    with pytest.raises(Conflict):
        accept_invitation("", "пароль", act=make.act(None))
