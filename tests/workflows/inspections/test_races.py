"""Two at an inspection at once: one closes it, and a sweep plans it once."""

from __future__ import annotations

from collections import Counter

import pytest

from compliance.models import Inspection
from compliance.services.audit.trail import broken_chains
from tests.building import factories as make
from tests.building.inspected import accepted, planned, policy, result
from tests.workflows.tasks.test_races import at_once
from workflows.services.inspections import keep_result, plan_by_policy
from workflows.services.reconciliation import differences
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.mark.parametrize("_round", range(3))
def test_two_inspectors_close_one_inspection_once(_round):
    scene = accepted()
    first, second = (
        make.member(scene.region.ministry, "inspector", name) for name in ("first", "second")
    )
    task = planned(scene)
    keep_result(task, result(), act=make.act(first))
    engine.release(task.pk, act=make.act(first))
    one, two = make.act(first), make.act(second)
    found = at_once(
        lambda: engine.complete(task.pk, "confirm", act=one),
        lambda: engine.complete(task.pk, "refute", act=two),
    )
    assert found == Counter({"won": 1, "task_done": 1})
    assert list(differences()) == [] and list(broken_chains()) == []


def test_two_sweeps_plan_each_inspection_once():
    scene = accepted(count=3)
    policy(scene.region)
    counts: list[int] = []
    acts = [make.act(None) for _ in range(3)]
    at_once(*(lambda act=act: counts.append(plan_by_policy(act=act)) for act in acts))
    assert sum(counts) == 3 and Inspection.objects.count() == 3
    assert list(differences()) == [] and list(broken_chains()) == []
