"""The process of a large act dies with -9 on its way: nothing of it stays; it can be done again.

A child process does the act and is killed after its first, some middle and its very last statement,
right before the commit; then after the commit, where everything has stayed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone

from compliance.domain.refusals import Refusal
from compliance.models import Assignment, Inspection, Membership, Occurrence, Organisation, User
from compliance.services.audit.trail import broken_chains
from compliance.services.inspections.planning import InspectionOrder
from compliance.services.inspections.samples import Draw, draw_sample
from compliance.services.people.imports import storing
from compliance.services.plans.drafts import ResponsibleDraft
from tests.building import amendments
from tests.building import factories as make
from tests.building.acts import Deed
from tests.building.children import Statements, die, ended, fork, lose_the_database, statements_of
from tests.building.digests import changed, digest
from tests.building.inspected import accepted, tomorrow
from tests.building.people_workbooks import institution, person, workbook
from tests.building.scenes import due_in, executing, sent
from workflows.models import Task
from workflows.services.inspections import plan_sample
from workflows.services.reconciliation import differences
from workflows.services.tasks import engine
from workflows.services.tasks.handover import Handover, hand_over

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

Check = Callable[[], object]


def _leaver() -> tuple[Deed, Check]:
    """Somebody with tasks, measures, lines of a draft and two roles."""
    region = make.region()
    leaver, heir = (
        make.member(region.ministry, "coordinator", name) for name in ("leaver", "heir")
    )
    for one in (leaver, heir):
        Membership.objects.create(user=one, organisation=region.own, role="executor")
    for number in range(4):
        task = sent(region, title=f"План {number}").task
        engine.take(task.pk, act=make.act(leaver))
    rows = [make.measure(f"Дело {n}", number=str(n), deadline_text=due_in(9)) for n in range(8)]
    executing(region, *rows, title="Исполняемый")
    Assignment.objects.filter(measure__plan__title="Исполняемый").update(executor=leaver)
    named = ResponsibleDraft(str(leaver), "person", region.own, leaver)
    make.plan(region, make.measure(responsibles=(named,)), title="Черновик")
    wanted = Handover(leaver, timezone.localdate(), heir, heir, heir, switch_off=True)

    def gone() -> None:
        assert Task.objects.open().filter(owner=heir).count() == 4
        assert Assignment.objects.filter(executor=heir).count() == 8
        assert not User.objects.get(pk=leaver.pk).is_active

    return lambda: hand_over(wanted, act=make.act(region.administrator)), gone


def _table() -> tuple[Deed, Check]:
    """Forty institutions and eighty people, kept and looked at."""
    region = make.region()
    places = [institution(f"ГБУ «Новый дом № {n}»") for n in range(40)]
    folk = [
        person(f"Учебнова Анна {n}", f"anna{n}@example.org", f"ГБУ «Новый дом № {n // 2}»", role)
        for n, role in enumerate(["Директор", "Исполнитель"] * 40)
    ]
    act = make.act(region.administrator)
    upload = storing.keep_upload(workbook(places, folk), "люди.xlsx", act=act)
    fingerprint = storing.preview(upload, act).fingerprint

    def stored() -> None:
        assert Organisation.objects.filter(name__startswith="ГБУ «Новый дом").count() == 40
        assert User.objects.filter(email__startswith="anna").count() == 80
        assert Membership.objects.filter(user__email__startswith="anna").count() == 80

    return lambda: storing.store_upload(upload.pk, fingerprint, act=act), stored


def _revision() -> tuple[Deed, Check]:
    """A change of thirty measures: ten dropped, ten with other dates, ten reworded."""
    rows = [
        make.measure(f"Мероприятие {n}", number=str(n), deadline_text=due_in(20)) for n in range(30)
    ]
    scene = executing(None, *rows)
    revision = amendments.revised(scene)
    for version in list(revision.versions.order_by("pk")):
        if int(version.number) < 10:
            version.delete()
        elif int(version.number) < 20:
            amendments.reword(scene, revision, version.number, deadline_text=due_in(40))
        else:
            amendments.reword(scene, revision, version.number, text="Иначе")
    for outcome in ("begin", "agree", "approve"):
        amendments.step(scene, revision, outcome)

    def in_force() -> None:
        assert Occurrence.objects.open().filter(version__revision=revision).count() == 20
        assert Occurrence.objects.filter(plan=scene.plan).exclude(status="open").count() >= 10

    task, act = amendments.task_of(revision).pk, make.act(scene.region.director)
    grounds = amendments.grounds_of("publish")
    return lambda: engine.complete(task, "publish", act=act, grounds=grounds), in_force


def _sample() -> tuple[Deed, Check]:
    """All of six accepted reports drawn to be inspected."""
    scene = accepted(count=6)
    today = timezone.localdate()
    draw = Draw(scene.region.ministry, today - timedelta(days=1), today, 100, "7f")
    seen, order = draw_sample(draw, "call").fingerprint, InspectionOrder("call", tomorrow())
    act = make.act(scene.region.coordinator)

    def planned() -> None:
        assert Inspection.objects.open().count() == 6
        assert Task.objects.open().filter(process__inspection__isnull=False).count() == 6

    return lambda: plan_sample(draw, order, fingerprint=seen, act=act), planned


ACTS: dict[str, Callable[[], tuple[Deed, Check]]] = {
    "a leaver's work handed over": _leaver,
    "a table of people stored": _table,
    "a revision put in force": _revision,
    "a sample drawn": _sample,
}


def all_is_well() -> bool:
    return list(differences()) == [] and list(broken_chains()) == []


def points(count: int) -> list[int]:
    """Statements after which to strike: the first, some between, the very last."""
    return sorted({1, 2, count // 4, count // 2, 3 * count // 4, count - 1, count} - {0})


@pytest.mark.parametrize("name", list(ACTS))
def test_killed_on_its_way_it_has_not_happened_and_can_be_repeated(name):
    deed, is_done = ACTS[name]()
    before = digest()
    for at in points(statements_of(deed)):
        striking = connection.execute_wrapper(Statements(at, die))

        def work(striking=striking) -> None:
            with striking:
                deed()

        assert ended(fork(work)) == -9
        assert changed(before) == [], f"killed after statement {at}"
        assert all_is_well()

    def once_then_die() -> None:
        deed()
        die()

    assert ended(fork(once_then_die)) == -9
    is_done()
    after = digest()
    with pytest.raises(Refusal):
        deed()
    assert changed(after) == [] and all_is_well()


@pytest.mark.postgres
@pytest.mark.parametrize("name", list(ACTS))
def test_a_process_that_loses_its_database_on_the_way_goes_on_after_it(name):
    deed, is_done = ACTS[name]()
    before = digest()
    count = statements_of(deed)

    def work() -> None:
        for at in (
            1,
            count // 4,
            count // 2,
            3 * count // 4,
        ):  # later ones may need less, warmed up
            try:
                with connection.execute_wrapper(Statements(at, lose_the_database)):
                    deed()
            except OperationalError:
                close_old_connections()
            else:
                raise AssertionError(f"it went through without its database, at {at}")
            assert changed(before) == [] and all_is_well()
        deed()

    assert ended(fork(work)) == 0
    is_done()
    assert all_is_well()
