"""Who is led to a task's main answer: nobody whose own draft it is, in whoever's name."""

from __future__ import annotations

import pytest
from django.utils import timezone

from compliance.models import Plan, User
from compliance.services.people.substitutions import Absence, enter_substitution
from tests.building import factories as make
from tests.building.parties import AGREES, APPROVES, set_type, step
from tests.building.scenes import Scene, sent
from workflows.services.plans.rights import may_give_main_answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    """A plan before a coordinator, of a type whose drafters do not decide."""
    region = make.region()
    steps = step(AGREES, "coordinator"), step(APPROVES, "council")
    set_type(region, *steps, code="regional", drafters_decide=False)
    return sent(region, type_code="regional", organisation=region.ministry)


def test_neither_a_drafter_nor_who_stands_in_for_one_decides(scene):
    region = scene.region
    second = make.member(region.ministry, "coordinator", "second")
    deputy = make.member(region.ministry, "hr", "deputy")
    today = timezone.localdate()
    enter_substitution(
        Absence(region.coordinator, deputy, today, today, "Отпуск"),
        act=make.act(region.coordinator),
    )

    def may(person: User) -> bool:
        return may_give_main_answer(User.objects.get(pk=person.pk), scene.task)

    assert [may(person) for person in (region.coordinator, second, deputy)] == [True] * 3
    Plan.objects.update(created_by=region.coordinator)
    assert [may(person) for person in (region.coordinator, second, deputy)] == [False, True, False]
    Plan.objects.update(created_by=deputy)
    assert [may(person) for person in (region.coordinator, second, deputy)] == [True, True, False]
    assert not may(region.inspector)
