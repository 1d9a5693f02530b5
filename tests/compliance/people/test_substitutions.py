"""A substitute acts in the absent person's name: what they may, and what is recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import (
    Assignment,
    AuditEvent,
    Decision,
    ExecutionReport,
    Membership,
    Occurrence,
    Substitution,
    User,
)
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import Account, may_report, save_report
from compliance.services.people.substitutions import Absence, end_substitution, enter_substitution
from notifications.models import Reminder
from tests.building import factories as make
from tests.building.scenes import executing, sent
from workflows.models import Task
from workflows.services.notices.reminders import plan_reminders
from workflows.services.plans import sending
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db


def away(absent: User, substitute: User, *, by: User | None = None, days=(0, 10)) -> Substitution:
    """A substitution of so many days from today, entered by the absent person unless told."""
    today = timezone.localdate()
    first, last = (today + timedelta(days=shift) for shift in days)
    wanted = Absence(absent, substitute, first, last, "Отпуск")
    return enter_substitution(wanted, act=make.act(by or absent))


@pytest.fixture
def region() -> make.Region:
    return make.region()


@pytest.fixture
def deputy(region) -> User:
    """Somebody in the ministry with no right of their own to agree a plan."""
    return make.member(region.ministry, "hr", "deputy", full_name="Зоя Замещаева")


def test_a_substitute_agrees_in_the_absent_persons_name_and_both_are_recorded(region, deputy):
    scene = sent(region)
    away(region.coordinator, deputy)
    engine.complete(scene.task.pk, "agree", act=make.act(deputy))
    event = AuditEvent.objects.get(action="plan.agree")
    assert (event.actor, event.on_behalf_of) == (deputy, region.coordinator)
    assert Decision.objects.get().party == "Зоя Замещаева (от имени: Карина Кураторова)"


def test_ones_own_right_comes_first_and_names_nobody_else(region):
    colleague = make.member(region.ministry, "coordinator", "colleague")
    scene = sent(region)
    away(region.coordinator, colleague)
    engine.complete(scene.task.pk, "agree", act=make.act(colleague))
    assert AuditEvent.objects.get(action="plan.agree").on_behalf_of is None


def test_a_task_the_absent_person_has_taken_is_done_in_their_name(region):
    colleague = make.member(region.ministry, "coordinator", "colleague")
    scene = sent(region)
    engine.take(scene.task.pk, act=make.act(region.coordinator))
    with pytest.raises(Conflict):
        engine.complete(scene.task.pk, "agree", act=make.act(colleague))
    away(region.coordinator, colleague)
    engine.complete(scene.task.pk, "agree", act=make.act(colleague))
    assert AuditEvent.objects.get(action="plan.agree").on_behalf_of == region.coordinator


@pytest.mark.parametrize("days", [(1, 10), (-10, -1)])
def test_before_and_after_the_days_there_is_no_right(region, deputy, days):
    scene = sent(region)
    today = timezone.localdate()
    Substitution.objects.create(
        absent=region.coordinator, substitute=deputy, reason="Отпуск", entered_at=timezone.now(),
        starts_on=today + timedelta(days=days[0]), ends_on=today + timedelta(days=days[1]),
    )  # fmt: skip
    with pytest.raises(Forbidden):
        engine.complete(scene.task.pk, "agree", act=make.act(deputy))


def test_an_ended_substitution_gives_no_right(region, deputy):
    scene = sent(region)
    end_substitution(away(region.coordinator, deputy).pk, act=make.act(region.coordinator))
    with pytest.raises(Forbidden):
        engine.complete(scene.task.pk, "agree", act=make.act(deputy))


def test_what_a_substitute_gets_does_not_pass_on(region, deputy):
    """Rows that the service refuses to make: the rights themselves still take one step only."""
    second = make.member(region.ministry, "hr", "second")
    today, now = timezone.localdate(), timezone.now()
    for absent, substitute in ((region.coordinator, deputy), (deputy, second)):
        Substitution.objects.create(
            absent=absent, substitute=substitute, reason="Отпуск", entered_at=now,
            starts_on=today, ends_on=today,
        )  # fmt: skip
    assert "coordinator" in make.act(deputy).user.jurisdiction().roles
    assert make.act(second).user.jurisdiction().roles == {"hr"}


def test_the_rights_of_a_superuser_are_not_lent(region, deputy):
    User.objects.filter(pk=region.coordinator.pk).update(is_superuser=True)
    away(region.coordinator, deputy)
    assert [one.is_superuser for one in make.act(deputy).user.names_to_act_in()] == [False, False]


def test_neither_writer_nor_absent_person_verifies_the_report(region):
    """The director wrote it for the executor; as inspectors neither of the two may accept it."""
    scene = executing(region)
    Assignment.objects.update(executor=region.executor)
    deputy = make.member(region.own, "hr", "deputy")
    away(region.executor, deputy)
    act = make.act(deputy)
    report = save_report(scene.occurrence.pk, Account("Готово"), act=act)
    attach_photo(report, make.photo(), act=act)
    sending.submit_execution(scene.occurrence.pk, act=make.act(deputy))
    report = ExecutionReport.objects.get()
    assert (report.author, report.on_behalf_of) == (deputy, region.executor)
    task = Task.objects.open().get(process__report=report)
    for person in (deputy, region.executor):
        Membership.objects.create(user=person, organisation=region.ministry, role="inspector")
        with pytest.raises(Forbidden) as refused:
            engine.complete(task.pk, "accept", act=make.act(person))
        assert refused.value.code == "own_report"


def test_an_inspectors_substitute_may_not_verify_what_the_inspector_wrote(region, deputy):
    scene = executing(region)
    Membership.objects.create(user=region.inspector, organisation=region.own, role="executor")
    act = make.act(region.inspector)
    attach_photo(
        save_report(scene.occurrence.pk, Account("Готово"), act=act), make.photo(), act=act
    )
    sending.submit_execution(scene.occurrence.pk, act=act)
    away(region.inspector, deputy)
    task = Task.objects.open().get(process__report__isnull=False)
    with pytest.raises(Forbidden) as refused:
        engine.complete(task.pk, "accept", act=make.act(deputy))
    assert refused.value.code == "own_report"


def test_what_is_assigned_by_name_is_seen_and_reported_by_the_substitute(region):
    scene = executing(region)
    other = make.member(region.own, "executor", "other")
    Assignment.objects.update(executor=region.executor)
    fresh = make.act(other).user
    assert not Occurrence.objects.visible_to(fresh).exists()
    assert not fresh.may(may_report, scene.occurrence)
    away(region.executor, other)
    fresh = make.act(other).user
    assert Occurrence.objects.visible_to(fresh).get() == scene.occurrence
    save_report(scene.occurrence.pk, Account("Готово"), act=make.act(other))
    assert ExecutionReport.objects.get().on_behalf_of == region.executor


def test_reminders_reach_the_substitute_as_well(region):
    executing(region)
    other = make.member(region.own, "hr", "other")
    Assignment.objects.update(executor=region.executor)
    row = away(region.executor, other)
    plan_reminders(timezone.now())
    told = Reminder.objects.filter(subject_kind="occurrence").values_list("addressee", flat=True)
    assert set(told) == {region.executor.pk, other.pk}
    from compliance.services.notices.still_due import still_due

    pk = Reminder.objects.get(addressee=other, subject_kind="occurrence").pk
    end_substitution(row.pk, act=make.act(region.executor))
    assert still_due([pk], timezone.now())[pk] == "not_responsible"


# --- Who enters it, and for whom -----------------------------------------------------------------


def test_a_director_names_a_substitute_for_an_executor_but_not_for_the_ministry(region, deputy):
    other = make.member(region.own, "executor", "other")
    away(region.executor, other, by=region.director)
    with pytest.raises(Forbidden):
        away(region.coordinator, deputy, by=region.director)


def test_a_coordinator_cannot_make_themselves_head(region):
    with pytest.raises(Forbidden):
        away(region.head, region.coordinator, by=region.coordinator)
    away(region.head, region.coordinator, by=region.administrator)


def test_nobody_lends_a_later_duty_that_they_do_not_look_after(region):
    soon = timezone.localdate() + timedelta(days=3)
    rising = make.member(region.ministry, "inspector", "rising")
    Membership.objects.create(
        user=rising, organisation=region.ministry, role="administrator", starts_on=soon
    )
    with pytest.raises(Forbidden):
        away(rising, region.coordinator, by=region.coordinator, days=(0, 10))
    away(rising, region.coordinator, by=region.coordinator, days=(0, 2))


def test_a_substitute_cannot_draw_their_own_substitution_out(region, deputy):
    row = away(region.coordinator, deputy)
    with pytest.raises(Forbidden):
        away(region.coordinator, deputy, by=deputy, days=(20, 30))
    with pytest.raises(Forbidden):
        end_substitution(row.pk, act=make.act(deputy))


def test_only_an_active_person_of_the_same_body_stands_in(region):
    gone = make.member(region.own, "executor", "gone", is_active=False)
    for person in (region.foreign_director, region.coordinator, region.stranger, gone):
        with pytest.raises(Refusal) as refused:
            away(region.director, person)
        assert refused.value.code == "substitute_not_here"


@pytest.mark.parametrize(
    ("days", "code"),
    [((5, 1), "days_in_order"), ((-5, -1), "days_are_past"), ((0, 400), "substitution_too_long")],
)
def test_days_that_make_no_sense_are_refused(region, deputy, days, code):
    with pytest.raises(Refusal) as refused:
        away(region.coordinator, deputy, days=days)
    assert refused.value.code == code


def test_neither_two_at_once_nor_chains_nor_circles(region, deputy):
    third = make.member(region.ministry, "hr", "third")
    away(region.coordinator, deputy)
    for absent, substitute, code in (
        (region.coordinator, third, "already_substituted"),
        (third, region.coordinator, "substitute_away"),
        (deputy, third, "absent_stands_in"),
        (deputy, region.coordinator, "substitute_away"),
    ):
        with pytest.raises(Refusal) as refused:
            away(absent, substitute)
        assert refused.value.code == code
    away(region.coordinator, third, days=(11, 12))


# --- The page ------------------------------------------------------------------------------------


def test_the_page_enters_shows_and_ends_it(client, region, deputy):
    client.force_login(region.coordinator)
    today = timezone.localdate()
    url = reverse("substitution-enter", args=[region.coordinator.pk])
    given = {"substitute": deputy.pk, "starts_on": today, "ends_on": today, "reason": "Отпуск"}
    assert client.post(url, given).status_code == 302
    assert "Зоя Замещаева" in client.get(reverse("substitutions")).text
    again = client.post(url, given)
    assert again.status_code == 409 and "Отпуск" in again.text
    row = Substitution.objects.get()
    assert client.post(reverse("substitution-end", args=[row.pk])).status_code == 302
    assert client.post(reverse("substitution-end", args=[row.pk])).status_code == 409


@pytest.mark.parametrize("given", ["", "9999999999-01-01", "\0", "0001-01-01"])
def test_odd_input_is_answered_not_a_failure(client, region, given):
    client.force_login(region.director)
    url = reverse("substitution-enter", args=[region.executor.pk])
    data = {"substitute": given, "starts_on": given, "ends_on": given, "reason": given or "\0"}
    assert client.post(url, data).status_code == 422
    assert (
        client.get(reverse("substitutions"), {"q": given or "\0(", "page": "x"}).status_code == 200
    )
