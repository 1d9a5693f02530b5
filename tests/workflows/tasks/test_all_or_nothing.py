"""The database fails at any one statement of an act: everything is as before, and it can be redone.

Each act of `acts` and `acts_of_people` is tried again and again, with its first, second, third…
statement failing, until it runs through. After each failure every row of every table of ours is
what it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from compliance.services.audit.trail import broken_chains
from tests.building.acts import ACTS
from tests.building.acts_of_people import ACTS_OF_PEOPLE
from tests.building.digests import changed, digest
from workflows.services.reconciliation import differences

# Real transactions: around an act there must be none but its own.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

ENDLESS = 400  # an act of more statements than this is no longer one that a person waits for


class InjectedError(Exception):
    """What no code of ours or of a package expects, so that nobody catches it and tries again."""


class Failing:
    """Counts the statements that pass it, and fails at one of them, once."""

    def __init__(self, at: int) -> None:
        self.at, self.passed = at, 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        self.passed += 1
        if self.passed == self.at:
            raise InjectedError(f"at statement {self.at}: {sql[:80]}")
        return execute(sql, params, many, context)


EVERY_ACT = {**ACTS, **ACTS_OF_PEOPLE}


@pytest.mark.parametrize("name", list(EVERY_ACT))
def test_an_act_is_done_wholly_or_not_at_all(name):
    deed = EVERY_ACT[name]()
    before = digest()
    for at in range(1, ENDLESS):
        failing = Failing(at)
        try:
            with connection.execute_wrapper(failing):
                deed()
        except InjectedError as error:
            assert changed(before) == [], str(error)
        else:
            break
    assert failing.passed < at, "no statement failed, and the act went through"
    assert at > 2, "an act writes something"
    assert digest() != before
    assert list(differences()) == [] and list(broken_chains()) == []


def test_the_harness_finds_an_act_that_is_done_by_halves():
    """Two statements without a common transaction: the second fails, the first has stayed."""
    from tests.building import factories as make

    region = make.region()
    before = digest()

    def by_halves() -> None:
        for row in (region.own, region.other):
            type(row).objects.filter(pk=row.pk).update(municipality="Примерск")

    with pytest.raises(InjectedError), connection.execute_wrapper(Failing(2)):
        by_halves()
    assert digest() != before
