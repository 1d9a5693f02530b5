"""Parties as data: several in their order, a council's vote, four eyes; the state all along."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.domain.plans.grounds import Grounds
from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import (
    AuditEvent,
    Decision,
    Plan,
    PlanType,
    Remark,
    Responsible,
    Revision,
    Substitution,
    Vote,
)
from compliance.services.approval.votes import cast_vote, tally
from compliance.services.plans.drafts import MeasureDraft, ResponsibleDraft, change_measure
from compliance.services.plans.routes import at_turn
from tests.building import factories as make
from tests.building.parties import (
    AGREES,
    APPROVES,
    answer,
    minutes,
    set_type,
    state,
    step,
    vote,
    voting,
)
from tests.building.scenes import Scene, around_today, due_in, sent
from workflows.models import Task
from workflows.services.plans import sending
from workflows.services.reconciliation import STATES, differences
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db


def stand_in(substitute, absent) -> None:
    """From today on the one acts in the other's name."""
    today = timezone.localdate()
    Substitution.objects.create(
        substitute=substitute, absent=absent, starts_on=today, ends_on=today, reason="Отпуск",
        entered_by=absent, entered_at=timezone.now(),
    )  # fmt: skip


# --- Several parties, one after another ------------------------------------------------------


def test_after_each_step_the_state_fits_the_open_step_and_the_next_party_has_it():
    """Table: who answers, and then the state, the open step and the role whose queue has it."""
    region = make.region()
    set_type(
        region,
        step(AGREES, "coordinator", days=3),
        step(AGREES, "head", days=7),
        step(APPROVES, "council"),
        step(APPROVES, "director", bases=("order",)),
    )
    order = Grounds(basis="order", basis_number="1", basis_date=timezone.localdate())
    public = Grounds(published_on=timezone.localdate(), published_url="https://example.org/")
    table = [
        (None, "", None, "draft", "agree", "coordinator"),
        (region.coordinator, "agree", None, "draft", "agree", "head"),
        (region.head, "agree", None, "agreed", "approve", "council"),
        (region.councillor, "approve", minutes(), "agreed", "approve", "director"),
        (region.director, "approve", order, "approved", "publish", "director"),
        (region.director, "publish", public, "published", None, None),
    ]
    scene = sent(region)
    for person, outcome, grounds, *expected in table:
        if person:
            answer(scene, person, outcome, grounds)
        task = Task.objects.open().of_plan_itself(scene.plan).first()
        found = [state(scene), task and task.step.name, task and task.role]
        assert found == expected, outcome
        assert task is None or expected[0] in STATES[task.step.flow_class, task.step.name]
        assert list(differences()) == []
    kinds = Decision.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == [AGREES, AGREES, APPROVES, APPROVES]
    first = AuditEvent.objects.get(action="party.approve")
    assert first.after == {
        "party": "Общественный совет при министерстве",
        "role": "council",
        "basis": "minutes",
        "basis_number": "30-ОС",
        "basis_date": timezone.localdate().isoformat(),
    }


def test_each_party_has_its_own_days_and_only_its_own_people():
    region = make.region()
    set_type(region, step(AGREES, "coordinator", days=1), step(AGREES, "head", days=20),
             step(APPROVES, "director"))  # fmt: skip
    scene = sent(region)
    first = scene.task
    with pytest.raises(Forbidden):
        answer(scene, region.head, "agree")
    answer(scene, region.coordinator, "agree")
    assert (scene.task.due_on - first.due_on).days > 20
    with pytest.raises(Forbidden):
        answer(scene, region.coordinator, "agree")


def test_a_later_party_returns_the_plan_and_everybody_decides_anew():
    region = make.region()
    set_type(region, step(AGREES, "coordinator"), step(AGREES, "head"), step(APPROVES, "director"))
    scene = sent(region)
    answer(scene, region.coordinator, "agree")
    answer(scene, region.head, "return", Grounds(comment="Уточнить сроки"))
    assert scene.task.step.name == "rework" and not Decision.objects.exists()
    assert list(differences()) == []
    Remark.objects.update(settled_at=timezone.now())
    answer(scene, region.director, "send")
    assert scene.task.role == "coordinator"


def test_a_basis_that_the_type_does_not_name_is_refused():
    region = make.region()
    set_type(region, step(AGREES, "coordinator"), step(APPROVES, "director", bases=("order",)))
    scene = sent(region)
    answer(scene, region.coordinator, "agree")
    with pytest.raises(Refusal, match="'basis_given'"):
        answer(scene, region.director, "approve", minutes())


def test_an_agreeing_party_brings_the_basis_that_its_type_asks_for():
    region = make.region()
    set_type(region, step(AGREES, "coordinator", bases=("letter",)), step(APPROVES, "director"))
    scene = sent(region)
    with pytest.raises(Refusal, match="'basis_given'"):
        answer(scene, region.coordinator, "agree")
    client = Client()
    client.force_login(region.coordinator)
    page = client.get(scene.plan.get_absolute_url()).content.decode()
    assert 'value="letter"' in page and 'value="minutes"' not in page


def test_what_is_with_its_parties_goes_on_as_it_began():
    region = make.region()
    scene = sent(region)
    set_type(region, step(AGREES, "head"), step(APPROVES, "council"))
    answer(scene, region.coordinator, "agree")
    assert scene.task.role == "director"
    answer(scene, region.director, "return", Grounds(comment="Уточнить"))
    Remark.objects.update(settled_at=timezone.now())
    answer(scene, region.director, "send")
    assert scene.task.role == "head", "sent again, it goes the new way"


def test_the_council_sees_an_institutions_plan_once_it_is_called_upon():
    region = make.region()
    set_type(region, step(AGREES, "coordinator"), step(APPROVES, "council"))
    draft = make.plan(region, title="Не отправлен")
    scene = sent(region)
    seen_by_council = Plan.objects.visible_to(region.councillor)
    assert scene.plan in seen_by_council and draft not in seen_by_council


# --- Four eyes -------------------------------------------------------------------------------


def strict(region: make.Region) -> None:
    set_type(region, step(AGREES, "coordinator"), step(APPROVES, "director"), drafters_decide=False)


def test_whoever_changed_a_measure_does_not_approve_it_but_a_colleague_does():
    region = make.region()
    strict(region)
    colleague = make.member(region.own, "director", "colleague")
    plan = make.plan(region, make.measure(deadline_text=due_in(5)), period=around_today())
    version = plan.revisions.get().versions.get()
    party = ResponsibleDraft(region.own.name, Responsible.Kind.ORGANISATION, region.own)
    kept = MeasureDraft(
        text="Другой стенд",
        deadline_text=version.deadline_text,
        proof="photo",
        responsibles=[party],
    )
    change_measure(version, kept, act=make.act(region.director))
    sending.send_for_agreement(plan.pk, act=make.act(region.director), knows_passed=True)
    scene = Scene(region, plan)
    answer(scene, region.coordinator, "agree")
    with pytest.raises(Forbidden, match="'own_draft'"):
        answer(scene, region.director, "approve", minutes())
    client = Client()
    client.force_login(region.director)
    page = client.get(plan.get_absolute_url()).content.decode()
    assert 'value="approve"' not in page and "Вы сами работали" in page
    answer(scene, colleague, "approve", minutes())
    assert state(scene) == "approved"


def test_whoever_drew_the_plan_up_does_not_approve_it():
    region = make.region()
    strict(region)
    scene = sent(region)
    answer(scene, region.coordinator, "agree")
    Plan.objects.filter(pk=scene.plan.pk).update(created_by=region.director)
    with pytest.raises(Forbidden, match="'own_draft'"):
        answer(scene, region.director, "approve", minutes())


def test_a_substitute_does_not_approve_what_the_absent_person_drafted():
    region = make.region()
    strict(region)
    colleague = make.member(region.own, "director", "colleague")
    scene = sent(region)
    answer(scene, region.coordinator, "agree")
    Revision.objects.update(created_by=region.director)
    engine.take(scene.task.pk, act=make.act(region.director))
    stand_in(colleague, region.director)
    with pytest.raises(Forbidden, match="'own_draft'"):
        answer(scene, colleague, "approve", minutes())


def test_the_usual_type_lets_the_director_approve_what_they_drafted():
    scene = sent()
    Plan.objects.filter(pk=scene.plan.pk).update(created_by=scene.region.director)
    answer(scene, scene.region.coordinator, "agree")
    answer(scene, scene.region.director, "approve", minutes())
    assert state(scene) == "approved"


# --- The vote --------------------------------------------------------------------------------


def test_a_carried_vote_is_recorded_with_the_minutes():
    scene, people = voting()
    vote(scene, people[0])
    with pytest.raises(Refusal, match="'no_quorum'"):
        answer(scene, people[0], "approve", minutes())
    with pytest.raises(Refusal, match="'no_quorum'"):
        answer(scene, people[0], "return", Grounds(comment="Рано"))
    vote(scene, people[1])
    answer(scene, people[2], "approve", minutes())
    assert state(scene) == "approved"
    decision = Decision.objects.get(kind=APPROVES)
    assert decision.party == scene.region.council.name and decision.basis_number == "30-ОС"
    assert AuditEvent.objects.filter(action="vote.cast").count() == 2


def test_a_vote_that_has_not_carried_returns_the_plan_with_the_reasons():
    scene, people = voting()
    vote(scene, people[0], "against", "Нет денег на пандус")
    vote(scene, people[1], "abstain")
    with pytest.raises(Refusal, match="'vote_not_carried'"):
        answer(scene, people[0], "approve", minutes())
    answer(scene, people[2], "return", Grounds(comment="Решение совета от сегодня"))
    assert state(scene) == "draft" and scene.task.step.name == "rework"
    said = dict(Remark.objects.values_list("author__username", "text"))
    assert said == {"council": "Нет денег на пандус", "council3": "Решение совета от сегодня"}


def test_a_carried_vote_is_not_turned_into_a_return():
    scene, people = voting(members=1)
    vote(scene, people[0])
    with pytest.raises(Refusal, match="'vote_carried'"):
        answer(scene, people[0], "return", Grounds(comment="Передумали"))


def test_the_next_round_is_voted_on_anew_and_the_last_stays_on_record():
    scene, people = voting(members=1)
    vote(scene, people[0], "against", "Нет")
    answer(scene, people[0], "return", Grounds(comment="Переделать"))
    Remark.objects.update(settled_at=timezone.now())
    answer(scene, scene.region.coordinator, "send")
    answer(scene, scene.region.head, "agree")
    vote(scene, people[0])
    answer(scene, people[0], "approve", minutes())
    assert state(scene) == "approved"
    assert list(Vote.objects.values_list("party__round", "choice")) == [(1, "against"), (2, "for")]


def test_a_member_votes_once_and_only_members_vote():
    scene, people = voting()
    vote(scene, people[0])
    with pytest.raises(Conflict, match="'already_voted'"):
        vote(scene, people[0], "against", "Передумал")
    for other in (scene.region.head, scene.region.coordinator, scene.region.stranger):
        with pytest.raises(Forbidden):
            vote(scene, other)
    with pytest.raises(Refusal, match="'vote_why'"):
        vote(scene, people[1], "against", " ")
    assert Vote.objects.count() == 1


def test_nobody_votes_in_an_absent_members_name():
    scene, people = voting()
    stand_in(people[1], people[0])
    vote(scene, people[1])
    with pytest.raises(Conflict, match="'already_voted'"):
        vote(scene, people[1])
    cast = Vote.objects.get()
    assert (cast.member, cast.cast_by) == (people[1], people[1])
    event = AuditEvent.objects.filter(action="vote.cast").latest("sequence")
    assert (event.actor, event.on_behalf_of) == (people[1], None)
    vote(scene, people[0])  # who is away may vote all the same
    assert tally(at_turn(scene.plan.revisions.get()), timezone.now()).votes_for == 2


def test_a_substitute_without_the_role_does_not_vote_at_all():
    region = make.region()
    set_type(region, step(AGREES, "coordinator", is_vote=True), step(APPROVES, "director"))
    scene = sent(region)
    stand_in(region.head, region.coordinator)
    with pytest.raises(Forbidden, match="'vote_is_personal'"):
        vote(scene, region.head)
    page = Client()
    page.force_login(region.head)
    assert "Ваш голос" not in page.get(scene.plan.get_absolute_url()).content.decode()
    vote(scene, region.coordinator)


def test_after_the_decision_nobody_votes():
    scene, people = voting(members=2)
    party = at_turn(scene.plan.revisions.get())
    vote(scene, people[0])
    answer(scene, people[0], "approve", minutes())
    with pytest.raises(Conflict, match="'vote_closed'"):
        cast_vote(party.pk, "for", act=make.act(people[1]))


def test_a_member_who_drafted_does_not_vote_where_other_eyes_are_asked_for():
    scene, people = voting()
    PlanType.objects.update(drafters_decide=False)
    Plan.objects.filter(pk=scene.plan.pk).update(created_by=people[0])
    with pytest.raises(Forbidden, match="'own_draft'"):
        vote(scene, people[0])


def test_the_vote_on_the_plans_page():
    scene, people = voting()
    url = reverse("plan-vote", args=[scene.plan.pk])
    party = at_turn(scene.plan.revisions.get())
    member, head = Client(), Client()
    member.force_login(people[0])
    head.force_login(scene.region.head)
    assert "Ваш голос" in member.get(scene.plan.get_absolute_url()).content.decode()
    page = head.get(scene.plan.get_absolute_url()).content.decode()
    assert "Ваш голос" not in page and "Проголосовало: 0 из 3" in page
    for wrong in ({}, {"party": "x"}, {"party": party.pk, "choice": "maybe"},
                  {"party": party.pk, "choice": "against"}, {"party": 2**70, "choice": "for"},
                  {"party": party.pk, "choice": "against", "comment": "\0"}):  # fmt: skip
        assert member.post(url, wrong).status_code == 422, wrong
    assert member.post(url, {"party": 2**40, "choice": "for"}).status_code == 404
    given = {"party": party.pk, "choice": "against", "comment": "Нет сметы"}
    page = member.post(url, given, follow=True).content.decode()
    assert "Ваш голос учтён" in page and "Нет сметы" in page and "Ваш голос:" not in page
    assert member.post(url, given).status_code == 409
    assert head.post(url, given).status_code == 403


@pytest.mark.parametrize(
    ("votes", "offered"),
    [
        ([], set()),
        (["for"], set()),
        (["for", "for"], {"approve"}),
        (["for", "against"], {"return"}),
    ],
)
def test_the_plans_page_offers_a_member_only_what_the_vote_allows(votes, offered):
    scene, people = voting()
    for person, choice in zip(people, votes, strict=False):
        vote(scene, person, choice, "Нет сметы")
    client = Client()
    client.force_login(people[2])
    page = client.get(scene.plan.get_absolute_url()).content.decode()
    outcomes = set(re.findall(r'name="outcome" value="(\w+)"', page))
    assert outcomes == offered
    assert ('href="#vote"' in page) is (not offered)
