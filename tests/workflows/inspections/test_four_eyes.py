"""Nobody inspects what they accepted while the region has another inspector; pages agree."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.domain.refusals import Forbidden, Refusal
from compliance.models import AuditEvent, ExecutionReport, Inspection, Membership, User
from compliance.services.inspections.holding import attach_photo
from compliance.services.people.substitutions import Absence, enter_substitution
from compliance.wording.signatures import signature
from tests.building import factories as make
from tests.building.inspected import accept, accepted, planned, result, tomorrow
from tests.building.scenes import Scene, executing
from workflows.models import Task
from workflows.services.inspections import keep_result
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    """A report that the region's only inspector accepted."""
    return accepted()


def colleague(scene: Scene, name: str = "second", role: str = "inspector") -> User:
    return make.member(scene.region.ministry, role, name)


def stand_in(substitute: User, absent: User) -> None:
    today = timezone.localdate()
    wanted = Absence(absent, substitute, today, today + timedelta(days=3), "Отпуск")
    enter_substitution(wanted, act=make.act(absent))


def page(person: User, task: Task) -> str:
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client.get(task.get_absolute_url()).content.decode()


OFFER, REFUSAL = 'name="found"', "Этот отчёт приняли вы или тот, кого вы замещаете"


def check(person: User, task: Task, *, may: bool) -> None:
    """The page offers the form exactly when the act goes through."""
    shown = page(person, task)
    assert (OFFER in shown) is may and (REFUSAL in shown) is not may
    if may:
        keep_result(task, result(), act=make.act(person))
        return
    for deed in (
        lambda: keep_result(task, result(), act=make.act(person)),
        lambda: engine.complete(task.pk, "confirm", act=make.act(person)),
        lambda: engine.complete(task.pk, "cancel", act=make.act(person)),
    ):
        with pytest.raises(Forbidden) as refused:
            deed()
        assert refused.value.code == "own_acceptance"
    assert Inspection.objects.get().status == "open"


def test_who_accepted_it_leaves_it_to_another_inspector(scene):
    task, second = planned(scene), colleague(scene)
    check(scene.region.inspector, task, may=False)
    with pytest.raises(Forbidden, match="'own_acceptance'"):
        act = make.act(scene.region.inspector)
        attach_photo(task.process.inspection_id, make.photo(), act=act)
    check(second, task, may=True)
    assert engine.complete(task.pk, "confirm", act=make.act(second)).outcome == "confirm"
    event = AuditEvent.objects.get(action="inspection.confirm")
    assert "own_acceptance" not in event.after


def test_the_regions_only_inspector_may_and_the_reason_is_on_record(scene):
    task, inspector = planned(scene), scene.region.inspector
    assert "Других проверяющих в регионе нет" in page(inspector, task)
    check(inspector, task, may=True)
    engine.complete(task.pk, "confirm", act=make.act(inspector))
    event = AuditEvent.objects.get(action="inspection.confirm")
    assert event.after["own_acceptance"] == "других проверяющих в регионе нет"
    assert "провёл тот, кто принял отчёт" in page(scene.region.director, task)
    client = Client()
    client.force_login(scene.region.administrator)
    trail = client.get(reverse("audit"), {"action": "inspection.confirm"}).content.decode()
    assert "Проверил принявший отчёт, так как" in trail


@pytest.mark.parametrize("gone", ["closed", "ended", "reporter", "elsewhere"])
def test_who_cannot_inspect_is_no_other_inspector(scene, gone):
    task = planned(scene)
    if gone == "reporter":
        role = {"organisation": scene.region.ministry, "role": "inspector"}
        Membership.objects.create(user=scene.region.executor, **role)
    elif gone == "elsewhere":
        make.member(make.ministry(name="Чужое министерство"), "inspector", "second")
    else:
        second = colleague(scene)
        if gone == "closed":
            User.objects.filter(pk=second.pk).update(is_active=False)
        else:
            yesterday = timezone.localdate() - timedelta(days=1)
            second.memberships.update(ends_on=yesterday)
    check(scene.region.inspector, task, may=True)


def test_a_substitute_does_not_hold_what_the_absent_one_accepted(scene):
    task = planned(scene)
    deputy = colleague(scene, "deputy", "coordinator")
    stand_in(deputy, scene.region.inspector)
    colleague(scene)
    check(deputy, task, may=False)


def accepted_by_deputy(region: make.Region) -> tuple[Scene, User]:
    """A report accepted by a substitute in the inspector's name."""
    scene = executing(region)
    deputy = make.member(region.ministry, "coordinator", "deputy")
    stand_in(deputy, region.inspector)
    inspector, region.inspector = region.inspector, deputy
    accept(region, scene.occurrence)
    region.inspector = inspector
    report = ExecutionReport.objects.get(status="accepted")
    assert (report.decided_by, report.decided_for) == (deputy, inspector)
    return scene, deputy


def test_neither_who_accepted_in_anothers_name_nor_the_other_holds_it():
    scene, deputy = accepted_by_deputy(make.region())
    task, second = planned(scene), colleague(scene)
    check(scene.region.inspector, task, may=False)
    check(deputy, task, may=False)
    third = colleague(scene, "third")
    stand_in(deputy, third)
    check(deputy, task, may=False)
    assert f"Отчёт принят: {signature(deputy, scene.region.inspector)}" in page(second, task)
    check(second, task, may=True)


def test_who_holds_a_task_of_the_one_who_accepted_acts_in_their_name(scene):
    """The task stands with the acceptor, who is away: its substitute, though an inspector, acts
    in their name and so may not either."""
    task = planned(scene)
    engine.take(task.pk, act=make.act(scene.region.inspector))
    second = colleague(scene)
    stand_in(second, scene.region.inspector)
    check(second, task, may=False)


def test_who_accepted_it_is_not_named_for_its_inspection(scene):
    second = colleague(scene)
    with pytest.raises(Refusal, match="'inspector_accepted'"):
        planned(scene, inspector=scene.region.inspector)
    client = Client()
    client.force_login(scene.region.coordinator)
    url = f"{reverse('inspection-by-hand')}?occurrence={scene.occurrence.pk}"
    offered = dict(client.get(url).context["form"].fields["inspector"].choices)
    assert second.pk in offered and scene.region.inspector.pk not in offered
    assert planned(scene, inspector=second).owner == second


def test_of_many_those_that_the_named_one_accepted_wait_in_the_queue():
    scene = accepted()
    region = scene.region
    other = accepted(region, organisation=region.other, title="План другого учреждения")
    second = colleague(scene)
    ExecutionReport.objects.filter(occurrence=other.occurrence).update(decided_by=second)
    client = Client()
    client.force_login(region.coordinator)
    today = timezone.localdate()
    given = {
        "organisation": region.ministry.pk, "kind": "call", "share": 100,
        "accepted_from": today - timedelta(days=1), "accepted_to": today,
        "due_on": tomorrow(), "inspector": second.pk,
    }  # fmt: skip
    url = reverse("inspection-sample")
    preview = client.post(url, given).context["preview"]
    given |= {"plan": "1", "seed": preview["seed"], "fingerprint": preview["fingerprint"]}
    shown = client.post(url, given, follow=True).content.decode()
    assert f"так как эти отчёты принимал(а) {second}: 1" in shown
    named = dict(Inspection.objects.values_list("organisation", "inspector"))
    assert named == {region.own.pk: second.pk, region.other.pk: None}


def test_the_only_inspector_may_be_named(scene):
    assert planned(scene, inspector=scene.region.inspector).owner == scene.region.inspector


# --- Whom the form of a sample offers --------------------------------------------------------


def offered(person: User) -> list[object]:
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client.get(reverse("inspection-sample")).context["form"].fields["inspector"].choices


def test_the_form_of_a_sample_offers_the_inspectors_of_every_region_it_concerns():
    region = make.region()
    other = make.ministry(name="Министерство соседнего края")
    far = make.member(other, "inspector", "far")
    third = make.member(make.ministry(name="Третье министерство"), "inspector", "third")
    own = [(region.inspector.pk, str(region.inspector))]
    assert offered(region.coordinator) == [("", "Очередь проверяющих"), *own]

    Membership.objects.create(user=region.coordinator, organisation=other, role="coordinator")
    groups = dict(offered(region.coordinator)[1:])
    assert groups == {str(region.ministry): own, str(other): [(far.pk, str(far))]}
    assert third.pk not in [pk for people in groups.values() for pk, _name in people]


def test_an_inspector_of_another_region_is_refused_in_words_and_what_was_chosen_stays():
    scene = accepted()
    other = make.ministry(name="Министерство соседнего края")
    far = make.member(other, "inspector", "far", full_name="Фаина Дальняя")
    Membership.objects.create(user=scene.region.coordinator, organisation=other, role="coordinator")
    client = Client()
    client.force_login(User.objects.get(pk=scene.region.coordinator.pk))
    today = timezone.localdate()
    given = {
        "organisation": scene.region.ministry.pk, "kind": "call", "share": 100,
        "accepted_from": today - timedelta(days=1), "accepted_to": today,
        "due_on": tomorrow(), "inspector": far.pk,
    }  # fmt: skip
    answer = client.post(reverse("inspection-sample"), given)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Фаина Дальняя не проверяет это учреждение" in shown
    assert f'value="{far.pk}" selected' in shown
    given["inspector"] = scene.region.inspector.pk
    assert client.post(reverse("inspection-sample"), given).status_code == 200
