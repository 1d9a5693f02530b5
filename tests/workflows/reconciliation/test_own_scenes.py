"""What the check says of scenes that only one test needs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from compliance.models import Occurrence, Plan
from compliance.services.people.substitutions import Absence, enter_substitution
from tests.building import factories as make
from tests.building.acts import answer, explained
from tests.building.corrupted import World, cut
from tests.building.inspected import accept, planned
from tests.building.petitioned import asked, report
from tests.building.scenes import executing, sent
from workflows.models import Process
from workflows.services.reconciliation import differences
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db
STATEMENTS = 73


def test_a_task_taken_by_a_substitute_is_named_when_the_substitution_has_ended():
    """Whoever took it has no role of their own: with the substitution their right goes."""
    scene = sent()
    region, today = scene.region, timezone.localdate()
    deputy = make.member(region.ministry, "hr", "deputy")
    wanted = Absence(region.coordinator, deputy, today, today + timedelta(days=3), "Отпуск")
    enter_substitution(wanted, act=make.act(region.coordinator))
    task = engine.take(scene.task.pk, act=make.act(deputy))
    assert list(differences()) == []
    world = World(region, {})
    with cut("UPDATE compliance_substitution SET ended_at = '{now}'", world):
        (found,) = differences()
    assert (found.kind, found.subject) == ("task_and_membership", f"task {task.pk}")


@pytest.mark.parametrize("plans", [1, 4])
def test_the_number_of_statements_does_not_grow(django_assert_num_queries, plans):
    """Approvals, petitions, inspections and reports of so many plans, each with two texts."""
    region = make.region()
    for number in range(plans):
        scene = executing(region, title=f"План {number}")
        asked(scene)
        sent(region, title=f"Проект {number}")
        other = executing(region, title=f"Отчёт {number}")
        report(other)
        accept_and_plan = executing(region, title=f"Проверка {number}")
        accept(region, accept_and_plan.occurrence)
        planned(accept_and_plan)
    assert Process.objects.filter(status="NEW").count() == 4 * plans
    with django_assert_num_queries(STATEMENTS):
        assert list(differences()) == []


def test_what_is_open_under_a_reported_plan_is_as_it_should_be() -> None:
    answer(explained(is_sent=True), "coordinator", "accept")()
    assert Plan.objects.get().state == "reported"
    assert Occurrence.objects.open().exists() and list(differences()) == []
