"""Two at once: exactly one wins, the other is told so, and no task is left over."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.db import connection

from compliance.domain.refusals import Conflict
from compliance.models import AuditEvent, Plan
from compliance.services.audit import broken_chains
from compliance.services.evidence import attach_photo
from compliance.services.reports import Account, save_report
from tests import factories as make
from tests.scenes import executing, published, sent
from workflows.models import Task
from workflows.services import engine, matters

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
    from compliance.services.transitions import Grounds

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
    found = at_once(*(lambda act=act: matters.send_for_agreement(plan.pk, act=act) for act in acts))
    assert found["won"] == 1 and Task.objects.open().count() == 1


def test_a_report_is_sent_once_and_one_inspection_begins():
    scene = executing()
    act = make.act(scene.region.executor)
    report = save_report(scene.occurrence.pk, Account(text="Готово"), act=act)
    attach_photo(report, make.photo(), act=act)
    pk = scene.occurrence.pk
    acts = [make.act(scene.region.executor) for _ in range(THREADS)]
    found = at_once(*(lambda act=act: matters.submit_execution(pk, act=act) for act in acts))
    assert found == Counter({"won": 1, "already_submitted": THREADS - 1})
    assert Task.objects.open().count() == 1


def test_two_schedulers_start_a_plan_once():
    scene = published()
    acts = [make.act(None) for _ in range(2)]
    counts: list[int] = []
    at_once(*(lambda act=act: counts.append(matters.start_due_plans(act=act)) for act in acts))
    assert sum(counts) == 1
    assert scene.plan.occurrences.count() == 1
