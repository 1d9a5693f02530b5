"""Petitions at once: two decide, somebody reports, somebody withdraws; one outcome, no orphan."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from compliance.models import Occurrence, Petition
from compliance.services.audit.trail import broken_chains
from compliance.services.calendars import working_calendar
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import Account, save_report
from compliance.services.petitions.steps import PetitionAnswer, Wish
from tests.building import factories as make
from tests.building.executed import counts_as
from tests.building.petitioned import passed
from tests.building.scenes import Scene, executing
from tests.workflows.tasks.test_races import at_once
from workflows.models import Process, Task
from workflows.services import petitions
from workflows.services.plans.sending import submit_execution
from workflows.services.reconciliation import differences
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

WAIVER = Wish("waiver", "Здание передано")
ROUNDS = 3


def later() -> Wish:
    day = working_calendar().next_working_day(timezone.localdate() + timedelta(days=40))
    return Wish("extension", "Ждём поставку", day)


def asked(scene: Scene, wish: Wish) -> tuple[Petition, int]:
    """A petition that waits for the ministry, and its task."""
    petition = petitions.ask(scene.occurrence.pk, wish, act=make.act(scene.region.director))
    return petition, Task.objects.open().get(process__petition=petition).pk


def drafted(scene: Scene) -> int:
    """The id of the due date, a complete draft of its report kept."""
    act = make.act(scene.region.executor)
    report = save_report(scene.occurrence.pk, Account("Готово"), act=act)
    attach_photo(report, make.photo(), act=act)
    return scene.occurrence.pk


def settled() -> None:
    assert list(differences()) == []
    assert list(broken_chains()) == []


@pytest.mark.parametrize("_round", range(ROUNDS))
@pytest.mark.parametrize("second", ["grant", "refuse"])
def test_two_coordinators_decide_and_one_is_told_so(second, _round):
    scene = executing()
    _petition, task = asked(scene, later())
    colleague = make.member(scene.region.ministry, "coordinator", "colleague")
    one, two = make.act(scene.region.coordinator), make.act(colleague)
    grounds = PetitionAnswer("Нет")
    found = at_once(
        lambda: engine.complete(task, "grant", act=one),
        lambda: engine.complete(task, second, act=two, grounds=grounds),
    )
    assert found == Counter({"won": 1, "task_done": 1})
    assert scene.occurrence.extension_count <= 1
    settled()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_waiver_is_granted_while_the_report_is_sent(_round):
    scene = executing()
    petition, task = asked(scene, WAIVER)
    due = drafted(scene)
    ministry, executor = make.act(scene.region.coordinator), make.act(scene.region.executor)
    found = at_once(
        lambda: engine.complete(task, "grant", act=ministry),
        lambda: submit_execution(due, act=executor),
    )
    assert found["won"] == 1 and found.total() == 2
    petition.refresh_from_db()
    ended = (petition.status, scene.occurrence.status)
    assert ended in {("granted", "waived"), ("lapsed", "submitted")}
    settled()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_an_extension_is_granted_while_a_late_report_is_accepted(_round):
    scene = passed(5)
    petition, task = asked(scene, later())
    submit_execution(drafted(scene), act=make.act(scene.region.executor))
    verify = Task.objects.open().get(process__report__isnull=False).pk
    ministry, inspector = make.act(scene.region.coordinator), make.act(scene.region.inspector)
    found = at_once(
        lambda: engine.complete(task, "grant", act=ministry),
        lambda: engine.complete(verify, "accept", act=inspector),
    )
    assert found["won"] >= 1
    petition.refresh_from_db()
    assert scene.occurrence.status == "accepted"
    expected = {"granted": "in_time", "lapsed": "late"}[petition.status]
    assert counts_as(scene.occurrence) == expected
    settled()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_it_is_withdrawn_while_it_is_decided(_round):
    scene = executing()
    petition, task = asked(scene, WAIVER)
    director, ministry = make.act(scene.region.director), make.act(scene.region.coordinator)
    found = at_once(
        lambda: engine.complete(task, "grant", act=ministry),
        lambda: petitions.withdraw(petition.pk, act=director),
    )
    assert found["won"] == 1 and found.total() == 2
    settled()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_one_of_many_petitions_is_made(_round):
    scene = executing()
    pk, region = scene.occurrence.pk, scene.region
    acts = [make.act(person) for person in (region.executor, region.director) * 2]
    found = at_once(*(lambda act=act: petitions.ask(pk, WAIVER, act=act) for act in acts))
    assert found == Counter({"won": 1, "petition_open": 3})
    assert Process.objects.filter(petition__isnull=False).count() == 1
    settled()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_it_is_asked_while_the_report_is_sent(_round):
    scene = executing()
    due = drafted(scene)
    one, two = make.act(scene.region.director), make.act(scene.region.executor)
    found = at_once(
        lambda: petitions.ask(due, WAIVER, act=one), lambda: submit_execution(due, act=two)
    )
    assert found["won"] >= 1
    assert Occurrence.objects.get().status in {"open", "submitted"}
    settled()
