"""Sweeps die after any of their statements: the same reminders as if none had."""

from __future__ import annotations

import pytest

from benchmarks.faults.sweeps import compared, deaths
from benchmarks.population import Size, populate

STEPS, DEATHS = 3, 2
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_dying_sweeps_skip_nothing_and_double_nothing():
    populate(Size(institutions=10, open=200, history=0, regions=2, weeks=0, measures=5))
    died, calm, disturbed, skipped = compared(STEPS, deaths(), DEATHS)
    assert died == {"killed": 3, "session ended": 3, "killed before a rival": 3}
    assert calm.total() > 300, "there was nothing to plan"
    assert list(disturbed - calm)[:3] == [], "planned twice, or at another hour"
    assert list(calm - disturbed)[:3] == [], "lost"
    assert skipped == 0
