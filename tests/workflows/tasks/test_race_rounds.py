"""Two dozen rounds of the races that `benchmarks/faults` runs two hundred of."""

from __future__ import annotations

import pytest

from benchmarks.faults.rounds import ROUNDS, THREADS, People, Race, Score, at_once, judge, run
from compliance.services.audit.trail import broken_chains
from tests.building.scenes import sent
from workflows.services.reconciliation import differences

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


EACH = 4  # rounds of a kind: two dozen in all


def test_each_round_has_its_winners_and_leaves_nothing_over():
    scores = run(EACH * len(ROUNDS), People.made())
    assert {name: score.wrong for name, score in scores.items()} == {name: [] for name in ROUNDS}
    single = {name: score for name, score in scores.items() if name != "vote and decide"}
    assert {score.won for score in single.values()} == {EACH}
    assert all(score.lost.total() == EACH * (THREADS - 1) for score in single.values())
    assert {code for score in single.values() for code in score.lost} == {
        "task_taken",
        "task_done",
        "revision_open",
        "handed_over_already",
    }
    assert list(differences()) == [] and list(broken_chains()) == []


def test_a_step_that_two_can_take_is_found():
    scene, score = sent(), Score()
    race = Race(scene, [lambda: None, lambda: None])
    judge(race, at_once(race.calls), 1, score)
    assert len(score.wrong) == 1
