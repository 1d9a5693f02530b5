"""The full state × action matrix, who may do what, and the guards one by one.

What is expected stands written out here: a slip in the table under test must turn a test red.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from compliance.domain.plans.grounds import Grounds
from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import AuditEvent, MeasureVersion, Occurrence, Plan, Remark, Revision
from compliance.services.execution.in_force import put_in_force, start_execution
from compliance.services.plans.transitions import change_state, open_to
from tests.building import factories as make
from tests.building.remembered import remembered

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
STATES = ["draft", "agreed", "approved", "published", "executing", "reported"]
NO = None
# Where each action leads from each state; NO: it is a conflict, and nothing changes.
MATRIX = {
    #                 draft        agreed      approved     published    executing   reported
    "agree":         ("agreed",    NO,         NO,          NO,          NO,         NO),
    "approve":       (NO,          "approved", NO,          NO,          NO,         NO),
    "return_to_draft": (NO,        "draft",    "draft",     NO,          NO,         NO),
    "publish":       (NO,          NO,         "published", NO,          NO,         NO),
    "start":         (NO,          NO,         NO,          "executing", NO,         NO),
    "adopt":         ("executing", NO,         NO,          NO,          NO,         NO),
    "accept_report": (NO,          NO,         NO,          NO,          "reported", NO),
    "reopen":        (NO,          NO,         NO,          NO,          NO,         "executing"),
}  # fmt: skip
# Who may, by the two types of plans that every installation begins with; nobody else may.
MAY = {
    "institution": {
        "agree": {"coordinator"},
        "approve": {"director"},
        "return_to_draft": {"director"},
        "publish": {"director"},
        "start": {"coordinator"},
        "adopt": {"coordinator"},
        "accept_report": {"coordinator"},
        "reopen": {"coordinator"},
    },
    "regional": {
        "agree": {"head"},
        "approve": {"councillor"},
        "return_to_draft": {"councillor", "coordinator"},
        "publish": {"coordinator"},
        "start": {"coordinator"},
        "adopt": {"coordinator"},
        "accept_report": {"head"},
        "reopen": {"head"},
    },
}
WITHOUT_A_PERSON = {"start", "adopt"}
BEGINS_IN = {
    "agree": "draft",
    "approve": "agreed",
    "return_to_draft": "approved",
    "publish": "approved",
    "start": "published",
    "adopt": "draft",
    "accept_report": "executing",
    "reopen": "reported",
}
WHO = {name: min(parts) for name, parts in MAY["institution"].items()}


def step(region: make.Region, plan: Plan, name: str) -> Plan:
    """One transition by somebody who may make it, with everything it could ask for."""
    person = region.people[min(MAY[plan.type.code][name])]
    if name == "start":
        put_in_force(plan.revisions.get())
        return start_execution(plan.pk, act=make.act(person))
    if name == "accept_report":
        Occurrence.objects.filter(plan=plan).update(not_done_reason="Нет средств")
    return change_state(plan.pk, name, act=make.act(person), grounds=ALL)


@remembered
def plan_in(region: make.Region, state: str, type_code: str = "institution") -> Plan:
    """A plan brought to a state the lawful way."""
    owner = region.own if type_code == "institution" else region.ministry
    plan = make.plan(region, type_code=type_code, organisation=owner)
    for name in WAY[: STATES.index(state)]:
        step(region, plan, name)
    return Plan.objects.get(pk=plan.pk)


@pytest.mark.parametrize("name", MATRIX)
@pytest.mark.parametrize("state", STATES)
def test_state_by_action(state, name):
    region = make.region()
    plan = plan_in(region, state)
    target = MATRIX[name][STATES.index(state)]
    events = AuditEvent.objects.count()
    person = make.act(region.people[WHO[name]])
    if name == "start" and target:
        assert step(region, plan, "start").state == "executing"
        return
    if name == "accept_report":
        Occurrence.objects.filter(plan=plan).update(not_done_reason="Нет средств")
    if target:
        assert change_state(plan.pk, name, act=person, grounds=ALL).state == target
        assert AuditEvent.objects.count() == events + 1
    else:
        with pytest.raises(Conflict):
            change_state(plan.pk, name, act=person, grounds=ALL)
        assert AuditEvent.objects.count() == events
    assert Plan.objects.get(pk=plan.pk).state == (target or state)


@pytest.mark.parametrize("name", MATRIX)
@pytest.mark.parametrize("type_code", MAY)
def test_who_may_and_nobody_else(type_code, name):
    region = make.region()
    plan = plan_in(region, BEGINS_IN[name], type_code)
    offered = set()
    for part, person in region.people.items():
        act = make.act(person)
        if name in {row.name for row in open_to(act.user, plan)}:
            offered.add(part)
        if part not in MAY[type_code][name]:
            with pytest.raises(Forbidden):
                change_state(plan.pk, name, act=act, grounds=ALL)
            assert Plan.objects.get(pk=plan.pk).state == BEGINS_IN[name], part
    assert offered == MAY[type_code][name]


@pytest.mark.parametrize("name", MATRIX)
def test_without_a_person_only_execution_begins(name):
    plan = plan_in(make.region(), BEGINS_IN[name])
    if name in WITHOUT_A_PERSON:
        if name == "start":
            put_in_force(plan.revisions.get())
            assert start_execution(plan.pk, act=make.act(None)).state == "executing"
        else:
            assert change_state(plan.pk, name, act=make.act(None)).state == "executing"
    else:
        with pytest.raises(Forbidden):
            change_state(plan.pk, name, act=make.act(None), grounds=ALL)


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
    with pytest.raises(Refusal, match="'occurrences_exist'"):
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
    with pytest.raises(Conflict, match="'revision_settled'"):
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
