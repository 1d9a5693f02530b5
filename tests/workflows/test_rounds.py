"""Twenty rounds of the races that `benchmarks/faults` runs two hundred of."""

from __future__ import annotations

import pytest

from benchmarks.faults.rounds import ROUNDS, THREADS, People, Race, Score, at_once, judge, run
from compliance.services.audit import broken_chains
from tests.scenes import sent
from workflows.services.reconciliation import differences

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_each_round_has_its_winners_and_leaves_nothing_over():
    scores = run(20, People.made())
    assert {name: score.wrong for name, score in scores.items()} == {name: [] for name in ROUNDS}
    single = [scores[name] for name in ("take", "complete", "agree or return")]
    assert [score.won for score in single] == [5, 5, 5]
    assert all(score.lost.total() == 5 * (THREADS - 1) for score in single)
    assert {code for score in single for code in score.lost} == {"task_taken", "task_done"}
    assert list(differences()) == [] and list(broken_chains()) == []


def test_a_step_that_two_can_take_is_found():
    scene, score = sent(), Score()
    race = Race(scene, [lambda: None, lambda: None])
    judge(race, at_once(race.calls), 1, score)
    assert len(score.wrong) == 1
