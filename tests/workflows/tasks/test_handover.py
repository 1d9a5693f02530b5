"""A leaver's work goes over as a whole; what still hangs on who cannot act is shown and listed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import (
    Assignment,
    AuditEvent,
    Invitation,
    Membership,
    Responsible,
    Substitution,
    User,
)
from compliance.services.people.invitations import invite
from compliance.services.people.substitutions import Absence, enter_substitution
from compliance.services.petitions.steps import waive_occurrence
from compliance.services.plans.drafts import ResponsibleDraft
from tests.building import factories as make
from tests.building.scenes import executing, sent
from workflows.models import Task
from workflows.services.reconciliation import differences
from workflows.services.tasks import engine, reassigning
from workflows.services.tasks.handover import Handover, hand_over
from workflows.services.tasks.stranded import left_behind

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> make.Region:
    return make.region()


@pytest.fixture
def heir(region) -> User:
    return make.member(region.ministry, "coordinator", "heir", full_name="Нина Наследникова")


def leaving(leaver: User, **given) -> Handover:
    return Handover(leaver=leaver, last_day=timezone.localdate(), **given)


def taken(region: make.Region, title: str = "Первый") -> Task:
    task = sent(region, title=title).task
    return engine.take(task.pk, act=make.act(region.coordinator))


def yesterday():
    return timezone.localdate() - timedelta(days=1)


def test_everything_goes_over_in_one_act_and_one_event(region, heir):
    one = taken(region)
    two = sent(region, title="Второй").task
    asked = {"to": heir, "seen": None, "asked": "Сверить"}
    reassigning.delegate(two.pk, act=make.act(region.coordinator), **asked)
    done = hand_over(
        leaving(region.coordinator, tasks_to=heir, switch_off=True, reason="Увольнение"),
        act=make.act(region.administrator),
    )
    assert done == {"tasks": 2, "measures": 0, "drafts": 0, "substitutions": 0, "roles": 1}
    for task in (one, two):
        task.refresh_from_db()
        assert task.owner == heir
    region.coordinator.refresh_from_db()
    assert not region.coordinator.is_active
    assert region.coordinator.memberships.get().ends_on == timezone.localdate()
    event = AuditEvent.objects.get(action="person.hand_over")
    assert event.after["tasks"] == 2 and event.reason == "Увольнение"


def test_measures_and_lines_of_drafts_go_to_whom_they_are_given(region):
    executing(region)
    Assignment.objects.update(executor=region.executor)
    second = make.member(region.own, "executor", "second", full_name="Вторая Преемникова")
    named = ResponsibleDraft(
        "Ольга Исполнителева, юрист", Responsible.Kind.PERSON, region.own, region.executor
    )
    make.plan(region, make.measure(responsibles=(named,)), title="Черновик")
    wanted = leaving(region.executor, measures_to=second, drafts_to=second)
    hand_over(wanted, act=make.act(region.director))
    assert Assignment.objects.get().executor == second
    line = Responsible.objects.get(kind="person")
    assert (line.person, line.text) == (second, "Вторая Преемникова, юрист")


def test_without_receivers_work_goes_to_the_queue_and_the_institution(region):
    task = taken(region)
    hand_over(leaving(region.coordinator), act=make.act(region.administrator))
    task.refresh_from_db()
    assert (task.owner, task.status) == (None, "NEW")
    executing(region, title="Исполняемый")
    Assignment.objects.update(executor=region.executor)
    hand_over(leaving(region.executor), act=make.act(region.director))
    assert Assignment.objects.get().executor is None


def test_a_second_press_changes_nothing(region, heir):
    taken(region)
    wanted = leaving(region.coordinator, tasks_to=heir, switch_off=True)
    hand_over(wanted, act=make.act(region.administrator))
    with pytest.raises(Conflict):
        hand_over(wanted, act=make.act(region.administrator))
    assert AuditEvent.objects.filter(action="person.hand_over").count() == 1


def test_substitutions_of_a_leaver_end(region, heir):
    today = timezone.localdate()
    wanted = Absence(region.coordinator, heir, today, today + timedelta(days=5), "Отпуск")
    enter_substitution(wanted, act=make.act(region.coordinator))
    hand_over(leaving(heir), act=make.act(region.administrator))
    # It ran until today, the leaver's last day.
    assert Substitution.objects.get().ended_at is not None


def test_only_who_looks_after_the_leaver_hands_over(region, heir):
    task = taken(region)
    for person in (region.director, region.inspector, region.head, region.coordinator):
        with pytest.raises(Forbidden):
            hand_over(leaving(region.coordinator, tasks_to=heir), act=make.act(person))
    with pytest.raises(Forbidden):
        hand_over(leaving(region.administrator), act=make.act(region.coordinator))
    task.refresh_from_db()
    assert task.owner == region.coordinator


def test_a_duty_that_begins_later_is_looked_after_as_well(region):
    later = timezone.localdate() + timedelta(days=5)
    row = region.ministry.memberships.create(
        user=region.executor, role="coordinator", starts_on=later
    )
    with pytest.raises(Forbidden):
        hand_over(leaving(region.executor), act=make.act(region.director))
    row.refresh_from_db()
    assert row.ends_on is None


def test_only_who_may_close_the_account_switches_the_login_off(client, region, heir):
    another = make.member(region.ministry, "inspector", "another")
    with pytest.raises(Forbidden, match="'not_your_people'"):
        hand_over(leaving(another, switch_off=True), act=make.act(region.coordinator))
    client.force_login(region.coordinator)
    url = reverse("handover", args=[another.pk])
    assert 'name="switch_off"' not in client.get(url).content.decode()
    given = {"last_day": timezone.localdate(), "switch_off": "on"}
    assert client.post(url, given).status_code == 302
    another.refresh_from_db()
    assert another.is_active and another.memberships.get().ends_on == timezone.localdate()


def test_nobody_switches_a_superuser_off_by_a_hand_over(region):
    User.objects.filter(pk=region.executor.pk).update(is_superuser=True)
    with pytest.raises(Forbidden):
        hand_over(leaving(region.executor, switch_off=True), act=make.act(region.administrator))
    region.executor.refresh_from_db()
    assert region.executor.is_active


def test_a_login_switched_off_by_a_hand_over_leaves_no_invitation_behind(region):
    User.objects.filter(pk=region.executor.pk).update(email="e@example.org", last_login=None)
    invite(region.executor.pk, act=make.act(region.director))
    hand_over(leaving(region.executor, switch_off=True), act=make.act(region.director))
    assert not Invitation.objects.open().exists()


def test_nothing_goes_to_somebody_who_cannot_do_it(region):
    executing(region)
    Assignment.objects.update(executor=region.executor)
    gone = make.member(region.own, "executor", "gone", is_active=False)
    for person in (gone, region.coordinator, region.executor):
        with pytest.raises(Refusal):
            hand_over(leaving(region.executor, measures_to=person), act=make.act(region.director))
    assert Assignment.objects.get().executor == region.executor
    assert not Membership.objects.get(user=region.executor).ends_on


def test_nothing_at_all_goes_to_a_closed_account(region, heir):
    task = taken(region)
    User.objects.filter(pk=heir.pk).update(is_active=False)
    for kind in ("tasks_to", "measures_to", "drafts_to"):
        wanted = leaving(region.coordinator, **{kind: heir})
        with pytest.raises(Refusal, match="'receiver_cannot'"):
            hand_over(wanted, act=make.act(region.administrator))
    task.refresh_from_db()
    assert task.owner == region.coordinator


def test_what_the_leaver_only_prepared_goes_back_to_whose_it_is(region, heir):
    giver = make.member(region.ministry, "coordinator", "giver")
    task = sent(region).task
    engine.take(task.pk, act=make.act(giver))
    asked = {"to": region.coordinator, "seen": giver.pk, "asked": "Сверить"}
    reassigning.delegate(task.pk, act=make.act(giver), **asked)
    hand_over(leaving(region.coordinator, tasks_to=heir), act=make.act(region.administrator))
    task.refresh_from_db()
    assert (task.owner, task.delegated_by) == (giver, None)


def test_a_duty_elsewhere_that_is_over_keeps_nobody_from_handing_over(region):
    region.other.memberships.create(user=region.executor, role="executor", ends_on=yesterday())
    hand_over(leaving(region.executor), act=make.act(region.director))
    assert region.executor.memberships.get(organisation=region.own).ends_on


def test_a_duty_that_has_not_begun_ends_on_its_first_day_and_once(region):
    later = timezone.localdate() + timedelta(days=5)
    row = region.own.memberships.create(user=region.executor, role="hr", starts_on=later)
    act = make.act(region.administrator)
    assert hand_over(leaving(region.executor), act=act)["roles"] == 2
    row.refresh_from_db()
    assert row.ends_on == later, "no duty ends before it begins"
    with pytest.raises(Conflict, match="'handed_over_already'"):
        hand_over(leaving(region.executor), act=act)


def test_measures_of_which_nothing_is_owed_any_more_stay_with_who_did_them(region):
    scene = executing(region)
    Assignment.objects.update(executor=region.executor)
    waive_occurrence(scene.occurrence.pk, reason="Снесено", act=make.act(region.coordinator))
    assert hand_over(leaving(region.executor), act=make.act(region.director))["measures"] == 0
    assert Assignment.objects.get().executor == region.executor


def test_an_absurd_last_day_is_refused(region):
    wanted = Handover(leaver=region.executor, last_day=date(9999, 6, 1))
    with pytest.raises(Refusal):
        hand_over(wanted, act=make.act(region.director))


# --- What is left on people who cannot act -------------------------------------------------------


def test_the_board_warns_of_what_hangs_on_who_has_left(client, region, heir):
    taken(region)
    executing(region, title="Исполняемый")
    Assignment.objects.update(executor=region.executor)
    client.force_login(region.director)
    assert "уже не может" not in client.get(reverse("overdue")).text
    User.objects.filter(pk=region.executor.pk).update(is_active=False)
    region.coordinator.memberships.update(ends_on=yesterday())
    page = client.get(reverse("overdue")).text
    assert "Ольга Исполнителева" in page and "Карина Кураторова" not in page
    assert reverse("handover", args=[region.executor.pk]) in page
    found = left_behind(make.act(region.administrator).user, timezone.localdate())
    assert [(row.person, row.tasks, row.measures) for row in found] == [
        (region.coordinator, 1, 0), (region.executor, 0, 1),
    ]  # fmt: skip
    assert left_behind(make.act(region.foreign_director).user, timezone.localdate()) == []


def test_reconciliation_lists_a_task_whose_owner_cannot_act(region):
    task = taken(region)
    assert list(differences()) == []
    for change in ({"role": "hr"}, {"ends_on": yesterday()}):
        Membership.objects.filter(user=region.coordinator).update(**change)
        found = [row for row in differences() if row.kind == "task_and_membership"]
        assert [row.subject for row in found] == [f"task {task.pk}"]
        Membership.objects.filter(user=region.coordinator).update(role="coordinator", ends_on=None)
    User.objects.filter(pk=region.coordinator.pk).update(is_active=False)
    assert [row.kind for row in differences()] == ["task_and_membership"]


def test_a_substitutes_own_task_is_not_listed_while_it_runs(region):
    deputy = make.member(region.ministry, "hr", "deputy")
    today = timezone.localdate()
    wanted = Absence(region.coordinator, deputy, today, today, "Отпуск")
    row = enter_substitution(wanted, act=make.act(region.coordinator))
    engine.take(sent(region).task.pk, act=make.act(deputy))
    assert list(differences()) == []
    Substitution.objects.filter(pk=row.pk).update(ended_at=timezone.now())
    assert [one.kind for one in differences()] == ["task_and_membership"]


def test_a_council_members_task_is_theirs_though_it_is_about_the_ministry(region):
    scene = sent(region, organisation=region.ministry, type_code="regional")
    Task.objects.update(role="council")
    engine.take(scene.task.pk, act=make.act(region.councillor))
    assert "task_and_membership" not in [one.kind for one in differences()]


# --- The page ------------------------------------------------------------------------------------


def test_the_page_shows_what_goes_over_and_then_does_it(client, region, heir):
    taken(region, "Большой план")
    client.force_login(region.administrator)
    url = reverse("handover", args=[region.coordinator.pk])
    page = client.get(url).text
    assert "Большой план" in page and "Нина Наследникова" in page
    today = timezone.localdate()
    assert client.post(url, {"last_day": "x", "tasks_to": heir.pk}).status_code == 422
    given = {"last_day": today, "tasks_to": heir.pk, "switch_off": "on", "reason": "Увольнение"}
    assert client.post(url, given).status_code == 302
    assert "ничего не числится" in client.get(url).text
    assert client.post(url, given).status_code == 409
