"""A plan that binds is changed by a revision: its way, what follows it, and what stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from compliance.domain.plans.grounds import Grounds
from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import (
    Assignment,
    AuditEvent,
    Decision,
    MeasureVersion,
    Occurrence,
    Plan,
    Responsible,
    Revision,
)
from compliance.services.approval.amendments import check_amendable
from compliance.services.audit.trail import broken_chains
from compliance.services.evidence.reports import Account, save_report
from compliance.services.execution.deadlines import confirm_deadline
from compliance.services.plans.contents import content_hash
from compliance.services.plans.drafts import ResponsibleDraft, add_measure, remove_measure
from notifications.models import Reminder
from tests.building import factories as make
from tests.building.amendments import (
    drafter,
    in_force,
    revised,
    reword,
    step,
)
from tests.building.due_dates import dated
from tests.building.scenes import due_in, executing, published, sent
from workflows.models import Process, Task
from workflows.services.approval.amendments import may_revise, revise_plan, withdraw_revision
from workflows.services.plans import sending
from workflows.services.reconciliation import differences
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db


def two_measures():
    return (
        make.measure("Обновить стенд", number="1.1", deadline_text=due_in(5)),
        make.measure("Обучить работников", number="1.2", deadline_text=due_in(30)),
    )


# --- The way: after each step the plan's state and the revision's status are the expected ones ----

WAY = [
    # outcome, the step that is open then, the revision's status, decisions kept, number in force
    ("begin", "agree", "with_parties", 0, 1),
    ("return", "rework", "drafting", 0, 1),
    ("settle", "rework", "drafting", 0, 1),
    ("send", "agree", "with_parties", 0, 1),
    ("agree", "approve", "with_parties", 1, 1),
    ("return", "rework", "drafting", 0, 1),
    ("settle", "rework", "drafting", 0, 1),
    ("withdraw", None, "drafting", 0, 1),
    ("begin", "agree", "with_parties", 0, 1),
    ("agree", "approve", "with_parties", 1, 1),
    ("approve", "publish", "with_parties", 2, 1),
    ("return", "rework", "drafting", 0, 1),
    ("settle", "rework", "drafting", 0, 1),
    ("send", "agree", "with_parties", 0, 1),
    ("agree", "approve", "with_parties", 1, 1),
    ("approve", "publish", "with_parties", 2, 1),
    ("publish", None, "in_force", 2, 2),
]


@pytest.mark.parametrize("type_code", ["institution", "regional"])
@pytest.mark.parametrize("scene_in", [published, executing])
def test_each_step_leaves_the_plan_its_state_and_gives_the_revision_its_own(scene_in, type_code):
    region = make.region()
    owner = region.ministry if type_code == "regional" else region.own
    scene = scene_in(region, organisation=owner, type_code=type_code)
    state, revision = Plan.objects.get(pk=scene.plan.pk).state, revised(scene)
    reword(scene, revision, text="Обновить стенд и сайт")
    for outcome, node, status, decisions, number in WAY:
        if outcome == "settle":
            revision.remarks.update(settled_at=timezone.now())
        else:
            step(scene, revision, outcome)
        found = Revision.objects.get(pk=revision.pk)
        task = Task.objects.open().of_amendment(revision).first()
        assert (task and task.flow_task.name) == node, outcome
        assert found.status == status, outcome
        assert found.decisions.count() == decisions, outcome
        assert Plan.objects.get(pk=scene.plan.pk).state == state, outcome
        assert scene.plan.revisions.in_force().get().number == number, outcome
        assert list(differences()) == [], outcome
    assert list(broken_chains()) == []


# --- Opening ------------------------------------------------------------------------------------


def test_a_new_revision_says_what_is_in_force_of_the_same_measures():
    scene = executing(None, *two_measures())
    first = scene.plan.revisions.get()
    revision = revised(scene)
    assert (revision.number, revision.status) == (2, "drafting")
    assert content_hash(revision) == first.content_hash
    measures = [set(row.versions.values_list("measure", flat=True)) for row in (first, revision)]
    assert measures[0] == measures[1]
    assert revision.versions.unsettled().count() == 0, "what was confirmed stays confirmed"
    assert scene.plan.revisions.in_force().get() == first


@pytest.mark.parametrize(
    ("part", "error"), [("coordinator", Forbidden), ("executor", Forbidden), ("head", Forbidden)]
)
def test_only_its_drafters_open_a_revision(part, error):
    scene = executing()
    with pytest.raises(error):
        revise_plan(scene.plan.pk, reason="Так", act=make.act(scene.region.people[part]))
    assert not may_revise(make.act(scene.region.people[part]).user, scene.plan)


def test_a_revision_needs_a_reason():
    scene = executing()
    with pytest.raises(Refusal, match="'reason_given'"):
        revised(scene, " ")
    assert scene.plan.revisions.count() == 1


def test_one_revision_is_open_at_a_time():
    scene = executing()
    revised(scene)
    with pytest.raises(Conflict, match="'revision_open'"):
        revised(scene)


def test_a_plan_not_yet_published_goes_back_to_its_drafters_instead():
    scene = sent()
    with pytest.raises(Conflict, match="'not_amendable'"):
        revised(scene)
    step_of_plan(scene, "agree")
    with pytest.raises(Conflict, match="'revise_by_return'"):
        revised(scene)


def step_of_plan(scene, outcome):
    engine.complete(scene.task.pk, outcome, act=make.act(scene.region.coordinator))


def test_the_report_of_a_plan_waits_for_the_end_of_its_revision_and_the_other_way_round():
    scene = executing()
    Occurrence.objects.update(not_done_reason="Нет средств")
    director = make.act(scene.region.director)
    revision = revised(scene)
    with pytest.raises(Conflict, match="'revision_open'"):
        sending.send_plan_report(scene.plan.pk, act=director)
    withdraw_revision(revision, reason="Не нужно", act=director)
    sending.send_plan_report(scene.plan.pk, act=director)
    with pytest.raises(Conflict, match="'report_with_ministry'"):
        revised(scene)
    back = Grounds(comment="Дополните")
    engine.complete(scene.task.pk, "return", act=make.act(scene.region.coordinator), grounds=back)
    revised(scene)
    with pytest.raises(Conflict, match="'revision_open'"):
        engine.complete(scene.task.pk, "send", act=director)


# --- Sending and withdrawing --------------------------------------------------------------------


def test_a_revision_that_changes_nothing_is_not_sent():
    scene = executing()
    revision = revised(scene)
    with pytest.raises(Refusal, match="'nothing_changed'"):
        step(scene, revision, "begin")


def test_a_revision_with_a_party_is_read_only_and_not_withdrawn():
    scene = executing()
    revision = revised(scene)
    reword(scene, revision, text="Другое")
    step(scene, revision, "begin")
    with pytest.raises(Conflict, match="'revision_read_only'"):
        reword(scene, revision, text="Третье")
    with pytest.raises(Conflict, match="'revision_with_parties'"):
        withdraw_revision(revision, reason="Не нужно", act=make.act(drafter(scene)))


@pytest.mark.parametrize("from_rework", [False, True])
def test_a_withdrawn_revision_leaves_what_binds(from_rework):
    scene = executing()
    revision = revised(scene)
    reword(scene, revision, text="Другое")
    if from_rework:
        step(scene, revision, "begin")
        step(scene, revision, "return")
    with pytest.raises(Refusal, match="'reason_given'"):
        withdraw_revision(revision, reason=" ", act=make.act(drafter(scene)))
    withdraw_revision(revision, reason="Денег не будет", act=make.act(drafter(scene)))
    revision.refresh_from_db()
    assert (revision.status, revision.withdrawal_reason) == ("withdrawn", "Денег не будет")
    assert not Task.objects.open().of_amendment(revision).exists()
    assert not Process.objects.filter(revision=revision, status="NEW").exists()
    assert scene.plan.revisions.in_force().get().number == 1
    assert list(differences()) == []
    assert revised(scene).number == 3
    with pytest.raises(Conflict, match="'revision_settled'"):
        withdraw_revision(revision, reason="Ещё раз", act=make.act(drafter(scene)))


def test_only_drafters_withdraw_and_the_first_text_stays():
    scene = executing()
    revision = revised(scene)
    with pytest.raises(Forbidden):
        withdraw_revision(revision, reason="Так", act=make.act(scene.region.coordinator))
    draft = make.plan(scene.region)
    with pytest.raises(Conflict, match="'first_text_stays'"):
        withdraw_revision(draft.revisions.get(), reason="Так", act=make.act(scene.region.director))


# --- In force: work follows the text, reports and evidence stay -----------------------------------


def test_words_and_dates_follow_and_reports_stay():
    scene = executing(None, *two_measures())
    first, second = Occurrence.objects.filter(plan=scene.plan).order_by("due_on")
    report = save_report(first.pk, Account("Готово"), act=make.act(scene.region.executor))
    revision = revised(scene)
    reword(scene, revision, "1.1", text="Обновить стенд и сайт")
    reword(scene, revision, "1.2", deadline_text=due_in(45))
    revision = in_force(scene, revision)
    first.refresh_from_db()
    assert first.status == "open" and first.version.text == "Обновить стенд и сайт"
    assert list(first.reports.all()) == [report]
    second.refresh_from_db()
    assert second.status == "cancelled"
    lasting = Occurrence.objects.lasting().filter(assignment__measure=second.assignment.measure)
    assert lasting.get().due_on > second.due_on
    assert list(differences()) == []


def test_a_revision_keeps_its_own_publication_and_decisions():
    scene = executing()
    revision = revised(scene)
    reword(scene, revision, text="Другое")
    revision = in_force(scene, revision)
    first = scene.plan.revisions.get(number=1)
    assert first.status == "superseded" and first.published_url == "https://example.org/plan"
    assert revision.published_url == "https://example.org/plan-2"
    assert Plan.objects.get(pk=scene.plan.pk).published_url == revision.published_url
    assert Decision.objects.filter(revision=first).count() == 2
    assert revision.decisions.count() == 2
    assert first.content_hash == content_hash(first) != revision.content_hash


def test_a_dropped_measure_ends_and_a_new_one_is_owed_from_now_on():
    scene = executing(None, *two_measures())
    revision = revised(scene)
    act = make.act(drafter(scene))
    remove_measure(revision.versions.get(number="1.2"), act=act)
    added = add_measure(
        revision.sections.get(),
        make.measure(
            "Обновить сайт", number="1.3", deadline_text="Ежеквартально",
            responsibles=[
                ResponsibleDraft("Центр", Responsible.Kind.ORGANISATION, scene.region.own)
            ],
        ),
        act=act,
    )  # fmt: skip
    in_force(scene, revision)
    rows = Occurrence.objects.lasting().filter(plan=scene.plan)
    assert not rows.filter(version__number="1.2").exists()
    new = rows.filter(assignment__measure=added.measure)
    assert new.exists()
    assert all(row.due_on >= timezone.localdate() for row in new), "nothing is overdue at birth"
    assert list(differences()) == []


def test_other_responsible_parties_take_over_what_is_ahead():
    region = make.region()
    owner = region.ministry
    past = timezone.localdate() - timedelta(days=3)
    ours = ResponsibleDraft("Центр", Responsible.Kind.ORGANISATION, region.own)
    other = ResponsibleDraft("Другой центр", Responsible.Kind.ORGANISATION, region.other)
    rows = [
        make.measure("Обучить", number="1.1", deadline_text=due_in(30), responsibles=[ours]),
        make.measure("Прошлое", number="1.2", deadline_text=due_in(30), responsibles=[ours]),
    ]
    scene = executing(region, *rows, organisation=owner, type_code="regional")
    overdue = Occurrence.objects.get(version__number="1.2")
    dated(Occurrence.objects.filter(pk=overdue.pk), past)
    revision = revised(scene)
    for number in ("1.1", "1.2"):
        reword(scene, revision, number, responsibles=[other])
    in_force(scene, revision)
    lasting = Occurrence.objects.lasting().filter(plan=scene.plan)
    taken = lasting.get(version__number="1.1")
    assert taken.organisation == region.other
    overdue.refresh_from_db()
    assert overdue.status == "open", "what was not done in time stays open"
    ended = Assignment.objects.filter(ended_at__isnull=False)
    assert {row.organisation for row in ended} == {region.own} and ended.count() == 2
    assert all(row.end_reason for row in ended)
    assert list(differences()) == []


def test_a_newly_named_person_takes_over_and_a_changed_text_does_not_undo_a_naming():
    scene = executing(None, *two_measures())
    named = scene.region.executor
    for assignment in Assignment.objects.filter(measure__versions__number="1.2"):
        assignment.executor = scene.region.director
        assignment.save()
    revision = revised(scene)
    person = ResponsibleDraft("О. Исполнителева", Responsible.Kind.PERSON, scene.region.own, named)
    reword(scene, revision, "1.1", responsibles=[person])
    reword(scene, revision, "1.2", text="Обучить всех")
    in_force(scene, revision)
    who = dict(
        Assignment.objects.filter(measure__versions__revision=revision).values_list(
            "measure__versions__number", "executor__username"
        )
    )
    assert who == {"1.1": "executor", "1.2": "director"}


def test_dates_set_in_force_meanwhile_are_not_lost():
    scene = executing(None, make.measure(deadline_text="В установленные сроки",
                                         is_deadline_confirmed=True))  # fmt: skip
    revision = revised(scene)
    reword(scene, revision, text="Другое")
    day = timezone.localdate() + timedelta(days=40)
    binding = MeasureVersion.objects.get(revision__plan=scene.plan, revision__number=1)
    confirm_deadline(binding, act=make.act(scene.region.director), dates=[day])
    assert revision.versions.get().dates_set == [day]
    in_force(scene, revision)
    assert Occurrence.objects.lasting().get(plan=scene.plan).intended_on == day


def test_the_audit_trail_tells_the_whole_way_in_order():
    scene = executing()
    revision = revised(scene)
    reword(scene, revision, text="Другое")
    in_force(scene, revision)
    told = AuditEvent.objects.about(scene.plan).filter(action__startswith="revision.")
    assert list(told.order_by("id").values_list("action", flat=True)) == [
        "revision.open", "revision.agree", "revision.approve", "revision.publish",
    ]  # fmt: skip
    assert told.last().after["content_hash"] == content_hash(revision)


def test_who_owes_something_hears_that_another_text_binds():
    scene = executing()
    revision = revised(scene)
    reword(scene, revision, text="Обновить оба стенда", deadline_text=due_in(20))
    in_force(scene, revision)
    told = Reminder.objects.filter(subject_kind="revision.publish")
    assert [row.addressee for row in told] == [scene.region.executor]


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("draft", "not_amendable"), ("agreed", "revise_by_return"),
        ("approved", "revise_by_return"), ("published", None), ("executing", None),
        ("reported", "not_amendable"),
    ],
)  # fmt: skip
def test_a_plan_is_changed_by_a_revision_while_it_binds(state, code):
    plan = Plan(state=state)
    if code is None:
        check_amendable(plan)
        return
    with pytest.raises(Conflict) as refused:
        check_amendable(plan)
    assert refused.value.code == code
