"""Two at once: exactly one wins, the other is told so, and no task is left over."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.db import connection

from compliance.domain.refusals import Conflict
from compliance.models import AuditEvent, Plan, Remark, Revision
from compliance.services.audit.trail import broken_chains
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import Account, save_report
from compliance.services.execution.in_force import put_in_force
from compliance.services.plans.drafts import change_measure
from compliance.services.reference.reminder_steps import tell_director_ahead
from notifications.models import ReminderStep
from tests.building import factories as make
from tests.building.amendments import drafter, grounds_of, revised, reword, said, step, task_of
from tests.building.scenes import due_in, executing, published, sent
from workflows.models import Task
from workflows.services.approval.amendments import revise_plan, withdraw_revision
from workflows.services.approval.reviews import put_remark
from workflows.services.plans import sending
from workflows.services.reconciliation import differences
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

THREADS = 4


def at_once(*calls) -> Counter:
    """What each call came to: "won", or the code of its Conflict; other errors are raised."""
    start, found, errors = threading.Barrier(len(calls)), [], []

    def run(call) -> None:
        try:
            start.wait()
            call()
            found.append("won")
        except Conflict as conflict:
            found.append(conflict.code)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return Counter(found)


@pytest.mark.parametrize("_round", range(3))
def test_one_task_is_completed_once(_round):
    scene = sent()
    acts = [make.act(scene.region.coordinator) for _ in range(THREADS)]
    task = scene.task.pk
    found = at_once(*(lambda act=act: engine.complete(task, "agree", act=act) for act in acts))
    assert found["won"] == 1 and sum(found.values()) == THREADS
    assert Plan.objects.get(pk=scene.plan.pk).state == "agreed"
    assert Task.objects.open().count() == 1
    assert AuditEvent.objects.filter(action="plan.agree").count() == 1
    assert list(broken_chains()) == []


def test_agreeing_and_returning_at_once_leaves_one_answer():
    scene = sent()
    task, one, two = scene.task.pk, *(make.act(scene.region.coordinator) for _ in range(2))
    from compliance.domain.plans.grounds import Grounds

    found = at_once(
        lambda: engine.complete(task, "agree", act=one),
        lambda: engine.complete(task, "return", act=two, grounds=Grounds(comment="Уточнить")),
    )
    assert found == Counter({"won": 1, "task_done": 1})
    assert Task.objects.open().count() == 1


def test_one_person_takes_a_task():
    scene = sent()
    colleague = make.member(scene.region.ministry, "coordinator", "colleague")
    task = scene.task.pk
    acts = [make.act(scene.region.coordinator), make.act(colleague)]
    found = at_once(*(lambda act=act: engine.take(task, act=act) for act in acts))
    assert found == Counter({"won": 1, "task_taken": 1})


def test_a_draft_is_sent_once():
    region = make.region()
    plan = make.plan(region)
    acts = [make.act(region.director) for _ in range(THREADS)]
    found = at_once(
        *(
            lambda act=act: sending.send_for_agreement(plan.pk, act=act, knows_passed=True)
            for act in acts
        )
    )
    assert found["won"] == 1 and Task.objects.open().count() == 1


def test_a_report_is_sent_once_and_one_inspection_begins():
    scene = executing()
    act = make.act(scene.region.executor)
    report = save_report(scene.occurrence.pk, Account(text="Готово"), act=act)
    attach_photo(report, make.photo(), act=act)
    pk = scene.occurrence.pk
    acts = [make.act(scene.region.executor) for _ in range(THREADS)]
    found = at_once(*(lambda act=act: sending.submit_execution(pk, act=act) for act in acts))
    assert found == Counter({"won": 1, "already_submitted": THREADS - 1})
    assert Task.objects.open().count() == 1


def test_two_schedulers_start_a_plan_once():
    scene = published()
    acts = [make.act(None) for _ in range(2)]
    counts: list[int] = []
    at_once(*(lambda act=act: counts.append(sending.start_due_plans(act=act)) for act in acts))
    assert sum(counts) == 1
    assert scene.plan.occurrences.count() == 1


def test_one_of_several_opens_a_revision():
    scene = executing()
    acts = [make.act(scene.region.director) for _ in range(THREADS)]
    pk = scene.plan.pk
    found = at_once(*(lambda act=act: revise_plan(pk, reason="Так", act=act) for act in acts))
    assert found == Counter({"won": 1, "revision_open": THREADS - 1})
    assert scene.plan.revisions.count() == 2
    assert list(differences()) == [] and list(broken_chains()) == []


def test_one_of_several_puts_a_revision_in_force():
    scene = executing()
    revision = revised(scene)
    reword(scene, revision, deadline_text=due_in(9))
    for outcome in ("begin", "agree", "approve"):
        step(scene, revision, outcome)
    task, given = task_of(revision).pk, grounds_of("publish")
    acts = [make.act(scene.region.director) for _ in range(THREADS)]
    found = at_once(
        *(lambda act=act: engine.complete(task, "publish", act=act, grounds=given) for act in acts)
    )
    assert found == Counter({"won": 1, "task_done": THREADS - 1})
    assert scene.plan.revisions.in_force().get() == revision
    assert list(differences()) == [] and list(broken_chains()) == []


def test_two_who_put_the_same_text_in_force_without_the_engine_do_it_once():
    scene = executing()
    revision = revised(scene)
    acts = [make.act(None) for _ in range(THREADS)]
    rows = [Revision.objects.get(pk=revision.pk) for _ in acts]
    found = at_once(
        *(lambda r=row, a=act: put_in_force(r, act=a) for row, act in zip(rows, acts, strict=True))
    )
    assert found == Counter({"won": 1, "revision_settled": THREADS - 1})


@pytest.mark.parametrize("_round", range(3))
def test_what_is_sent_is_what_the_parties_read_though_somebody_edits_at_once(_round):
    scene = executing()
    revision = revised(scene)
    version = reword(scene, revision, text="Первый текст")
    draft, acts = said(version, text="Второй текст"), [make.act(drafter(scene)) for _ in range(2)]
    pk = scene.plan.pk
    found = at_once(
        lambda: change_measure(version, draft, act=acts[0]),
        lambda: sending.send_for_agreement(pk, act=acts[1], knows_passed=True),
    )
    assert found in (Counter({"won": 2}), Counter({"won": 1, "revision_read_only": 1}))
    sent_text = revision.sendings.get().content["measures"][0]["text"]
    assert sent_text == revision.versions.get().text
    assert sent_text == ("Второй текст" if found["won"] == 2 else "Первый текст")


def test_withdrawing_and_sending_at_once_leaves_one_of_them():
    scene = executing()
    revision = revised(scene)
    reword(scene, revision, text="Другое")
    acts, pk = [make.act(drafter(scene)) for _ in range(2)], scene.plan.pk
    found = at_once(
        lambda: withdraw_revision(revision, reason="Не нужно", act=acts[0]),
        lambda: sending.send_for_agreement(pk, act=acts[1], knows_passed=True),
    )
    assert found["won"] == 1 and sum(found.values()) == 2
    assert list(differences()) == []


def test_remarking_and_returning_at_once_loses_no_remark():
    scene = sent()
    version = scene.plan.revisions.get().versions.get()
    acts, task = [make.act(scene.region.coordinator) for _ in range(2)], scene.task.pk
    found = at_once(
        lambda: put_remark(version, "Уточните", act=acts[0]),
        lambda: engine.complete(task, "return", act=acts[1], grounds=grounds_of("return")),
    )
    assert found["won"] >= 1
    assert not Remark.objects.filter(is_draft=True).exists(), "none is left where nobody sees it"


def test_two_who_add_the_same_reminder_step_leave_one():
    region = make.region()
    acts = [make.act(region.administrator) for _ in range(THREADS)]
    found = at_once(
        *(lambda act=act: tell_director_ahead(5, unless_begun=True, act=act) for act in acts)
    )
    assert found["won"] == THREADS
    assert ReminderStep.objects.filter(subject_kind="occurrence", offset=-5).count() == 1
    assert AuditEvent.objects.filter(action="reminder_step.add").count() == 1
