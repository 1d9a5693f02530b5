"""What each act of `acts`, `acts_of_people` and `small_acts` leaves in the database, in full.

In `what_acts_change.txt` each act stands with a line for every row that it adds (`+`, without
what is as in every new row), changes or deletes (`-`). One moment stands still, so that days are
always the same. Where an act is meant to change something else, change its lines by hand: the
failing test prints the new ones whole (`-vv`).
"""

from __future__ import annotations

from pathlib import Path

import pytest
import time_machine

from tests.building.acts import ACTS
from tests.building.acts_of_people import ACTS_OF_PEOPLE
from tests.building.changes import changes
from tests.building.small_acts import SMALL_ACTS

pytestmark = pytest.mark.django_db

NOON = "2026-05-20 09:00+00:00"  # a Wednesday
EVERY_ACT = {**ACTS, **ACTS_OF_PEOPLE, **SMALL_ACTS}


def sections() -> dict[str, list[str]]:
    """The lines of the file by the act that they stand below."""
    found: dict[str, list[str]] = {}
    text = Path(__file__).with_name("what_acts_change.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("# "):
            assert line[2:] not in found, f"written twice: {line}"
            lines = found[line[2:]] = []
        elif line:
            lines.append(line)
    return found


EXPECTED = sections()


def test_every_act_is_written_out():
    assert list(EXPECTED) == list(EVERY_ACT)


@pytest.mark.parametrize("name", list(EVERY_ACT))
def test_an_act_changes_this_and_nothing_else(name):
    with time_machine.travel(NOON, tick=False):
        assert changes(EVERY_ACT[name]()) == EXPECTED[name]
