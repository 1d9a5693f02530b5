"""Two people with the same ticks at once: each task goes to one of them, and both are told."""

from __future__ import annotations

from collections import Counter

import pytest

from compliance.models import AuditEvent
from compliance.services.audit.trail import broken_chains
from tests.building import factories as make
from tests.building.scenes import sent
from tests.workflows.tasks.test_races import at_once
from workflows.models import Task
from workflows.services.tasks import many

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_two_who_take_the_same_tasks_share_them_out():
    region = make.region()
    colleague = make.member(region.ministry, "coordinator", "colleague")
    rows = [sent(region, title=f"План {number}").task for number in range(6)]
    answers: list[many.Answer] = []

    def taking(person, order):
        act = make.act(person)
        return lambda: answers.extend(many.take_many(order, act=act))

    found = at_once(taking(region.coordinator, rows), taking(colleague, rows[::-1]))
    assert found == Counter({"won": 2}), "nobody's press fails as a whole"
    told = Counter(one.refusal.code if one.refusal else "taken" for one in answers)
    assert told == Counter({"taken": 6, "task_taken": 6})
    assert AuditEvent.objects.filter(action="task.take").count() == 6
    assert not Task.objects.open().filter(owner__isnull=True).exists()
    assert list(broken_chains()) == []
