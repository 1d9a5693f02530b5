"""Eight at once take, pass on or hand over: exactly one wins, and no task is left to nobody."""

from __future__ import annotations

from collections import Counter

import pytest
from django.utils import timezone

from compliance.domain.refusals import Refusal
from compliance.models import AuditEvent, User
from compliance.services.people.substitutions import Absence, enter_substitution
from tests.building import factories as make
from tests.building.scenes import sent
from tests.workflows.tasks.test_races import at_once
from workflows.models import Task
from workflows.services.tasks import engine, reassigning
from workflows.services.tasks.handover import Handover, hand_over
from workflows.services.tasks.stranded import stranded_tasks

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

THREADS = 8


def colleagues(region: make.Region) -> list[User]:
    return [
        make.member(region.ministry, "coordinator", f"colleague{number}")
        for number in range(THREADS)
    ]


def nothing_is_stranded() -> bool:
    return not stranded_tasks(timezone.localdate()).exists()


def test_one_of_eight_takes_a_task():
    scene = sent()
    task, acts = scene.task.pk, [make.act(one) for one in colleagues(scene.region)]
    found = at_once(*(lambda act=act: engine.take(task, act=act) for act in acts))
    assert found == Counter({"won": 1, "task_taken": THREADS - 1})
    assert nothing_is_stranded()


def test_one_of_eight_gives_a_task_away():
    scene = sent()
    task = scene.task.pk
    pairs = [(one, make.act(scene.region.administrator)) for one in colleagues(scene.region)]
    found = at_once(
        *(
            lambda to=to, act=act: reassigning.reassign(task, to=to, seen=None, reason="", act=act)
            for to, act in pairs
        )
    )
    assert found == Counter({"won": 1, "task_moved": THREADS - 1})
    assert AuditEvent.objects.filter(action="task.reassign").count() == 1
    assert nothing_is_stranded()


def test_one_of_eight_hands_a_leavers_work_over():
    scene = sent()
    leaver = scene.region.coordinator
    engine.take(scene.task.pk, act=make.act(leaver))
    heirs = colleagues(scene.region)
    acts = [make.act(scene.region.administrator) for _ in heirs]
    today = timezone.localdate()
    found = at_once(
        *(
            lambda to=to, act=act: hand_over(
                Handover(leaver, today, tasks_to=to, switch_off=True), act=act
            )
            for to, act in zip(heirs, acts, strict=True)
        )
    )
    assert found == Counter({"won": 1, "handed_over_already": THREADS - 1})
    assert Task.objects.open().get().owner in heirs and nothing_is_stranded()


def test_nothing_reaches_a_leaver_behind_the_hand_overs_back():
    """Taken by the leaver, or given to them, at the very moment that they are let go."""
    scene = sent()
    region, task = scene.region, scene.task.pk
    leaver, today = region.coordinator, timezone.localdate()
    other = colleagues(region)[0]
    taking, giving = make.act(leaver), make.act(region.administrator)
    leaving = [make.act(region.administrator) for _ in range(2)]

    def quietly(call):
        def run() -> None:
            try:
                call()
            except Refusal as refusal:
                if refusal.status == 409:
                    raise

        return run

    wanted = Handover(leaver, today, tasks_to=other, switch_off=True)
    at_once(
        quietly(lambda: engine.take(task, act=taking)),
        quietly(lambda: reassigning.reassign(task, to=leaver, seen=None, reason="", act=giving)),
        *(lambda act=act: hand_over(wanted, act=act) for act in leaving),
    )
    assert Task.objects.open().get().owner in {None, other} and nothing_is_stranded()


def test_one_of_eight_substitutions_for_the_same_days_is_entered():
    region = make.region()
    today = timezone.localdate()
    wanted = [
        (Absence(region.coordinator, one, today, today, "Отпуск"), make.act(region.coordinator))
        for one in colleagues(region)
    ]
    found = at_once(
        *(lambda one=one, act=act: enter_substitution(one, act=act) for one, act in wanted)
    )
    assert found == Counter({"won": 1, "already_substituted": THREADS - 1})
