"""A sent report recalled: by whom, until when, what becomes of it, what its page warns of."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.domain.plans.grounds import Grounds
from compliance.domain.refusals import Conflict, Forbidden
from compliance.models import AuditEvent, ExecutionReport, Membership, Occurrence
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import Account, save_report
from compliance.services.people.substitutions import Absence, enter_substitution
from compliance.services.petitions.steps import waive_occurrence
from notifications.models import Message, Reminder
from notifications.services.delivery import deliver_messages
from tests.building import factories as make
from tests.building.scenes import Scene, executing
from workflows.models import Process, Task
from workflows.services.notices.reminders import plan_reminders
from workflows.services.plans.recalling import recall_execution
from workflows.services.plans.sending import submit_execution
from workflows.services.reconciliation import differences
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return executing()


def drafted(scene: Scene) -> ExecutionReport:
    act = make.act(scene.region.executor)
    report = save_report(scene.occurrence.pk, Account("Стенд обновлён", number=7), act=act)
    attach_photo(report, make.photo(), act=act)
    return report


def sent(scene: Scene) -> Task:
    """The open task of verifying the report, just sent."""
    drafted(scene)
    submit_execution(scene.occurrence.pk, act=make.act(scene.region.executor))
    return Task.objects.open().get()


def recall(scene: Scene, part: str = "executor") -> ExecutionReport:
    return recall_execution(scene.occurrence.pk, act=make.act(scene.region.people[part]))


def page_of(scene: Scene, part: str = "executor") -> tuple[Client, str]:
    client = Client()
    client.force_login(scene.region.people[part])
    page = client.get(scene.occurrence.get_absolute_url()).content.decode()
    return client, " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


# --- State × act ------------------------------------------------------------------------------


def _taken(scene: Scene) -> None:
    engine.take(sent(scene).pk, act=make.act(scene.region.inspector))


def _taken_by_a_leaver(scene: Scene) -> None:
    _taken(scene)
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(user=scene.region.inspector).update(ends_on=yesterday)


def _answered(outcome: str):
    def arranged(scene: Scene) -> None:
        act = make.act(scene.region.inspector)
        engine.complete(sent(scene).pk, outcome, act=act, grounds=Grounds(comment="Нет даты"))

    return arranged


def _noted(scene: Scene) -> None:
    act = make.act(scene.region.executor)
    save_report(scene.occurrence.pk, Account("Идёт", is_interim=True), act=act)
    submit_execution(scene.occurrence.pk, act=act)


def _waived(scene: Scene) -> None:
    act = make.act(scene.region.coordinator)
    waive_occurrence(scene.occurrence.pk, reason="Снесено", act=act)


def _recalled(scene: Scene) -> None:
    sent(scene)
    recall(scene)


STATES = {
    "nothing written": (lambda scene: None, "report_not_waiting", "open"),
    "a draft": (drafted, "report_not_waiting", "open"),
    "sent": (sent, "", "open"),
    "taken": (_taken, "verification_taken", "submitted"),
    "taken by somebody who has left": (_taken_by_a_leaver, "", "open"),
    "accepted": (_answered("accept"), "report_not_waiting", "accepted"),
    "returned": (_answered("return"), "report_not_waiting", "open"),
    "interim": (_noted, "report_not_waiting", "open"),
    "waived": (_waived, "report_not_waiting", "waived"),
    "recalled": (_recalled, "report_not_waiting", "open"),
}


@pytest.mark.parametrize(("arrange", "refusal", "status"), STATES.values(), ids=STATES)
def test_what_can_be_recalled(scene, arrange, refusal, status):
    arrange(scene)
    if refusal:
        with pytest.raises(Conflict, match=f"'{refusal}'"):
            recall(scene)
    else:
        recall(scene)
    assert scene.occurrence.status == status
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("part", "may"),
    [
        ("executor", True), ("director", True), ("inspector", False), ("coordinator", False),
        ("foreign_director", False), ("personnel", False),
    ],
)  # fmt: skip
def test_who_may_recall(scene, part, may):
    sent(scene)
    if may:
        recall(scene, part)
        return
    with pytest.raises(Forbidden):
        recall(scene, part)
    assert scene.occurrence.status == "submitted"


def test_a_substitute_recalls_in_the_name_of_the_absent_person(scene):
    sent(scene)
    region, today = scene.region, timezone.localdate()
    substitute = make.member(region.own, "hr", "zam")
    absence = Absence(region.executor, substitute, today, today + timedelta(days=3), "Отпуск")
    enter_substitution(absence, act=make.act(region.director))
    recall_execution(scene.occurrence.pk, act=make.act(substitute))
    event = AuditEvent.objects.get(action="report.recall")
    assert (event.actor, event.on_behalf_of) == (substitute, region.executor)


# --- What becomes of it -----------------------------------------------------------------------


def test_text_and_files_go_on_as_a_draft_and_what_was_sent_stays_on_record(scene):
    task = sent(scene)
    report = recall(scene)
    assert (report.status, report.text, report.evidence.count()) == (
        "recalled", "Стенд обновлён", 1,
    )  # fmt: skip
    draft = ExecutionReport.objects.get(status="draft")
    assert (draft.text, draft.number, draft.evidence.count()) == ("Стенд обновлён", 7, 1)
    task.refresh_from_db()
    assert (task.status, task.process.status) == ("CANCELED", "CANCELED")
    assert task.finished and task.process.finished
    event = AuditEvent.objects.get(action="report.recall")
    assert event.after == {"status": "open", "report": report.pk}
    submit_execution(scene.occurrence.pk, act=make.act(scene.region.executor))
    assert Process.objects.filter(status="NEW").count() == 1
    engine.complete(Task.objects.open().get().pk, "accept", act=make.act(scene.region.inspector))
    assert scene.occurrence.accepted_report == draft
    assert list(differences()) == []


def test_nobody_is_reminded_of_a_verification_that_was_recalled(scene):
    sent(scene)
    now = timezone.now()
    plan_reminders(now)
    assert Reminder.objects.filter(subject_kind="task", addressee=scene.region.inspector).exists()
    recall(scene)
    deliver_messages(Message.objects.latest("next_try_at").next_try_at)
    rows = Reminder.objects.filter(subject_kind="task")
    assert set(rows.values_list("state", "reason")) == {("skipped", "task_done")}


def test_a_page_left_open_does_not_recall_what_was_sent_later(scene):
    earlier = sent(scene).process.report
    recall(scene)
    submit_execution(scene.occurrence.pk, act=make.act(scene.region.executor))
    later = Task.objects.open().get().process.report
    with pytest.raises(Conflict) as refused:
        recall_execution(
            scene.occurrence.pk, act=make.act(scene.region.executor), seen=str(earlier.pk)
        )
    assert refused.value.code == "report_not_waiting"
    _client, words = page_of(scene)
    assert "Отозвать отчёт" in words
    act = make.act(scene.region.executor)
    recall_execution(scene.occurrence.pk, act=act, seen=str(later.pk))
    later.refresh_from_db()
    assert later.status == "recalled"


def test_the_executor_hears_that_the_director_recalled_the_report(scene):
    sent(scene)
    recall(scene, "director")
    told = Reminder.objects.filter(subject_kind="report.recall")
    assert list(told.values_list("addressee__username", flat=True)) == ["executor"]


# --- The pages --------------------------------------------------------------------------------


def test_before_recalling_in_time_the_page_says_until_when_to_send_again(scene):
    sent(scene)
    due = f"{scene.occurrence.late_after:%d.%m.%Y}"
    client, words = page_of(scene)
    assert f"чтобы успеть в срок, отправьте отчёт снова до {due} включительно" in words
    assert "больше не считается" not in words
    answer = client.post(reverse("occurrence-recall", args=[scene.occurrence.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == f"/occurrences/{scene.occurrence.pk}/#report-heading"
    shown = answer.content.decode()
    assert "Отчёт отозван и снова стал черновиком." in shown
    assert "Стенд обновлён</textarea>" in shown and "Отозван отправителем" in shown


def test_after_the_date_the_page_warns_that_the_earlier_sending_no_longer_counts(scene):
    sent(scene)
    row = scene.occurrence
    sent_on = f"{row.reports.get().submitted_on:%d.%m.%Y}"
    days = (row.late_after - timezone.localdate()).days + 1  # holidays put it off
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        client, words = page_of(scene)
        warning = f"Срок {row.late_after:%d.%m.%Y} прошёл. Если отозвать, отправка {sent_on} больше"
        assert warning in words
        answer = client.post(reverse("occurrence-recall", args=[row.pk]), follow=True)
    assert "пока отчёт не отправлен снова, он просрочен" in answer.content.decode()
    assert Occurrence.objects.get().is_overdue(timezone.localdate() + timedelta(days=days))


def test_once_taken_the_page_names_the_inspector_and_offers_nothing(scene):
    _taken(scene)
    client, words = page_of(scene)
    assert "Проверку уже ведёт Павел Проверяев: отозвать отчёт больше нельзя." in words
    answer = client.post(reverse("occurrence-recall", args=[scene.occurrence.pk]))
    assert answer.status_code == 409
    assert "Попросите вернуть его с замечанием" in unescape(answer.content.decode())


def test_only_those_who_report_are_offered_it(scene):
    sent(scene)
    for part in ("inspector", "coordinator"):
        assert "Отозвать отчёт" not in page_of(scene, part)[1]


def test_the_inspector_who_had_the_page_open_is_told_what_happened(scene):
    task = sent(scene)
    recall(scene)
    client, _words = page_of(scene, "inspector")
    answer = client.post(reverse("task-take", args=[task.pk]))
    assert answer.status_code == 409
    assert "Этой задачи больше нет" in unescape(answer.content.decode())
    page = client.get(reverse("verification", args=[task.process_id])).content.decode()
    assert "Отправитель отозвал отчёт: исправит и пришлёт снова." in page


def test_the_remark_of_an_earlier_return_is_shown_again_after_recalling(scene):
    _answered("return")(scene)
    submit_execution(scene.occurrence.pk, act=make.act(scene.region.executor))
    recall(scene)
    assert "Проверяющий вернул отчёт Нет даты" in page_of(scene)[1]
