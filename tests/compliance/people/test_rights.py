"""Who looks after whom, written out: every part of a region over every role in every place."""

from __future__ import annotations

import pytest

from compliance.models import User
from compliance.services.people import rights
from tests.building import factories as make

pytestmark = pytest.mark.django_db

EVERY_ROLE = {
    "executor", "director", "coordinator", "inspector", "head", "council", "hr", "administrator",
}  # fmt: skip
NOTHING: dict[str, set[str]] = {}
OVER_AN_INSTITUTION = {"executor", "director", "hr"}
OVER_A_REGION = {"executor", "director", "coordinator", "inspector"}
# Whose work: by part, then by place.
WORKS = {
    "executor": NOTHING,
    "director": {"own": OVER_AN_INSTITUTION},
    "foreign_director": {"other": OVER_AN_INSTITUTION},
    "coordinator": {"own": OVER_A_REGION, "other": OVER_A_REGION, "ministry": OVER_A_REGION},
    "inspector": NOTHING,
    "head": NOTHING,
    "councillor": NOTHING,
    "personnel": NOTHING,
    "administrator": {"own": EVERY_ROLE, "other": EVERY_ROLE, "ministry": EVERY_ROLE},
    "stranger": NOTHING,
}
# Which roles are given and taken, in the order in which a form offers them.
OF_AN_INSTITUTION = ["executor", "director", "hr", "administrator"]
GIVES = {
    "director": {"own": ["executor"]},
    "foreign_director": {"other": ["executor"]},
    "administrator": {
        "ministry": ["coordinator", "inspector", "head", "hr", "executor", "administrator"],
        "own": OF_AN_INSTITUTION,
        "other": OF_AN_INSTITUTION,
        "council": ["council"],
    },
}
CARES_FOR = {
    "director": {"executor"},
    "coordinator": {"executor", "director", "foreign_director", "inspector"},
    "administrator": {
        "executor", "director", "foreign_director", "coordinator", "inspector", "head",
        "councillor", "personnel",
    },
}  # fmt: skip
MANAGES = {
    "director": {"executor"},
    "administrator": {
        "executor", "director", "foreign_director", "coordinator", "inspector", "head",
        "councillor", "personnel",
    },
}  # fmt: skip
PLACES = ["ministry", "council", "own", "other"]
PARTS = list(WORKS)


@pytest.fixture
def region() -> make.Region:
    return make.region()


def fresh(region: make.Region, part: str) -> User:
    return User.objects.get(pk=region.people[part].pk)


def test_the_cast_is_whole(region):
    assert set(region.people) == set(PARTS)


@pytest.mark.parametrize("part", PARTS)
def test_whose_work_one_looks_after(region, part):
    person = fresh(region, part)
    found = {
        place: {
            role
            for role in EVERY_ROLE
            if rights.looks_after(person, role, getattr(region, place).path)
        }
        for place in ("ministry", "own", "other")
    }
    assert {place: roles for place, roles in found.items() if roles} == WORKS[part]


@pytest.mark.parametrize("part", PARTS)
def test_which_roles_one_gives(region, part):
    person = fresh(region, part)
    found = {
        place: [str(role) for role in rights.grantable_roles(person, getattr(region, place))]
        for place in PLACES
    }
    assert {place: roles for place, roles in found.items() if roles} == GIVES.get(part, {})
    places = {row.pk for row in rights.organisations_to_grant(person)}
    assert places == {getattr(region, place).pk for place in GIVES.get(part, ())}
    assert rights.may_grant_somewhere(person) == (part in GIVES)


@pytest.mark.parametrize("part", PARTS)
def test_whom_one_looks_after_and_whose_account_one_changes(region, part):
    person = fresh(region, part)
    cared = set(rights.people_in_care_of(person))
    found = {name for name, other in region.people.items() if other in cared}
    assert found == CARES_FOR.get(part, set())
    everybody = rights.with_current_duties(User.objects.all())
    ids = rights.cared_among(person, everybody)
    among = {name for name, other in region.people.items() if other.pk in ids}
    assert among == CARES_FOR.get(part, set()) | {part}, "one's own page is always one's own"
    managed = {
        name
        for name, other in region.people.items()
        if rights.may_manage_account(person, fresh(region, name))
    }
    assert managed == MANAGES.get(part, set())


def test_who_sees_the_pages_about_people_and_who_reads_them_in(region):
    sees = {part for part in PARTS if rights.may_see_people(fresh(region, part))}
    assert sees == {"administrator", "coordinator", "director", "foreign_director"}
    reads_in = {part for part in PARTS if rights.may_import(fresh(region, part))}
    assert reads_in == {"administrator"}


def test_of_several_duties_all_must_be_looked_after(region):
    person, executor = fresh(region, "director"), fresh(region, "executor")
    assert not rights.cares_for(person, [])
    assert rights.cares_for(person, executor.memberships.all())
    executor.memberships.create(organisation=region.other, role="executor")
    assert not rights.cares_for(person, executor.memberships.all())


def test_whoever_has_all_rights_has_these(region):
    root = make.user("root", is_superuser=True)
    assert rights.may_see_people(root) and rights.may_grant_somewhere(root)
    assert rights.may_import(root) and rights.may_grant(root, "head", region.ministry)
    assert rights.may_manage(root, region.head, []) and not rights.may_manage(root, root, [])
    assert set(rights.organisations_to_grant(root)) == {
        region.ministry, region.council, region.own, region.other,
    }  # fmt: skip
