"""Tasks in the reminder schedule: who is told when, once, and never of what is already done."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from compliance.domain.plans.grounds import Grounds
from compliance.models import Membership, Organisation, PlannedPlace, User
from compliance.services.people.substitutions import (
    Absence,
    end_substitution,
    enter_substitution,
)
from notifications.models import Message, Reminder
from notifications.services.delivery import deliver_messages
from tests.building import factories as make
from tests.building.scenes import Scene, sent
from tests.notifications import factories as days
from tests.notifications.conftest import counter as counter
from tests.notifications.conftest import post_office as post_office
from tests.notifications.post_office import PostOffice
from tests.workflows.approval.test_parties import vote, voting
from workflows.flows import ApprovalFlow
from workflows.models import Process, Task
from workflows.services.notices.reminders import plan_reminders
from workflows.services.tasks import engine

MONDAY = days.MONDAY
NOW = days.moment()


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """Everything here happens on one working day."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def scene(db: None) -> Scene:
    """A plan that waits for its coordinator's agreement, due in ten working days."""
    return sent()


def due(scene: Scene, working_days: int) -> Task:
    """The scene's task, due so many working days from today."""
    task = scene.task
    Task.objects.filter(pk=task.pk).update(due_on=days.working_day(working_days))
    return task


def told() -> list[tuple[str, int]]:
    """(person, offset of the step) of every reminder of a task."""
    rows = Reminder.objects.filter(subject_kind="task")
    return sorted(rows.values_list("addressee__username", "step__offset"))


def fates() -> set[tuple[str, str, str]]:
    """(person, state, reason) of every reminder of a task."""
    rows = Reminder.objects.filter(subject_kind="task")
    return set(rows.values_list("addressee__username", "state", "reason"))


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (10, [("coordinator", -30)]),
        (2, [("coordinator", -30)]),
        (1, [("coordinator", -1)]),
        (0, [("coordinator", 0)]),
        (-1, [("coordinator", 1), ("head", 1)]),
        (-5, [("coordinator", 1), ("head", 1)]),
        (-6, [("coordinator", 6), ("head", 6)]),
        (-11, [("coordinator", 6), ("head", 6)]),
        (-90, [("coordinator", 6), ("head", 6)]),
    ],
)
def test_the_schedule_of_tasks_that_a_new_installation_has(
    scene: Scene, offset: int, expected: list[tuple[str, int]]
) -> None:
    due(scene, offset)

    plan_reminders(NOW)

    assert told() == expected


def test_planned_once_however_often_the_planner_runs(scene: Scene) -> None:
    first = plan_reminders(NOW)
    second = plan_reminders(NOW + timedelta(hours=3))

    assert (first["planned"], first["digests"]) == (1, 1)
    assert (second["planned"], second["digests"]) == (0, 0)


def test_from_arrival_until_done_each_step_comes_once_and_then_weekly(scene: Scene) -> None:
    for distance in range(60):
        plan_reminders(days.moment(MONDAY + timedelta(days=distance)))

    of_owner = Reminder.objects.filter(addressee=scene.region.coordinator).order_by("planned_at")
    steps = list(of_owner.values_list("step__offset", "sequence"))
    assert steps[:5] == [(-30, 0), (-1, 0), (0, 0), (1, 0), (6, 0)]
    assert steps[5:] == [(6, number) for number in range(1, len(steps) - 4)]
    assert len(steps) == len(set(steps))


def test_tasks_and_due_dates_are_carried_by_one_letter(
    scene: Scene, post_office: PostOffice
) -> None:
    place = scene.region.own
    Membership.objects.create(user=scene.region.coordinator, organisation=place, role="executor")
    days.due(days.assignment(days.plan(place), scene.region.coordinator), MONDAY)

    counts = plan_reminders(NOW)
    deliver_messages(NOW)

    assert (counts["planned"], counts["digests"]) == (2, 1)
    assert counts["statements"] < 16
    (letter,) = post_office.letters
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Согласовать план: План мероприятий" in text
    assert f"Открыть задачу: http://127.0.0.1:8000/plans/{scene.plan.pk}/#task" in text
    assert "Отчитаться: " in text


def test_a_taken_task_reminds_whoever_took_it(scene: Scene) -> None:
    make.member(scene.region.ministry, "coordinator", "second")
    engine.take(scene.task.pk, act=make.act(scene.region.coordinator))

    plan_reminders(NOW)

    assert told() == [("coordinator", -30)]


@pytest.mark.parametrize("how", ["deactivated", "left"])
def test_when_the_owner_cannot_act_the_queue_is_told(scene: Scene, how: str) -> None:
    make.member(scene.region.ministry, "coordinator", "second")
    owner = scene.region.coordinator
    engine.take(scene.task.pk, act=make.act(owner))
    if how == "deactivated":
        owner.is_active = False
        owner.save(update_fields=["is_active"])
    else:
        owner.memberships.update(ends_on=MONDAY - timedelta(days=1))

    plan_reminders(NOW)

    assert told() == [("second", -30)]


def test_whoever_substitutes_for_the_owner_is_told_as_well_until_that_ends(
    scene: Scene, post_office: PostOffice
) -> None:
    owner = scene.region.coordinator
    second = make.member(scene.region.ministry, "inspector", "second")
    engine.take(scene.task.pk, act=make.act(owner))
    absence = Absence(owner, second, MONDAY, MONDAY + timedelta(days=5), "Отпуск")
    row = enter_substitution(absence, act=make.act(owner))
    plan_reminders(NOW)
    assert told() == [("coordinator", -30), ("second", -30)]

    end_substitution(row.pk, act=make.act(owner))
    deliver_messages(NOW)

    assert fates() == {("coordinator", "accepted", ""), ("second", "skipped", "not_responsible")}


def test_nobody_of_another_region_is_told(scene: Scene) -> None:
    make.member(make.ministry(name="Другое министерство"), "coordinator", "far")

    plan_reminders(NOW)

    assert told() == [("coordinator", -30)]


def test_a_long_queue_shares_its_tasks_out(region_of_tasks: list[Task], settings: Any) -> None:
    settings.PEOPLE_TOLD_OF_A_QUEUED_TASK = 2
    ministry = region_of_tasks[0].process.plan.organisation.parent
    for number in range(29):
        make.member(ministry, "coordinator", f"coordinator{number}")

    plan_reminders(NOW)

    rows = Reminder.objects.filter(subject_kind="task")
    assert rows.count() == 2 * len(region_of_tasks)
    assert len(set(rows.values_list("addressee", flat=True))) > len(region_of_tasks) // 2
    assert set(rows.values_list("subject_id", flat=True)) == {task.pk for task in region_of_tasks}


def test_who_holds_the_role_in_one_institution_only_is_told_of_its_tasks_only(
    region_of_tasks: list[Task],
) -> None:
    first, second, *others = [task.organisation for task in region_of_tasks]
    make.member(first, "coordinator", "own")
    former = make.member(second, "coordinator", "former")
    Membership.objects.filter(user=former).update(ends_on=MONDAY - timedelta(days=1))

    plan_reminders(NOW)

    rows = Reminder.objects.filter(subject_kind="task")
    of_task = {task.pk: task.organisation for task in region_of_tasks}
    told = {
        (of_task[pk], name) for pk, name in rows.values_list("subject_id", "addressee__username")
    }
    by_all = {(place, "coordinator") for place in (first, second, *others)}
    assert told == by_all | {(first, "own")}


def test_somebody_new_in_the_queue_is_not_told_of_a_step_again(
    region_of_tasks: list[Task], settings: Any
) -> None:
    settings.PEOPLE_TOLD_OF_A_QUEUED_TASK = 2
    plan_reminders(NOW)
    make.member(region_of_tasks[0].process.plan.organisation.parent, "coordinator", "new")

    assert plan_reminders(NOW)["planned"] == 0


@pytest.fixture
def region_of_tasks(db: None) -> list[Task]:
    """Twelve plans of one region, each waiting in its coordinators' queue."""
    return waiting_plans(make.region().ministry, 12)


def waiting_plans(ministry: Organisation, count: int) -> list[Task]:
    """So many plans of institutions under the ministry, each waiting for agreement."""
    places = [make.institution(ministry, name=f"Центр {number}") for number in range(count)]
    processes = [
        Process.objects.create(flow_class=ApprovalFlow, plan=days.plan(place, "draft"))
        for place in places
    ]
    return Task.objects.bulk_create(
        Task(
            process=process,
            flow_task=ApprovalFlow.agree,
            flow_task_type="HUMAN",
            organisation=process.plan.organisation,
            role="coordinator",
            due_on=days.working_day(5),
        )
        for process in processes
    )


def test_the_number_of_statements_does_not_depend_on_the_number_of_tasks(
    region_of_tasks: list[Task],
) -> None:
    first = plan_reminders(NOW)
    other = make.ministry(name="Министерство другой области")
    make.member(other, "coordinator", "second")
    waiting_plans(other, 40)
    PlannedPlace.objects.all().delete()  # as the first, it looks at everything
    second = plan_reminders(NOW)

    assert (first["planned"], second["planned"]) == (12, 40)
    assert first["statements"] == second["statements"] < 16


def test_a_task_completed_between_planning_and_sending_is_left_out(
    scene: Scene, post_office: PostOffice
) -> None:
    plan_reminders(NOW)
    engine.complete(
        scene.task.pk,
        "return",
        act=make.act(scene.region.coordinator),
        grounds=Grounds(comment="Уточнить"),
    )

    counts = deliver_messages(NOW)

    assert counts["skipped"] == 1
    assert fates() == {("coordinator", "skipped", "task_done")}
    assert post_office.letters == []


def test_a_task_taken_by_another_before_sending_is_left_out(
    scene: Scene, post_office: PostOffice
) -> None:
    second = make.member(scene.region.ministry, "coordinator", "second")
    plan_reminders(NOW)
    engine.take(scene.task.pk, act=make.act(second))

    deliver_messages(NOW)

    assert fates() == {
        ("coordinator", "skipped", "not_responsible"),
        ("second", "accepted", ""),
    }
    assert post_office.addressees() == ["second@example.org"]


def test_a_task_whose_date_moved_is_told_of_anew(scene: Scene, post_office: PostOffice) -> None:
    task = due(scene, 1)
    plan_reminders(NOW)
    Task.objects.filter(pk=task.pk).update(due_on=days.working_day(0))

    plan_reminders(NOW)
    deliver_messages(NOW)

    rows = Reminder.objects.filter(subject_kind="task").order_by("step__offset")
    assert list(rows.values_list("step__offset", "state", "reason")) == [
        (-1, "skipped", "deadline_moved"),
        (0, "accepted", ""),
    ]


def test_who_stands_above_is_asked_to_look(scene: Scene, post_office: PostOffice) -> None:
    engine.take(scene.task.pk, act=make.act(scene.region.coordinator))
    due(scene, -1)

    plan_reminders(NOW)
    deliver_messages(NOW)

    texts = {
        str(letter["To"]): letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        for letter in post_office.letters
    }
    assert "Посмотреть: " in texts["head@example.org"]
    assert "Карина Кураторова" in texts["head@example.org"]
    assert "Открыть задачу: " in texts["coordinator@example.org"]
    assert "просрочено на" in texts["coordinator@example.org"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_planners_at_once_tell_of_each_task_once() -> None:
    waiting_plans(make.region().ministry, 30)
    results: list[dict[str, int]] = []
    start = threading.Barrier(4)

    def plan() -> None:
        start.wait()
        try:
            results.append(plan_reminders(NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=plan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(result["planned"] for result in results) == [0, 0, 0, 30]
    assert sorted(result["digests"] for result in results) == [0, 0, 0, 1]
    assert Message.objects.count() == 1


# --- Where a body votes --------------------------------------------------------------------------


@pytest.fixture
def ballot(db: None, settings: Any) -> tuple[Scene, list[User]]:
    """A council of four that votes on a plan, and a queue that is long from two people on."""
    settings.PEOPLE_TOLD_OF_A_QUEUED_TASK = 2
    return voting(4)


def of_council() -> list[str]:
    """Whom of the council the reminders of the vote are for."""
    rows = Reminder.objects.filter(subject_kind="task", addressee__memberships__role="council")
    return sorted(rows.values_list("addressee__username", flat=True))


def test_every_member_who_has_not_voted_is_reminded(ballot: tuple[Scene, list[User]]) -> None:
    scene, people = ballot
    vote(scene, people[0])

    plan_reminders(NOW)

    assert of_council() == ["council2", "council3", "council4"]


def test_when_all_have_voted_everyone_is_reminded_that_it_must_be_concluded(
    ballot: tuple[Scene, list[User]], post_office: PostOffice
) -> None:
    scene, people = ballot
    for member in people:
        vote(scene, member)

    plan_reminders(NOW)
    deliver_messages(NOW)

    assert of_council() == ["council", "council2", "council3", "council4"]
    assert fates() == {(person, "accepted", "") for person in of_council()}


def test_who_votes_before_the_letter_leaves_is_not_reminded(
    ballot: tuple[Scene, list[User]], post_office: PostOffice
) -> None:
    scene, people = ballot
    plan_reminders(NOW)
    vote(scene, people[1])

    deliver_messages(NOW)

    assert ("council2", "skipped", "task_done") in fates()
    assert ("council3", "accepted", "") in fates()
