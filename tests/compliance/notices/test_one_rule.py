"""Who holds a role for an organisation on a day: one rule, in the ORM, in SQL, and for one person.

Worlds are drawn by a seeded lot: two regions with departments, institutions and councils, some of
them closed; people who came, went, will come, were switched off; substitutions of every kind.
"""

from __future__ import annotations

import random
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db.models import Exists, OuterRef

from compliance.checks import OUR_APPS
from compliance.models import Membership, Organisation, Substitution, User
from compliance.models.roles import Role
from compliance.services.notices.addressees import duties
from compliance.services.notices.plain_sql import CommonTable, with_tables
from tests.building import factories as make
from tests.building.places import ROOT

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)
NOON = datetime(2026, 6, 15, 9, tzinfo=UTC)


@pytest.fixture(params=range(5))
def lot(request) -> random.Random:
    """The lot of one world, which it also makes."""
    lot = random.Random(request.param)
    places = []
    for _region in range(2):
        top = make.ministry(name=f"Министерство {len(places)}", is_active=lot.random() > 0.1)
        places.append(top)
        for number in range(2):
            name, is_active = f"Совет {number}", lot.random() > 0.2
            places.append(make.council(top, name=name, is_active=is_active))
        department = Organisation.objects.create(kind="ministry", name="Отдел", parent=top)
        places.append(department)
        for parent in (top, department, department):
            name, is_active = f"Центр {len(places)}", lot.random() > 0.25
            house = make.institution(parent, name=name, is_active=is_active)
            places += [house, make.institution(house, name="Отделение")]
    people = [make.user(f"person{number}", is_active=lot.random() > 0.15) for number in range(12)]
    for number in range(40):
        begins, ends = days(lot)
        Membership.objects.create(
            user=lot.choice(people),
            organisation=lot.choice(places),
            role=lot.choice(Role.values),
            starts_on=lot.choice([None, begins]),
            ends_on=ends if number % 3 else ends + timedelta(days=number),
        )
    # One pair of every world works in one open house, so that somebody is lent a duty.
    house = Organisation.objects.create(kind="institution", name="Дом", parent=places[0])
    pair = [make.user("absent"), make.user("substitute")]
    for person in pair:
        Membership.objects.create(user=person, organisation=house, role="executor")
    for number in range(14):
        absent, substitute = lot.sample(people, 2) if number else pair
        begins, ends = days(lot) if number else (TODAY, TODAY)
        Substitution.objects.create(
            absent=absent, substitute=substitute, starts_on=begins, ends_on=ends, reason="отпуск",
            entered_at=NOON, ended_at=NOON if number and lot.random() < 0.2 else None,
        )  # fmt: skip
    return lot


def days(lot: random.Random) -> tuple[date, date]:
    """Two days around today, often today itself."""
    first = TODAY + timedelta(days=lot.choice([-20, -1, 0, 0, 1, -5]))
    return first, max(first, TODAY + timedelta(days=lot.choice([-1, 0, 0, 9, 30])))


def test_the_sql_names_whom_the_rule_names(lot):
    for day in (TODAY, TODAY - timedelta(days=3), TODAY + timedelta(days=9)):
        held = duties(list(Organisation.objects.values_list("pk", flat=True)), day)
        found = {(duty.organisation_id, duty.role, duty.person_id) for duty in held}
        expected = {
            (place.pk, role, person)
            for place in Organisation.objects.all()
            for role in Role.values
            for person in Membership.objects.holding(role, place, day).values_list(
                "user", flat=True
            )
        }
        assert found == expected
        assert expected


def test_the_sql_lets_act_whom_the_pages_let_act(lot):
    with time_machine.travel(NOON, tick=False):
        held = duties(list(Organisation.objects.values_list("pk", flat=True)), TODAY)
        expected = {
            (place.pk, role, name.pk, person.pk)
            for person in User.objects.filter(is_active=True)
            for name in person.names_to_act_in()
            for place in Organisation.objects.all()
            for role in Role.values
            if name.jurisdiction().holds(role, place.path)
        }
    assert held == expected
    assert {holder == actor for _place, _role, holder, actor in expected} == {True, False}


def test_inside_a_subquery_the_rule_is_the_same(lot):
    """Asked of rows with a role, a place and a person: here memberships, in life tasks."""
    holding = Membership.objects.holding_outer("role", "organisation__path", TODAY)
    rows = Membership.objects.annotate(
        holds=Exists(holding.filter(user=OuterRef("user"))),
        is_lent=Exists(holding.lent_to_outer("user", TODAY)),
    ).select_related("organisation")
    places = list(Organisation.objects.values_list("pk", flat=True))
    held = {
        (duty.organisation_id, duty.role, duty.user_id, duty.person_id == duty.user_id)
        for duty in duties(places, TODAY)
    }
    for row in rows:
        asked = (row.organisation_id, row.role, row.user_id)
        assert row.holds == ((*asked, True) in held)
        if row.user.is_active:
            assert row.is_lent == ((*asked, False) in held)


def test_a_closed_organisation_has_nobody_to_act_and_its_ministry_has():
    region = make.region()
    Organisation.objects.filter(pk=region.own.pk).update(is_active=False)
    region.own.refresh_from_db()
    assert not Membership.objects.holding("director", region.own, TODAY).exists()
    held = Membership.objects.holding("coordinator", region.own, TODAY)
    assert [row.user for row in held] == [region.coordinator]


def test_a_substitute_acts_where_they_stand_in_and_not_elsewhere():
    """The absent person also directs a house of another kind of body: that is not lent."""
    region = make.region()
    Membership.objects.create(
        user=region.director, organisation=region.ministry, role="coordinator"
    )
    Substitution.objects.create(
        absent=region.director, substitute=region.executor, starts_on=TODAY, ends_on=TODAY,
        reason="отпуск", entered_at=NOON,
    )  # fmt: skip
    held = {(row.role, row.user_id) for row in duties([region.own.pk], TODAY)}
    assert ("director", region.executor.pk) in held
    assert ("coordinator", region.executor.pk) not in held


def test_a_statement_that_lacks_a_table_is_refused():
    table = CommonTable("able", "user_id", "SELECT user_id FROM duty", reads=("duty",))
    with pytest.raises(ValueError, match="able reads duty"):
        with_tables(table)


def test_no_statement_looks_through_a_selection_with_not_in():
    """Each row against each: of 10,000 institutions with directors 137 of a sweep's 159 s."""
    squared = re.compile(r"\bNOT\s+IN\s*\(\s*(SELECT|WITH|VALUES)\b", re.IGNORECASE)
    assert squared.search("id NOT IN (\n SELECT place_id FROM duty)")
    files = [one for app in OUR_APPS for one in (ROOT / app).rglob("*.py")]
    assert len(files) > 300
    assert [str(one) for one in files if squared.search(one.read_text("utf-8"))] == []
