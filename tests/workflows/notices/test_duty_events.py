"""Whose work it becomes, or is no more, is told: hand-overs, executors, substitutes, revocations.

The table of who hears of what is docs/decisions/0018-who-is-told-of-what.md.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from compliance.domain.plans.grounds import Grounds
from compliance.models import Assignment, AuditEvent, User
from compliance.services.execution.assignments import name_executor
from compliance.services.people.substitutions import Absence, end_substitution, enter_substitution
from compliance.services.petitions.steps import PetitionAnswer, waive_occurrence
from compliance.services.plans.transitions import change_state
from notifications.models import Reminder
from notifications.services.delivery import deliver_messages
from tests.building import factories as make
from tests.building.acts import answer as answered
from tests.building.acts import explained
from tests.building.inspected import accepted, closed, planned
from tests.building.petitioned import WAIVER, answer, asked, later, report
from tests.building.scenes import due_in, executing, sent
from tests.notifications import factories as days
from tests.notifications.conftest import counter as counter
from tests.notifications.conftest import post_office as post_office
from tests.notifications.post_office import PostOffice
from tests.workflows.notices.test_news import monday as monday
from tests.workflows.notices.test_news import sweep, texts, told
from workflows.services.notices import task_events
from workflows.services.notices.reminders import plan_reminders
from workflows.services.tasks import engine, reassigning
from workflows.services.tasks.handover import Handover, hand_over

pytestmark = pytest.mark.django_db
NOW = days.moment()


# --- Hand-over -------------------------------------------------------------------------------


def colleague(region: make.Region, role: str = "executor", name: str = "heir") -> User:
    place = region.ministry if role in {"coordinator", "inspector"} else region.own
    return make.member(place, role, name)


def owed_by(person: User) -> None:
    Assignment.objects.update(executor=person)


def test_whoever_receives_a_leavers_work_gets_one_line_that_counts_it(
    post_office: PostOffice,
) -> None:
    rows = [make.measure(f"Дело {n}", number=str(n), deadline_text=due_in(5)) for n in (1, 2)]
    region = executing(None, *rows).region
    heir, leaver = colleague(region), region.executor
    owed_by(leaver)
    wanted = Handover(leaver, days.MONDAY, measures_to=heir, reason="Увольняется")
    hand_over(wanted, act=make.act(region.director))

    assert told("person.hand_over") == ["heir"]
    sweep()
    text = texts(post_office)["heir@example.org"]
    assert "Вам передано: 2 контрольных срока. Увольняется" in text
    assert f"Дела работника: {leaver}" in text and text.count("Вам передано") == 1


def test_tasks_dates_and_drafts_of_one_heir_are_one_line_and_of_two_their_own(
    post_office: PostOffice,
) -> None:
    scene = executing()
    region = scene.region
    boss = colleague(region, "director", "boss")
    other = colleague(region)
    petition = asked(scene)  # waits for a director
    owed_by(region.director)
    waiting = engine.take(_task_of(petition).pk, act=make.act(region.director))
    wanted = Handover(region.director, days.MONDAY, tasks_to=boss, measures_to=other)
    hand_over(wanted, act=make.act(region.administrator))

    waiting.refresh_from_db()
    assert waiting.owner == boss
    assert told("person.hand_over") == ["boss", "heir"]
    sweep()
    found = texts(post_office)
    assert "Вам передано: 1 задача" in found["boss@example.org"]
    assert "срок" not in found["boss@example.org"].split("Вам передано: 1 задача")[1].split("\n")[0]
    assert "Вам передано: 1 контрольный срок" in found["heir@example.org"]


def _task_of(petition):
    from workflows.models import Task

    return Task.objects.open().get(process__petition=petition)


def test_a_task_that_the_leaver_only_prepared_is_told_to_who_gets_it_back() -> None:
    scene = sent()
    region = scene.region
    second = colleague(region, "coordinator", "second")
    act = make.act(region.coordinator)
    engine.take(scene.task.pk, act=act)
    reassigning.delegate(
        scene.task.pk, to=second, seen=region.coordinator.pk, asked="Сверить", act=act
    )
    hand_over(Handover(second, days.MONDAY), act=make.act(region.administrator))

    assert told("person.hand_over") == ["coordinator"]


def test_what_goes_back_to_the_queue_is_nobodys_news() -> None:
    scene = sent()
    engine.take(scene.task.pk, act=make.act(scene.region.coordinator))
    wanted = Handover(scene.region.coordinator, days.MONDAY)
    hand_over(wanted, act=make.act(scene.region.administrator))

    assert told("person.hand_over") == []


# --- A revoked acceptance --------------------------------------------------------------------


def test_a_refuted_acceptance_is_told_to_executor_director_and_who_had_accepted(
    post_office: PostOffice,
) -> None:
    scene = accepted()
    region = scene.region
    other = colleague(region, "inspector", "second")
    region.inspector, first = other, region.inspector
    closed(scene, planned(scene), "refute", remark="Пандуса нет")

    assert told("inspection.refute") == sorted(["director", "executor", first.username])
    sweep()
    for name in ("executor", "director"):
        text = texts(post_office)[f"{name}@example.org"]
        assert "Проверка не подтвердила выполнение, срок снова на контроле: Пандуса нет" in text
        assert f"{scene.occurrence.due_on:%d.%m.%Y}" in text


def test_a_report_sent_again_overtakes_the_news_of_its_revocation() -> None:
    scene = accepted()
    region = scene.region
    region.inspector = colleague(region, "inspector", "second")
    closed(scene, planned(scene), "refute")
    plan_reminders(NOW)
    report(scene)
    deliver_messages(NOW)

    rows = Reminder.objects.filter(subject_kind="inspection.refute")
    assert set(rows.values_list("reason", flat=True)) == {"outdated"}


# --- Petitions, waivers ----------------------------------------------------------------------


@pytest.mark.parametrize(("code", "action"), [("grant", "extend"), ("refuse", "refuse")])
def test_the_director_hears_what_became_of_what_they_endorsed(code: str, action: str) -> None:
    scene = executing()
    petition = asked(scene)
    answer(petition, scene.region, "director", "endorse")
    answer(petition, scene.region, "coordinator", code, "Так")

    kind = "occurrence" if action == "extend" else "petition"
    assert told(f"{kind}.{action}") == ["director", "executor"]


def test_another_date_than_asked_is_said_in_the_letter(post_office: PostOffice) -> None:
    scene = executing()
    petition = asked(scene, part="director")
    earlier = petition.new_due_on - timedelta(days=14)
    task = _task_of(petition)
    grounds = PetitionAnswer(new_due_on=earlier)
    engine.complete(task.pk, "grant", act=make.act(scene.region.coordinator), grounds=grounds)

    sweep()

    text = texts(post_office)["director@example.org"]
    assert f"Срок перенесён, но раньше запрошенного {later().new_due_on:%d.%m.%Y}" in text
    assert f"{scene.occurrence.due_on:%d.%m.%Y}" in text


def test_a_waiver_that_nobody_asked_for_is_told_to_executor_and_director() -> None:
    scene = executing()
    act = make.act(scene.region.coordinator)
    waive_occurrence(scene.occurrence.pk, reason="Снесено", act=act)

    assert told("occurrence.waive") == ["director", "executor"]


def test_who_asked_hears_that_the_petition_lapsed_by_anothers_act(
    post_office: PostOffice,
) -> None:
    scene = executing()
    asked(scene, WAIVER, "director")
    report(scene)

    assert told("petition.lapse") == ["director"]
    sweep()
    assert "Ходатайство утратило силу" in texts(post_office)["director@example.org"]


# --- Plans -----------------------------------------------------------------------------------


def test_who_reports_on_a_plan_hears_that_it_was_put_back() -> None:
    scene = explained(is_sent=True)
    answered(scene, "coordinator", "accept")()
    act = make.act(scene.region.coordinator)
    change_state(scene.plan.pk, "reopen", act=act, grounds=Grounds(comment="Не всё учтено"))

    assert told("plan.reopen") == ["director"]


# --- Executors, tasks, substitutes -----------------------------------------------------------


def test_the_executor_named_and_the_one_before_are_told(post_office: PostOffice) -> None:
    scene = executing()
    region = scene.region
    before, heir = region.executor, colleague(region)
    owed_by(before)
    assignment = scene.occurrence.assignment
    assignment.refresh_from_db()
    name_executor(assignment, heir, act=make.act(region.director))

    assert told("assignment.name") == ["executor", "heir"]
    sweep()
    found = texts(post_office)
    assert "Вы назначены ответственным исполнителем" in found["heir@example.org"]
    assert f"{scene.occurrence.due_on:%d.%m.%Y}" in found["heir@example.org"]
    assert f"Исполнителем назначен другой работник: {heir}" in found["executor@example.org"]


def test_an_executor_replaced_before_the_letter_leaves_is_not_called_one(
    post_office: PostOffice,
) -> None:
    scene = executing()
    region = scene.region
    heir, last = colleague(region), colleague(region, name="last")
    assignment = scene.occurrence.assignment
    for person in (heir, last):
        name_executor(assignment, person, act=make.act(region.director))

    sweep()

    text = texts(post_office)
    assert "Вы назначены ответственным исполнителем" in text["last@example.org"]
    assert "Вы назначены" not in text.get("heir@example.org", "")


def test_who_loses_a_task_is_told_so(post_office: PostOffice) -> None:
    scene = sent()
    region = scene.region
    second = colleague(region, "coordinator", "second")
    engine.take(scene.task.pk, act=make.act(region.coordinator))
    act = make.act(region.administrator)
    reassigning.reassign(
        scene.task.pk, to=second, seen=region.coordinator.pk, reason="Отпуск", act=act
    )

    assert told("task.reassign") == ["coordinator", "second"]
    sweep()
    text = texts(post_office)["coordinator@example.org"]
    assert "Задача передана другому работнику: Отпуск" in text


def test_who_prepared_a_task_hears_that_it_was_called_back(post_office: PostOffice) -> None:
    scene = sent()
    region = scene.region
    second = colleague(region, "coordinator", "second")
    act = make.act(region.coordinator)
    engine.take(scene.task.pk, act=act)
    reassigning.delegate(
        scene.task.pk, to=second, seen=region.coordinator.pk, asked="Сверить", act=act
    )
    reassigning.return_delegated(scene.task.pk, answer="", act=act)

    assert told("task.recall") == ["second"]
    sweep()
    assert "Задачу забрали" in texts(post_office)["second@example.org"]


def test_a_substitute_hears_from_when_to_when_and_when_it_is_called_off(
    post_office: PostOffice,
) -> None:
    region = make.region()
    deputy = colleague(region, "director", "deputy")
    first, last = days.MONDAY, days.MONDAY + timedelta(days=6)
    wanted = Absence(region.director, deputy, first, last, "Отпуск")
    row = enter_substitution(wanted, act=make.act(region.director))
    assert told("substitution.enter") == ["deputy"]
    sweep()
    text = texts(post_office)["deputy@example.org"]
    assert f"С {first:%d.%m.%Y} по {last:%d.%m.%Y} замещает {deputy}" in text

    end_substitution(row.pk, act=make.act(region.administrator))
    assert told("substitution.end") == ["deputy", "director"]


@pytest.mark.parametrize(
    ("received", "reason", "news", "path"),
    [
        ({"tasks": 2}, "", "Вам передано: 2 задачи", "inbox"),
        ({"due_dates": 5}, "", "Вам передано: 5 контрольных сроков", "home"),
        ({"drafts": 1}, "", "Вам передано: 1 строка черновиков", "home"),
        (
            {"tasks": 1, "due_dates": 1, "drafts": 2},
            "Увольняется",
            "Вам передано: 1 задача, 1 контрольный срок, 2 строки черновиков. Увольняется",
            "inbox",
        ),
    ],
)
def test_a_line_about_a_hand_over_counts_what_was_received(received, reason, news, path) -> None:
    scene = sent()
    event = AuditEvent.objects.filter(organisation=scene.region.own).latest("pk")
    event.after = {"received_by_id": {"7": received}, "full_name": "Ольга Исполнителева"}
    event.reason = reason
    with translation.override("ru"):
        item = task_events._handover(event, "7", timezone.now())
        assert (str(item.news), item.path) == (news, reverse(path))
        assert (str(item.title), str(item.action)) == (
            "Дела работника: Ольга Исполнителева", "Посмотреть",
        )  # fmt: skip
    assert (item.subject_id, item.due_on, item.days) == (event.subject_id, None, 0)
    assert item.organisation == str(scene.region.own)
    assert item.organisation_path == scene.region.own.path
