"""The full state × action matrix, and the guards one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from compliance.domain.plans.grounds import Grounds
from compliance.domain.plans.states import TRANSITIONS, PlanState
from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import AuditEvent, MeasureVersion, Occurrence, Plan, Remark, Revision
from compliance.services.execution.in_force import put_in_force, start_execution
from compliance.services.plans.transitions import change_state
from tests.building import factories as make

pytestmark = pytest.mark.django_db

ALL = Grounds(
    party="Директор",
    basis="order",
    basis_number="1",
    basis_date=timezone.localdate(),
    published_on=timezone.localdate(),
    published_url="https://example.org/plan",
    comment="Потому что",
)
WAY = ["agree", "approve", "publish", "start", "accept_report"]
REACHED = dict(zip(["draft", "agreed", "approved", "published", "executing", "reported"],
                   range(6), strict=True))  # fmt: skip
WHO = {
    "agree": "coordinator",
    "approve": "director",
    "publish": "director",
    "start": "coordinator",
    "adopt": "coordinator",
    "accept_report": "coordinator",
    "reopen": "coordinator",
    "return_to_draft": "director",
}


def step(region: make.Region, plan: Plan, name: str, who: str | None = None) -> Plan:
    """One transition by the person who may make it, with everything it could ask for."""
    if name == "start":
        put_in_force(plan.revisions.get())
        return start_execution(plan.pk, act=make.act(region.people[who or WHO[name]]))
    if name == "accept_report":
        Occurrence.objects.filter(plan=plan).update(not_done_reason="Нет средств")
    return change_state(plan.pk, name, act=make.act(region.people[who or WHO[name]]), grounds=ALL)


def plan_in(region: make.Region, state: str) -> Plan:
    """A plan brought to a state the lawful way."""
    plan = make.plan(region)
    for name in WAY[: REACHED[state]]:
        step(region, plan, name)
    return Plan.objects.get(pk=plan.pk)


@pytest.mark.parametrize("name", [row.name for row in TRANSITIONS])
@pytest.mark.parametrize("state", list(PlanState))
def test_state_by_action(state, name):
    region = make.region()
    plan = plan_in(region, state)
    row = next(row for row in TRANSITIONS if row.name == name)
    events = AuditEvent.objects.count()
    person = make.act(region.people[WHO[name]])
    if name == "start" and state in row.sources:
        assert step(region, plan, "start").state == row.target
        return
    if name == "accept_report":
        Occurrence.objects.filter(plan=plan).update(not_done_reason="Нет средств")
    if state in row.sources:
        assert change_state(plan.pk, name, act=person, grounds=ALL).state == row.target
        assert AuditEvent.objects.count() == events + 1
    else:
        with pytest.raises(Conflict):
            change_state(plan.pk, name, act=person, grounds=ALL)
        assert AuditEvent.objects.count() == events
    expected = row.target if state in row.sources else state
    assert Plan.objects.get(pk=plan.pk).state == expected


@pytest.mark.parametrize("name", [row.name for row in TRANSITIONS])
def test_nobody_else_may(name):
    region = make.region()
    row = next(row for row in TRANSITIONS if row.name == name)
    plan = plan_in(region, row.sources[0])
    parties = [party for party in row.parties if party != "system"]
    roles = frozenset().union(*(plan.type.roles_of(party) for party in parties))
    for part, person in region.people.items():
        duties = make.act(person).user.jurisdiction()
        if any(duties.holds(role, plan.organisation.path) for role in roles):
            continue
        with pytest.raises(Forbidden):
            change_state(plan.pk, name, act=make.act(person), grounds=ALL)
        assert Plan.objects.get(pk=plan.pk).state == row.sources[0], part


def refused(region: make.Region, plan: Plan, name: str, grounds: Grounds = ALL) -> str:
    with pytest.raises(Refusal) as caught:
        change_state(plan.pk, name, act=make.act(region.people[WHO[name]]), grounds=grounds)
    return caught.value.code


def test_an_empty_plan_is_not_agreed():
    region = make.region()
    plan = make.plan(region)
    MeasureVersion.objects.all().delete()
    assert refused(region, plan, "agree") == "has_measures"


@pytest.mark.parametrize("missing", ["text", "deadline_text", "proof"])
def test_an_incomplete_measure_is_not_agreed(missing):
    region = make.region()
    plan = make.plan(region)
    MeasureVersion.objects.update(**{missing: ""})
    assert refused(region, plan, "agree") == "measures_complete"


def test_a_measure_without_a_known_executor_is_not_agreed():
    region = make.region()
    plan = make.plan(region)
    version = MeasureVersion.objects.get(revision__plan=plan)
    version.responsibles.update(kind="unknown", organisation=None)
    assert refused(region, plan, "agree") == "measures_complete"


@pytest.mark.parametrize("words", ["В установленные сроки", "когда-нибудь", "до 1 июля"])
def test_an_unconfirmed_deadline_is_not_agreed(words):
    region = make.region()
    plan = make.plan(region, make.measure(deadline_text=words))
    assert refused(region, plan, "agree") == "deadlines_confirmed"


def test_an_open_remark_is_not_agreed():
    region = make.region()
    plan = make.plan(region)
    Remark.objects.create(
        revision=plan.revisions.get(), text="Уточнить", author=region.coordinator,
        made_at=timezone.now(),
    )  # fmt: skip
    assert refused(region, plan, "agree") == "no_open_remark"


@pytest.mark.parametrize(
    "grounds",
    [
        Grounds(),
        Grounds(basis="order", basis_number="1"),
        Grounds(basis="minutes", basis_date=ALL.basis_date),
    ],
)
def test_approval_asks_for_its_basis(grounds):
    region = make.region()
    assert refused(region, plan_in(region, "agreed"), "approve", grounds) == "basis_given"


def test_publication_asks_for_date_and_address():
    region = make.region()
    plan = plan_in(region, "approved")
    assert refused(region, plan, "publish", Grounds(published_on=ALL.published_on)) == (
        "address_given"
    )


@pytest.mark.parametrize(("name", "state"), [("return_to_draft", "agreed"), ("reopen", "reported")])
def test_going_back_asks_for_a_comment(name, state):
    region = make.region()
    assert refused(region, plan_in(region, state), name, Grounds(comment=" ")) == "comment_given"


def test_a_report_with_an_unsettled_date_is_not_accepted():
    region = make.region()
    assert refused(region, plan_in(region, "executing"), "accept_report") == "occurrences_settled"


def test_execution_does_not_begin_without_a_date():
    region = make.region()
    plan = make.plan(region, make.measure(deadline_text="когда-нибудь"))
    MeasureVersion.objects.update(deadline_confirmed_at=timezone.now())
    for name in ("agree", "approve", "publish"):
        change_state(plan.pk, name, act=make.act(region.people[WHO[name]]), grounds=ALL)
    put_in_force(plan.revisions.get())
    with pytest.raises(Refusal, match="occurrences_exist"):
        start_execution(plan.pk, act=make.act(region.coordinator))
    plan = Plan.objects.get(pk=plan.pk)
    assert plan.state == "published" and plan.executes_from is None, "nothing is half-written"


def test_the_state_is_protected_from_plain_assignment():
    plan = make.plan(make.region())
    with pytest.raises(AttributeError):
        plan.state = "reported"
    plan.refresh_from_db()
    assert plan.state == "draft"


def test_the_text_in_force_is_frozen_under_its_hash():
    region = make.region()
    plan = plan_in(region, "published")
    revision = plan.revisions.get()
    put_in_force(revision)
    first = Revision.objects.get(pk=revision.pk).content_hash
    MeasureVersion.objects.update(text="Другое")
    with pytest.raises(Conflict, match="revision_settled"):
        put_in_force(revision)
    assert len(first) == 64 and Revision.objects.get(pk=revision.pk).content_hash == first


def test_what_had_passed_before_the_plan_was_agreed_is_due_at_once_and_not_overdue():
    region = make.region()
    today = timezone.localdate()
    words = f"до {today - timedelta(days=30):%d.%m.%Y}"
    plan = make.plan(
        region,
        make.measure(deadline_text=words),
        period=make.Period(today - timedelta(days=200), today + timedelta(days=100)),
    )
    for name in ("agree", "approve", "publish", "start"):
        step(region, plan, name)
    occurrence = Occurrence.objects.get(plan=plan)
    assert occurrence.intended_on == today - timedelta(days=30)
    assert occurrence.due_on == today, "or nobody would ever ask for it"
    assert not occurrence.is_overdue(today)
    assert occurrence.is_overdue(today + timedelta(days=1))


@pytest.mark.parametrize(
    ("name", "state", "given"),
    [
        ("publish", "approved", {"published_on": timezone.localdate() + timedelta(days=2)}),
        ("approve", "agreed", {"basis_date": timezone.localdate() + timedelta(days=2)}),
    ],
)
def test_a_date_that_has_not_come_is_refused(name, state, given):
    region = make.region()
    plan = plan_in(region, state)
    assert refused(region, plan, name, replace(ALL, **given)) == "date_in_future"
