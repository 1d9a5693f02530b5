"""Rights that are looked up are those that pages and services give: compared for everybody."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.models import Membership, Occurrence, Plan, User
from tests.access.calls import call, found
from tests.access.rows import EVERYBODY, ROWS
from tests.access.world import World, make_world
from tests.building import factories as make
from tests.building.scenes import executing, sent
from workflows.services.people import look_ups

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """One for each test: some begin with a region of their own."""
    return make_world()


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def thing(world, name: str) -> Plan:
    """A plan of the world by its dotted name."""
    return reduce(getattr, name.split("."), world)


def given(plan: Plan) -> dict[int, set[str]]:
    """What each person may do with a plan by all their roles; who does not see it is left out."""
    plan = Plan.objects.select_related("organisation", "type").get(pk=plan.pk)
    people: dict[int, set[str]] = {}
    for grant in look_ups.grants(plan, look_ups.memberships_about(plan)):
        if grant.sees:
            acts = people.setdefault(grant.membership.user_id, set())
            acts |= {str(act) for act in grant.acts}
    return people


def test_who_is_said_to_see_a_plan_opens_it_and_nobody_else_does(world):
    for name in ("draft", "waiting.plan", "released.plan", "executing.plan", "regional"):
        plan = thing(world, name)
        listed = set(given(plan))
        for part in sorted(EVERYBODY):
            person = getattr(world.region, part)
            status = browser(person).get(reverse("plan", args=[plan.pk])).status_code
            assert (person.pk in listed) == (status == 200), f"{name} for {part}"


@pytest.mark.parametrize(
    ("name", "plan", "act"),
    [
        ("plan-send", "draft", "составляет текст"),
        ("plan-deadlines-confirm", "draft", "уточняет сроки"),
        ("plan-start", "released.plan", "начинает исполнение"),
        ("plan-report", "executing.plan", "отправляет отчёт по плану"),
        ("task-complete", "waiting.plan", "согласует"),
    ],
)
def test_what_is_said_to_be_allowed_is_what_the_page_answers(world, name, plan, act):
    listed = given(thing(world, plan))
    for part in sorted(EVERYBODY):
        person = getattr(world.region, part)
        answer = found(ROWS[name], call(browser(person), world, name))
        assert (act in listed.get(person.pk, set())) == (answer == "yes"), f"{name} for {part}"


def test_remarks_are_shown_to_those_who_are_said_to_see_inside(world):
    plan = world.released.plan
    plan.revisions.in_force().get().remarks.create(
        text="Внутреннее замечание", author=world.region.coordinator, made_at=timezone.now()
    )
    listed = given(plan)
    for part in sorted(EVERYBODY):
        person = getattr(world.region, part)
        page = browser(person).get(plan.get_absolute_url()).content.decode()
        inside = "видит замечания и историю" in listed.get(person.pk, set())
        assert inside == ("Внутреннее замечание" in page), part


def test_a_role_that_is_over_or_not_begun_and_a_closed_account_give_nothing():
    scene = sent()
    today = timezone.localdate()
    region = scene.region
    assert region.director.pk in given(scene.plan)
    Membership.objects.filter(user=region.director).update(ends_on=today - timedelta(days=1))
    Membership.objects.filter(user=region.inspector).update(starts_on=today + timedelta(days=1))
    User.objects.filter(pk=region.head.pk).update(is_active=False)
    listed = given(scene.plan)
    assert not {region.director.pk, region.inspector.pk, region.head.pk} & set(listed)


def test_of_two_roles_each_is_shown_with_what_it_gives_itself():
    scene = sent()
    Membership.objects.create(
        user=scene.region.executor, organisation=scene.region.ministry, role="coordinator"
    )
    plan = Plan.objects.select_related("organisation", "type").get(pk=scene.plan.pk)
    acts = {
        grant.membership.role: {str(act) for act in grant.acts}
        for grant in look_ups.grants(plan, look_ups.memberships_about(plan))
        if grant.membership.user == scene.region.executor
    }
    assert "согласует" in acts["coordinator"] and "согласует" not in acts["executor"]


def test_a_plan_is_looked_up_in_ones_own_branch_only(world):
    url = reverse("rights") + f"?plan={world.draft.pk}"
    assert browser(world.region.coordinator).get(url).status_code == 200
    assert browser(world.region.administrator).get(url).status_code == 200
    assert browser(world.region.outlander).get(url).status_code == 404
    assert browser(world.region.director).get(url).status_code == 403
    assert (
        reverse("rights")
        in browser(world.region.coordinator).get(world.draft.get_absolute_url()).content.decode()
    )


def test_a_person_is_looked_up_in_ones_own_branch_only(world):
    region = world.region
    url = reverse("rights") + f"?person={region.director.pk}"
    page = browser(region.administrator).get(url)
    assert page.status_code == 200 and "Директор" in page.content.decode()
    assert browser(region.outlander).get(url).status_code == 404
    Membership.objects.create(
        user=region.director,
        organisation=make.ministry(name="Министерство третьей области"),
        role="head",
    )
    page = browser(region.administrator).get(url).content.decode()
    assert "третьей" not in page, "a role elsewhere is nobody's business here"


def test_what_a_person_is_said_to_see_is_what_their_lists_hold(world):
    region = world.region
    viewer = make.act(region.administrator).person
    for part in sorted(EVERYBODY - {"stranger", "outlander"}):
        person = make.act(getattr(region, part)).person
        (reach,) = look_ups.reach_of(person, viewer)
        assert reach.plans == Plan.objects.visible_to(person).count(), part
        assert reach.due_dates == Occurrence.objects.visible_to(person).count(), part


def test_which_parties_a_role_plays_in_each_kind_of_plan():
    region = make.region()
    viewer = make.act(region.administrator).person
    institution = {
        "director": ["составляет текст", "утверждает", "фиксирует публикацию",
                     "отправляет отчёт по плану"],
        "coordinator": ["согласует", "принимает отчёт по плану"],
    }  # fmt: skip
    regional = {
        "coordinator": [
            "составляет текст",
            "фиксирует публикацию",
            "отправляет отчёт по плану",
        ],
        "head": ["согласует", "принимает отчёт по плану"],
        "councillor": ["утверждает"],
    }
    for part in ("executor", "director", "coordinator", "inspector", "head", "councillor"):
        (reach,) = look_ups.reach_of(make.act(region.people[part]).person, viewer)
        found = [[str(label) for label in labels] for _kind, labels in reach.parties]
        assert found == [institution.get(part, []), regional.get(part, [])], part


def test_people_are_found_by_name_in_ones_own_branch_only(world):
    page = browser(world.region.administrator).get(reverse("rights"), {"person": "ДИРЕКТОРОВ"})
    assert "Денис Директоров" in page.content.decode()
    page = browser(world.region.outlander).get(reverse("rights"), {"person": "директоров"})
    assert "Денис Директоров" not in page.content.decode()


@pytest.mark.parametrize(
    "query", ["?plan=%00", "?plan=9" * 30, "?person=%00", "?person=((", "?plan=x"]
)
def test_absurd_questions_are_answered(world, query):
    assert browser(world.region.administrator).get(reverse("rights") + query).status_code < 500


def test_more_people_cost_no_more_statements(django_assert_max_num_queries):
    scene = executing()
    client = browser(scene.region.coordinator)
    url = reverse("rights") + f"?plan={scene.plan.pk}"
    with django_assert_max_num_queries(300) as few:
        client.get(url)
    for number in range(30):
        make.member(scene.region.own, "executor", f"more-{number}")
    with django_assert_max_num_queries(300) as many:
        client.get(url)
    assert len(many) <= len(few)
