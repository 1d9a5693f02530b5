"""Acts about people, their work and planned inspections, each ready to be done: one line an act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from compliance.models import Membership, Occurrence, Substitution
from compliance.services.inspections.holding import InspectionResult
from compliance.services.inspections.planning import InspectionOrder
from compliance.services.people import accounts
from compliance.services.people.invitations import invite
from compliance.services.people.substitutions import Absence, end_substitution, enter_substitution
from tests.building import factories as make
from tests.building.acts import Deed, submitted
from tests.building.scenes import Scene, sent
from workflows.models import Task
from workflows.services import inspections
from workflows.services.tasks import engine, reassigning
from workflows.services.tasks.handover import Handover, hand_over


def _taken() -> tuple[Scene, int]:
    """A task of the coordinator's own, and a second coordinator."""
    scene = sent()
    scene.region.second = make.member(scene.region.ministry, "coordinator", "second")
    engine.take(scene.task.pk, act=make.act(scene.region.coordinator))
    return scene, scene.task.pk


def _reassign() -> Deed:
    scene, task = _taken()
    mine, second = scene.region.coordinator, scene.region.second
    return lambda: reassigning.reassign(
        task, to=second, seen=mine.pk, reason="Отпуск", act=make.act(mine)
    )


def _delegated() -> tuple[Scene, int, Deed]:
    scene, task = _taken()
    mine, second = scene.region.coordinator, scene.region.second
    return (
        scene,
        task,
        lambda: reassigning.delegate(
            task, to=second, seen=mine.pk, asked="Проверьте", act=make.act(mine)
        ),
    )


def _return_delegated() -> Deed:
    scene, task, delegate = _delegated()
    delegate()
    second = scene.region.second
    return lambda: reassigning.return_delegated(task, answer="Проверено", act=make.act(second))


def _hand_over() -> Deed:
    scene, _task = _taken()
    mine, second = scene.region.coordinator, scene.region.second
    wanted = Handover(mine, timezone.localdate(), second, second, second, switch_off=True)
    return lambda: hand_over(wanted, act=make.act(scene.region.administrator))


def _absence() -> tuple[Scene, Absence]:
    scene, _task = _taken()
    today = timezone.localdate()
    mine, second = scene.region.coordinator, scene.region.second
    return scene, Absence(mine, second, today, today + timedelta(days=14), "Отпуск")


def _enter_substitution() -> Deed:
    scene, absence = _absence()
    return lambda: enter_substitution(absence, act=make.act(scene.region.coordinator))


def _end_substitution() -> Deed:
    scene, absence = _absence()
    enter_substitution(absence, act=make.act(scene.region.coordinator))
    pk = Substitution.objects.get().pk
    return lambda: end_substitution(pk, act=make.act(scene.region.coordinator))


def _create_person() -> Deed:
    region = make.region()
    grant = accounts.RoleGrant(region.own.pk, "executor", "методист")
    return lambda: accounts.create_person(
        "Выдумкина Ольга", "new@example.org", grant, act=make.act(region.administrator)
    )


def _grant() -> Deed:
    region = make.region()
    grant = accounts.RoleGrant(region.own.pk, "hr", "кадровик")
    pk = region.executor.pk
    return lambda: accounts.grant_role(pk, grant, act=make.act(region.administrator))


def _end_role() -> Deed:
    region = make.region()
    pk = Membership.objects.get(user=region.executor).pk
    today = timezone.localdate()
    return lambda: accounts.end_role(pk, today, act=make.act(region.administrator))


def _change_address() -> Deed:
    region = make.region()
    pk = region.executor.pk
    return lambda: accounts.change_address(
        pk, "another@example.org", act=make.act(region.administrator)
    )


def _deactivate() -> Deed:
    region = make.region()
    pk = region.executor.pk
    return lambda: accounts.deactivate_person(pk, "Уволен", act=make.act(region.administrator))


def _invited() -> tuple[make.Region, int]:
    region = make.region()
    made = accounts.create_person(
        "Выдумкина Ольга",
        "new@example.org",
        accounts.RoleGrant(region.own.pk, "executor"),
        act=make.act(region.administrator),
    )
    return region, made.pk


def _invite() -> Deed:
    region, pk = _invited()
    return lambda: invite(pk, act=make.act(region.administrator))


def _accepted() -> tuple[Scene, Occurrence]:
    """A due date that is done and verified."""
    scene, task = submitted()
    engine.complete(task.pk, "accept", act=make.act(scene.region.inspector))
    return scene, Occurrence.objects.get(status="accepted")


def _order() -> InspectionOrder:
    return InspectionOrder(
        kind="visit", due_on=timezone.localdate() + timedelta(days=10), reason="Жалоба"
    )


def _plan_inspection() -> Deed:
    scene, occurrence = _accepted()
    return lambda: inspections.plan_by_hand(
        [occurrence], _order(), act=make.act(scene.region.inspector)
    )


def _inspected(outcome: str) -> Deed:
    """The last answer of an inspection that was planned by hand and held."""
    scene, occurrence = _accepted()
    inspector = scene.region.inspector
    inspections.plan_by_hand([occurrence], _order(), act=make.act(inspector))
    task = Task.objects.open().get(process__inspection__isnull=False)
    result = InspectionResult(timezone.localdate(), "Стенд осмотрен", "12-П", "Стенда нет")
    inspections.keep_result(task, result, act=make.act(inspector))
    return lambda: engine.complete(task.pk, outcome, act=make.act(inspector))


ACTS_OF_PEOPLE: dict[str, Callable[[], Deed]] = {
    "reassign": _reassign,
    "delegate": lambda: _delegated()[2],
    "return what was delegated": _return_delegated,
    "hand over": _hand_over,
    "enter a substitution": _enter_substitution,
    "end a substitution": _end_substitution,
    "create a person": _create_person,
    "grant a role": _grant,
    "end a role": _end_role,
    "change an address": _change_address,
    "deactivate": _deactivate,
    "invite": _invite,
    "plan an inspection": _plan_inspection,
    "confirm an inspection": lambda: _inspected("confirm"),
    "refute an inspection": lambda: _inspected("refute"),
}
