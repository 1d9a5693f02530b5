"""A report is recalled while an inspector takes or answers its verification: exactly one wins."""

from __future__ import annotations

from collections import Counter

import pytest

from compliance.services.audit.trail import broken_chains
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import Account, save_report
from tests.building import factories as make
from tests.building.scenes import Scene, executing
from tests.workflows.tasks.test_races import at_once
from workflows.models import Process, Task
from workflows.services.plans.recalling import recall_execution
from workflows.services.plans.sending import submit_execution
from workflows.services.reconciliation import differences
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

ROUNDS = 5


def sent() -> tuple[Scene, int]:
    """A report that waits for an inspector, and the task of verifying it."""
    scene = executing()
    act = make.act(scene.region.executor)
    report = save_report(scene.occurrence.pk, Account("Готово"), act=act)
    attach_photo(report, make.photo(), act=act)
    submit_execution(scene.occurrence.pk, act=act)
    return scene, Task.objects.open().get().pk


def settled() -> None:
    assert list(differences()) == []
    assert list(broken_chains()) == []


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_it_is_recalled_while_an_inspector_takes_it(_round):
    scene, task = sent()
    sender, inspector = make.act(scene.region.executor), make.act(scene.region.inspector)
    found = at_once(
        lambda: recall_execution(scene.occurrence.pk, act=sender),
        lambda: engine.take(task, act=inspector),
    )
    taken, recalled = (
        Counter({"won": 1, "verification_taken": 1}),
        Counter({"won": 1, "task_withdrawn": 1}),
    )
    assert found in (taken, recalled)
    row = Task.objects.get(pk=task)
    ended = (scene.occurrence.status, row.status, row.owner)
    assert (
        ended
        == {
            "verification_taken": ("submitted", "ASSIGNED", scene.region.inspector),
            "task_withdrawn": ("open", "CANCELED", None),
        }[next(code for code in found if code != "won")]
    )
    settled()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_it_is_recalled_while_an_inspector_accepts_it(_round):
    scene, task = sent()
    sender, inspector = make.act(scene.region.executor), make.act(scene.region.inspector)
    found = at_once(
        lambda: recall_execution(scene.occurrence.pk, act=sender),
        lambda: engine.complete(task, "accept", act=inspector),
    )
    assert found["won"] == 1 and found.total() == 2
    assert scene.occurrence.status == ("open" if found["task_withdrawn"] else "accepted")
    settled()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_recall_it_and_one_draft_is_left(_round):
    scene, _task = sent()
    acts = [make.act(scene.region.executor), make.act(scene.region.director)]
    due = scene.occurrence.pk
    found = at_once(*(lambda act=act: recall_execution(due, act=act) for act in acts))
    assert found == Counter({"won": 1, "report_not_waiting": 1})
    assert scene.occurrence.reports.filter(status="draft").count() == 1
    assert not Process.objects.filter(report__isnull=False, status="NEW").exists()
    settled()
