"""What has happened is told once to whom it concerns, in the same transaction, if still so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from compliance.domain.plans.grounds import Grounds
from compliance.models import Assignment, Membership, User
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import Account, save_report
from compliance.services.notices.news import TELLINGS
from notifications.models import Reminder, ReminderStep
from notifications.services.delivery import deliver_messages
from tests.building import factories as make
from tests.building.scenes import Scene, executing, published, sent
from tests.notifications import factories as days
from tests.notifications.conftest import counter as counter
from tests.notifications.conftest import post_office as post_office
from tests.notifications.post_office import PostOffice
from tests.workflows.petitions.test_petitions import answer, asked
from workflows.models import Task
from workflows.services.notices.reminders import plan_reminders
from workflows.services.plans import sending
from workflows.services.tasks import engine, reassigning

NOW = days.moment()


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """Everything here happens on one working day."""
    with time_machine.travel(NOW, tick=False):
        yield


def submitted(scene: Scene, part: str = "executor") -> Task:
    """The inspector's task on the report of the scene's first due date."""
    act = make.act(scene.region.people[part])
    report = save_report(scene.occurrence.pk, Account("Сделано"), act=act)
    if not report.evidence.exists():
        attach_photo(report, make.photo(), act=act)
    sending.submit_execution(scene.occurrence.pk, act=act)
    return Task.objects.open().get(process__report__occurrence=scene.occurrence)


def returned(scene: Scene, remark: str = "На фото не тот стенд") -> None:
    engine.complete(
        submitted(scene).pk,
        "return",
        act=make.act(scene.region.inspector),
        grounds=Grounds(comment=remark),
    )


def told(action: str) -> list[str]:
    """Who is told of events of this name."""
    rows = Reminder.objects.filter(subject_kind=action)
    return sorted(rows.values_list("addressee__username", flat=True))


def sweep() -> None:
    plan_reminders(NOW)
    deliver_messages(NOW)


def texts(post_office: PostOffice) -> dict[str, str]:
    """The plain text that came to each address; one letter each."""
    found = {
        str(letter["To"]): letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        for letter in post_office.letters
    }
    assert len(found) == len(post_office.letters)
    return found


@pytest.mark.django_db
def test_a_returned_report_tells_its_executor_why_and_what_to_press(
    post_office: PostOffice,
) -> None:
    scene = executing()
    returned(scene)

    sweep()

    text = texts(post_office)["executor@example.org"]
    assert "ИЗМЕНИЛОСЬ (" in text
    assert "Отчёт возвращён: На фото не тот стенд" in text
    assert f"{scene.occurrence.due_on:%d.%m.%Y}" in text
    assert f"Исправить и отправить: http://127.0.0.1:8000/occurrences/{scene.occurrence.pk}/" in (
        text
    )


@pytest.mark.django_db
def test_a_report_sent_again_before_the_letter_leaves_is_no_longer_called_returned(
    post_office: PostOffice,
) -> None:
    scene = executing()
    returned(scene)
    plan_reminders(NOW)
    sending.submit_execution(scene.occurrence.pk, act=make.act(scene.region.executor))

    deliver_messages(NOW)

    (row,) = Reminder.objects.filter(subject_kind="report.return")
    assert (row.state, row.reason) == ("skipped", "outdated")
    assert not any("Отчёт возвращён" in text for text in texts(post_office).values())


@pytest.mark.django_db
def test_an_accepted_report_is_told_to_its_executor_once(post_office: PostOffice) -> None:
    scene = executing()
    engine.complete(submitted(scene).pk, "accept", act=make.act(scene.region.inspector))

    sweep()
    sweep()

    assert told("report.accept") == ["executor"]
    assert "Отчёт принят" in texts(post_office)["executor@example.org"]


@pytest.mark.django_db
def test_both_the_named_executor_and_whoever_reported_are_told() -> None:
    scene = executing()
    other = make.member(scene.region.own, "executor", "other")
    Assignment.objects.filter(pk=scene.occurrence.assignment_id).update(executor=other)
    task = submitted(scene, "director")
    engine.complete(task.pk, "accept", act=make.act(scene.region.inspector))

    assert told("report.accept") == ["director", "other"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("outcome", "action", "words"),
    [
        ("return", "approval.return", "План возвращён на доработку: Сроки не ясны"),
        ("agree", "plan.agree", "План согласован"),
    ],
)
def test_the_drafters_hear_what_became_of_their_plan(
    post_office: PostOffice, outcome: str, action: str, words: str
) -> None:
    scene = sent()
    engine.complete(
        scene.task.pk,
        outcome,
        act=make.act(scene.region.coordinator),
        grounds=Grounds(comment="Сроки не ясны" if outcome == "return" else ""),
    )

    sweep()

    assert told(action) == ["director"]
    assert words in texts(post_office)["director@example.org"]


@pytest.mark.django_db
def test_nobody_is_told_of_what_they_did_themselves() -> None:
    published()  # the director drafts, approves and publishes

    assert told("plan.approve") == told("plan.publish") == []


@pytest.mark.django_db
def test_another_drafter_hears_only_the_latest_of_a_day(post_office: PostOffice) -> None:
    region = make.region()
    make.member(region.own, "director", "deputy")
    published(region)

    sweep()

    assert told("plan.approve") == told("plan.publish") == ["deputy"]
    text = texts(post_office)["deputy@example.org"]
    assert "План опубликован" in text
    assert "План утверждён" not in text


@pytest.mark.django_db
def test_a_refused_act_tells_nobody() -> None:
    """The row of the ledger is written in the transaction of the event."""
    scene = executing()
    task = submitted(scene)
    with pytest.raises(RuntimeError), transaction.atomic():
        engine.complete(task.pk, "accept", act=make.act(scene.region.inspector))
        assert told("report.accept") == ["executor"]
        raise RuntimeError

    assert told("report.accept") == []


@pytest.mark.django_db
def test_who_has_left_before_the_letter_leaves_is_not_told(post_office: PostOffice) -> None:
    scene = executing()
    returned(scene)
    Membership.objects.filter(user=scene.region.executor).update(
        ends_on=days.MONDAY - timedelta(days=1)
    )

    sweep()

    (row,) = Reminder.objects.filter(subject_kind="report.return")
    assert (row.state, row.reason) == ("skipped", "not_responsible")


@pytest.mark.django_db
def test_what_happened_long_ago_is_no_news(post_office: PostOffice) -> None:
    returned(executing())
    later = NOW + timedelta(days=11)

    plan_reminders(later)
    deliver_messages(later)

    (row,) = Reminder.objects.filter(subject_kind="report.return")
    assert (row.state, row.reason) == ("skipped", "outdated")


@pytest.mark.django_db
def test_an_event_whose_step_is_switched_off_is_not_told() -> None:
    ReminderStep.objects.filter(subject_kind="report.return").update(is_active=False)

    returned(executing())

    assert told("report.return") == []


@pytest.mark.django_db
def test_two_events_about_one_report_are_two_rows_and_one_letter(post_office: PostOffice) -> None:
    scene = executing()
    returned(scene, "Нет фото")
    returned(scene, "Снова нет фото")

    sweep()

    assert told("report.return") == ["executor", "executor"]
    text = texts(post_office)["executor@example.org"]
    assert "Снова нет фото" in text
    assert "Отчёт возвращён: Нет фото" not in text


# --- Petitions -----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("steps", "action", "words", "people"),
    [
        (
            [("decline", "director")],
            "petition.decline",
            "не поддержал ходатайство: Нет",
            ["executor"],
        ),
        (
            [("endorse", "director"), ("refuse", "coordinator")],
            "petition.refuse",
            "отказало в ходатайстве: Нет",
            ["director", "executor"],
        ),
        (
            [("endorse", "director"), ("grant", "coordinator")],
            "occurrence.extend",
            "Срок перенесён",
            ["director", "executor"],
        ),
    ],
)
def test_who_asked_for_a_later_date_hears_the_answer_and_the_date_that_holds(
    post_office: PostOffice,
    steps: list[tuple[str, str]],
    action: str,
    words: str,
    people: list[str],
) -> None:
    scene = executing()
    petition = asked(scene)
    for code, part in steps:
        answer(petition, scene.region, part, code, "" if code in {"endorse", "grant"} else "Нет")

    sweep()

    assert told(action) == people
    text = texts(post_office)["executor@example.org"]
    line = text[text.index(words) :].split("\n\n")[0].split("\r\n\r\n")[0]
    assert f"{scene.occurrence.due_on:%d.%m.%Y}" in line
    assert "Посмотреть: " in line


# --- Tasks that change hands ---------------------------------------------------------------------


def handed(scene: Scene, colleague: User) -> Task:
    """The scene's task, given by its coordinator to a colleague."""
    act = make.act(scene.region.coordinator)
    task = engine.take(scene.task.pk, act=act)
    return reassigning.reassign(
        task.pk, to=colleague, seen=scene.region.coordinator.pk, reason="Её участок", act=act
    )


@pytest.mark.django_db
def test_whoever_is_given_a_task_is_told_so(post_office: PostOffice) -> None:
    scene = sent()
    handed(scene, make.member(scene.region.ministry, "coordinator", "second"))

    sweep()

    assert told("task.reassign") == ["second"]
    text = texts(post_office)["second@example.org"]
    assert "Вам передана задача: Её участок" in text
    assert "Открыть задачу: " in text


@pytest.mark.django_db
def test_who_has_passed_it_on_already_is_not_told(post_office: PostOffice) -> None:
    scene = sent()
    second = make.member(scene.region.ministry, "coordinator", "second")
    third = make.member(scene.region.ministry, "coordinator", "third")
    task = handed(scene, second)
    reassigning.reassign(task.pk, to=third, seen=second.pk, reason="", act=make.act(second))

    sweep()

    rows = Reminder.objects.filter(subject_kind="task.reassign")
    assert set(rows.values_list("addressee__username", "state", "reason")) == {
        ("second", "skipped", "not_responsible"),
        ("third", "accepted", ""),
    }


@pytest.mark.django_db
def test_a_task_that_changes_hands_does_not_silence_news_of_its_plan(
    post_office: PostOffice,
) -> None:
    scene = sent()
    deputy = make.member(scene.region.own, "director", "deputy")
    engine.complete(
        scene.task.pk,
        "return",
        act=make.act(scene.region.coordinator),
        grounds=Grounds(comment="Уточнить"),
    )
    act = make.act(scene.region.director)
    task = engine.take(scene.task.pk, act=act)
    reassigning.reassign(task.pk, to=deputy, seen=scene.region.director.pk, reason="", act=act)

    sweep()

    text = texts(post_office)["deputy@example.org"]
    assert "План возвращён на доработку: Уточнить" in text
    assert "Вам передана задача" in text


@pytest.mark.django_db
def test_every_step_of_the_schedule_about_an_event_is_answered_for() -> None:
    kinds = set(ReminderStep.objects.values_list("subject_kind", flat=True))

    assert kinds - {"occurrence", "task", "interim"} == set(TELLINGS)
